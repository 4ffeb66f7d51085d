// A leaked reference must not outlive what the value borrows from.
#![allow(warnings)]
use unsafe_workbook::ex1_my_box::MyBox;

fn main() {
    let text = String::from("short");
    let leaked: &'static mut &str = MyBox::new(text.as_str()).leak();
    drop(text);
}
