//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ debug: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
use std::ffi::c_char;

extern "C" fn greeting() -> *mut c_char {
    c"good morning".to_owned().into_raw()
}

/// # Safety
///
/// - `text` came from `greeting`, and is not used afterwards.
unsafe extern "C" fn greeting_free(text: *mut c_char) {
    // SAFETY: the caller's duty.
    drop(unsafe { Box::from_raw(text) });
}

fn main() {
    let text = greeting();
    // SAFETY: it is given back once.
    unsafe { greeting_free(text) };
}
// ANCHOR_END: all
