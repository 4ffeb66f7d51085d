// `from_raw` trusts its caller, so safe code must not be able to call it.
#![allow(warnings)]
use unsafe_workbook::ex1_my_box::MyBox;

fn main() {
    let from_raw: fn(*mut u8) -> MyBox<u8> = MyBox::from_raw;
}
