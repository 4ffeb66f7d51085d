//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ffi::{CStr, CString};

fn main() {
    let with_nul = "ab\0cd"; // a `str` may hold it
    println!("{} bytes", with_nul.len());
    println!("{}", CString::new(with_nul).unwrap_err());
    println!("{:?}", CStr::from_bytes_until_nul(b"ab\0cd\0").unwrap());
    println!("{:?}", CStr::from_bytes_with_nul(b"ab\0cd\0").is_err());
}
// ANCHOR_END: all
