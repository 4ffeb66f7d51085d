//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-0405
//@ warns: ambiguous_wide_pointer_comparisons

// ANCHOR: all
use std::ptr;

fn main() {
    let numbers = [1, 2, 3, 4];
    let two: *const [i32] = &numbers[..2];
    let four: *const [i32] = &numbers[..];
    println!("{}", two == four);
    println!("{}", ptr::addr_eq(two, four));
}
// ANCHOR_END: all
