//@ run: undefined
//@ warns: dangling_pointers_from_temporaries
//@ miri: stacked=ub tree=ub
//@ valgrind: Invalid read

// ANCHOR: all
use std::ffi::{CStr, CString};

fn main() {
    let ptr = CString::new("temporary").unwrap().as_ptr();
    println!("{:?}", unsafe { CStr::from_ptr(ptr) });
}
// ANCHOR_END: all
