//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ffi::CStr;

fn main() {
    let latin1: &CStr = c"caf\xE9"; // bytes from a library that speaks Latin-1
    println!("{:?}", latin1.to_str().is_err());
    println!("{}", latin1.to_string_lossy());
    let text: String = latin1.to_bytes().iter().map(|&byte| char::from(byte)).collect();
    println!("{text}");
}
// ANCHOR_END: all
