//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ffi::{c_int, c_long, c_void};

// What this code relies on; a platform that differs is refused when it compiles.
const _: () = assert!(size_of::<c_int>() == 4);
const _: () = assert!(size_of::<*const c_void>() == size_of::<usize>());

/// A position as C's `ftell` returns it.
fn position(told: c_long) -> Option<u64> {
    // `c_long` has 32 bits on Windows, and is negative for an error everywhere.
    u64::try_from(told).ok()
}

fn main() {
    println!("{:?} {:?}", position(512), position(-1));
}
// ANCHOR_END: all
