// C leaves a contradictory comparator undefined, so safe code must not pass one.
#![allow(warnings)]
use unsafe_workbook::ex8_callbacks::sort_by;

fn main() {
    sort_by(&mut [1_u8, 2], |_, _| std::cmp::Ordering::Less);
}
