//@ run: panic
//@ miri: stacked=panic tree=panic

// ANCHOR: all
use std::cell::RefCell;

fn main() {
    let numbers = RefCell::new(vec![1, 2]);
    let reading = numbers.borrow();
    numbers.borrow_mut().push(3);
    println!("{reading:?}");
}
// ANCHOR_END: all
