//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-use-after-free

// ANCHOR: all
use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};

thread_local! {
    /// The stand-in for the library: it owns the text of the last error.
    static LAST: Cell<*mut c_char> = const { Cell::new(std::ptr::null_mut()) };
}

fn set_last(text: *mut c_char) {
    let old = LAST.replace(text);
    if !old.is_null() {
        // SAFETY: only `into_raw` of `library_open` puts texts there.
        drop(unsafe { CString::from_raw(old) });
    }
}

extern "C" fn library_open(name: u8) -> c_int {
    set_last(CString::new(format!("cannot open repository {name}")).unwrap().into_raw());
    -3
}

extern "C" fn library_last_error() -> *const c_char {
    LAST.get()
}

// ANCHOR: wrapper
struct Error {
    code: c_int,
}

impl Error {
    fn message(&self) -> &str {
        // SAFETY: the library has a text after each call that failed.
        unsafe { CStr::from_ptr(library_last_error()) }.to_str().unwrap_or("")
    }
}

fn open(name: u8) -> Result<(), Error> {
    match library_open(name) {
        0 => Ok(()),
        code => Err(Error { code }),
    }
}
// ANCHOR_END: wrapper

// ANCHOR: main
fn main() {
    let first = open(1).unwrap_err();
    let message = first.message();
    let second = open(2).unwrap_err();
    println!("{} {}: {message}", first.code, second.code);
}
// ANCHOR_END: main
// ANCHOR_END: all
