// The value must not be changed while a shared reference to it lives.
#![allow(warnings)]
use unsafe_workbook::ex1_my_box::MyBox;

fn main() {
    let mut held = MyBox::new(1_u32);
    let seen: &u32 = &held;
    *held = 2;
    assert_eq!(*seen, 1);
}
