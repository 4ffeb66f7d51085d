//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 003-0084-b

// ANCHOR: all
use std::ptr;

fn main() {
    let broken: Vec<i32> = unsafe { Vec::from_raw_parts(ptr::null_mut(), 0, 0) };
    println!("{}", broken.len());
}
// ANCHOR_END: all
