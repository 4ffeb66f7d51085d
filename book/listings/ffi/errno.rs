//@ run: ok
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use core::ffi::{c_char, c_int};
use std::io;

unsafe extern "C" {
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    safe fn close(file: c_int) -> c_int;
}

fn open_read_only(path: &std::ffi::CStr) -> io::Result<c_int> {
    // SAFETY: a C string, and flags that need no third argument.
    let file = unsafe { open(path.as_ptr(), 0) };
    // Ask at once: the next call may change errno.
    if file < 0 { Err(io::Error::last_os_error()) } else { Ok(file) }
}

fn main() {
    match open_read_only(c"/no/such/file") {
        Ok(file) => println!("{}", close(file)),
        Err(error) => println!("{:?}", error.kind()),
    }
}
// ANCHOR_END: all
