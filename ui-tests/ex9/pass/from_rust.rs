// Rust can use the library as well; making a counter needs no promise.
use std::ffi::CStr;
use std::ptr;
use unsafe_workbook::ex9_exporting::{
    WORDS_NULL, WORDS_OK, words_add, words_free, words_last_error, words_most_common,
    words_new, words_string_free,
};

fn main() {
    let mut handle = words_new();
    let mut word = ptr::null_mut();
    // SAFETY: a counter, C strings, and places that may be written.
    unsafe {
        assert_eq!(words_add(handle, c"to be or not to be".as_ptr()), WORDS_OK);
        assert_eq!(words_most_common(handle, &mut word), WORDS_OK);
        assert_eq!(CStr::from_ptr(word), c"be");
        words_string_free(&mut word);
        assert_eq!(words_add(handle, ptr::null()), WORDS_NULL);
        assert!(words_last_error(ptr::null_mut(), 0) > 1);
        words_free(&mut handle);
    }
    assert!(handle.is_null());
}
