// A box must not let a borrowed value outlive what it borrows from.
#![allow(warnings)]
use unsafe_workbook::ex1_my_box::MyBox;

fn main() {
    let held: MyBox<&'static str>;
    let text = String::from("short");
    held = MyBox::new(text.as_str());
    drop(text);
}
