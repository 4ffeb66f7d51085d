//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::{c_char, c_int, c_void};
use std::ffi::{CStr, CString};

/// As C declares it.
#[repr(C)]
struct Options {
    size: c_int,
    on_done: Option<unsafe extern "C" fn(*mut c_void)>,
}

unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
}

/// # Safety
///
/// `text` is null or a C string.
#[unsafe(no_mangle)]
unsafe extern "C" fn book_length(text: *const c_char) -> usize {
    if text.is_null() {
        return 0;
    }
    // SAFETY: not null, and a C string (caller).
    unsafe { CStr::from_ptr(text) }.count_bytes()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let owned = CString::new("to C")?; // keep it as long as the pointer
    // SAFETY: a C string that lives to the end of `main`.
    unsafe { println!("{} {}", strlen(owned.as_ptr()), book_length(c"literal".as_ptr())) };
    let options = Options { size: 3, on_done: None };
    println!("{} {}", options.size, options.on_done.is_none());
    Ok(())
}
// ANCHOR_END: all
