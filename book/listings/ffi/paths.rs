//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

fn main() {
    let name = Path::new(OsStr::from_bytes(b"caf\xE9.txt")); // a legal file name
    println!("as str: {:?}", name.to_str());
    let for_c = CString::new(name.as_os_str().as_bytes()).unwrap();
    println!("for C: {} bytes", for_c.as_bytes().len());
}
// ANCHOR_END: all
