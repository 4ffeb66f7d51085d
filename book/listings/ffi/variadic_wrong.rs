//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1639

// ANCHOR: all
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    // C: int open(const char *path, int flags, ...);
    fn open(path: *const c_char, flags: c_int) -> c_int;
}

fn main() {
    println!("{}", unsafe { open(c"/nowhere".as_ptr(), 0) } < 0);
}
// ANCHOR_END: all
