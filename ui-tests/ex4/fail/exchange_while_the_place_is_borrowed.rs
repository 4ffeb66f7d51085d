// A place must not change while a shared reference to it lives.
#![allow(warnings)]
use unsafe_workbook::ex4_undefined_behavior::exchange;

fn main() {
    let mut place = String::from("old");
    let seen: &String = &place;
    let before = exchange(&mut place, String::from("new"));
    assert_eq!(seen.len() + before.len(), 6);
}
