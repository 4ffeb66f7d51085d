//@ run: ok
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn snprintf(buffer: *mut c_char, size: usize, format: *const c_char, ...) -> c_int;
}

fn main() {
    let mut buffer = [0u8; 16];
    // SAFETY: 16 writable bytes; the format asks for one int and gets one.
    let length =
        unsafe { snprintf(buffer.as_mut_ptr().cast(), buffer.len(), c"%d pages".as_ptr(), 12) };
    println!("{length} {:?}", core::ffi::CStr::from_bytes_until_nul(&buffer).unwrap());
}
// ANCHOR_END: all
