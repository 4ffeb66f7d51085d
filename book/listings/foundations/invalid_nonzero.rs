//@ run: undefined
//@ warns: invalid_value
//@ miri: stacked=ub tree=ub
//@ measured: ok-003-0095

// ANCHOR: all
use std::num::NonZeroI32;

fn main() {
    let zero: NonZeroI32 = unsafe { std::mem::transmute(0i32) };
    println!("{}", zero.get());
}
// ANCHOR_END: all
