// The two references lead into the slice, so they must not outlive it.
#![allow(warnings)]
use unsafe_workbook::ex4_undefined_behavior::two_slots;

fn main() {
    let slots: Option<(&mut u32, &mut u32)>;
    {
        let mut values = vec![1_u32, 2, 3];
        slots = two_slots(&mut values, 0, 1);
    }
    if let Some((first, second)) = slots {
        *first += *second;
    }
}
