//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::c_char;
use std::ffi::{CStr, CString};

/// A greeting. Give it back with `greeting_free`.
extern "C" fn greeting_new() -> *mut c_char {
    CString::from(c"hello").into_raw()
}

/// # Safety
///
/// `greeting` is null, or came from `greeting_new` and was not given back yet.
unsafe extern "C" fn greeting_free(greeting: *mut c_char) {
    if !greeting.is_null() {
        // SAFETY: from `into_raw`, and owned again from here (caller).
        drop(unsafe { CString::from_raw(greeting) });
    }
}

fn main() {
    let greeting = greeting_new();
    // SAFETY: from `greeting_new`: a live C string.
    println!("{}", unsafe { CStr::from_ptr(greeting) }.to_str().unwrap());
    // SAFETY: given back once.
    unsafe { greeting_free(greeting) };
}
// ANCHOR_END: all
