// Appending may move all elements, so no reference to one may be held across it.
#![allow(warnings)]
use unsafe_workbook::ex4_undefined_behavior::append_and_raise;

fn main() {
    let mut values = vec![1_u32, 2, 3];
    let second: &u32 = &values[1];
    append_and_raise(&mut values, 4);
    assert_eq!(*second, 2);
}
