// A reference from the box must not be used after the box is gone.
#![allow(warnings)]
use unsafe_workbook::ex1_my_box::MyBox;

fn consume(_: MyBox<u32>) {}

fn main() {
    let held = MyBox::new(1_u32);
    let seen: &u32 = &held;
    consume(held);
    assert_eq!(*seen, 1);
}
