//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::{c_char, c_int};
use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::panic::catch_unwind;

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::new(CString::default());
}

fn fail(code: c_int, message: &str) -> c_int {
    let message = CString::new(message.replace('\0', " ")).unwrap_or_default();
    LAST_ERROR.with(|last| last.replace(message));
    code
}

/// The text of this thread's last error; valid until its next call.
#[unsafe(no_mangle)]
pub extern "C" fn book_last_error() -> *const c_char {
    LAST_ERROR.with(|last| last.borrow().as_ptr())
}

/// `*pages` = the number in `text`. 0: success, 1: null, 2: no number, 99: panic.
///
/// # Safety
///
/// `text` is null or a C string; `pages` is null or valid for a write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn book_parse(text: *const c_char, pages: *mut u32) -> c_int {
    if text.is_null() || pages.is_null() {
        return fail(1, "null pointer");
    }
    // SAFETY: not null; a C string that lives during the call (caller).
    let text = unsafe { CStr::from_ptr(text) };
    let result = catch_unwind(|| -> Result<u32, String> {
        let text = text.to_str().map_err(|error| error.to_string())?;
        text.parse().map_err(|error| format!("{text}: {error}"))
    });
    match result {
        Ok(Ok(number)) => {
            // SAFETY: not null, valid for a write (caller).
            unsafe { pages.write(number) };
            0
        }
        Ok(Err(message)) => fail(2, &message),
        Err(_) => fail(99, "internal error"),
    }
}

fn main() {
    let mut pages = 0;
    for text in [c"120", c"many"] {
        // SAFETY: C strings, and a place for the result.
        let code = unsafe { book_parse(text.as_ptr(), &raw mut pages) };
        // SAFETY: read before the next call.
        println!("{code} {pages} {:?}", unsafe { CStr::from_ptr(book_last_error()) });
    }
}
// ANCHOR_END: all
