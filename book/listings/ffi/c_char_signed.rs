//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::{CStr, c_char};

/// Takes `c_char`, not `i8`: on AArch64 Linux, `c_char` is `u8`.
fn first(text: *const c_char) -> Option<u8> {
    // SAFETY: this program passes literals only.
    unsafe { CStr::from_ptr(text) }.to_bytes().first().copied()
}

fn main() {
    println!("{:?} {:?}", first(c"page".as_ptr()), first(c"".as_ptr()));
}
// ANCHOR_END: all
