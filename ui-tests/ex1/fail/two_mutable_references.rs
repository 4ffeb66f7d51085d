// One box must not give out two mutable references that live at the same time.
#![allow(warnings)]
use unsafe_workbook::ex1_my_box::MyBox;

fn main() {
    let mut held = MyBox::new(1_u32);
    let first: &mut u32 = &mut held;
    let second: &mut u32 = &mut held;
    *first += 1;
    *second += 1;
}
