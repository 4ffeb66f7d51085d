// As long as the two references live, the elements belong to them alone.
#![allow(warnings)]
use unsafe_workbook::ex4_undefined_behavior::two_slots;

fn main() {
    let mut values = [1_u32, 2, 3];
    let slots: Option<(&mut u32, &mut u32)> = two_slots(&mut values, 0, 1);
    values[0] = 9;
    if let Some((first, second)) = slots {
        *first += *second;
    }
}
