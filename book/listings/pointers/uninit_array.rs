//@ run: undefined
//@ warns: invalid_value
//@ miri: stacked=ub tree=ub
//@ measured: 000-1549

// ANCHOR: all
use std::mem::MaybeUninit;

fn main() {
    let mut buffer: [u8; 16] = unsafe { MaybeUninit::uninit().assume_init() };
    buffer[0] = 1;
    println!("{}", buffer[0]);
}
// ANCHOR_END: all
