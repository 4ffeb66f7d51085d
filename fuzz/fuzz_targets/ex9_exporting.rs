//! The exported functions, called as C calls them, with any bytes.
#![no_main]

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::ptr;

use libfuzzer_sys::fuzz_target;
use unsafe_workbook::ex9_exporting::{
    WORDS_OK, WORDS_UTF8, words_add, words_count, words_free, words_last_error,
    words_most_common, words_new, words_string_free,
};

fuzz_target!(|texts: Vec<Vec<u8>>| {
    let mut handle = words_new();
    let mut model: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        let Ok(text) = CString::new(text) else { continue };
        // SAFETY: a counter, a C string, places that may be written; what the
        // library gave is given back once.
        unsafe {
            let code = words_add(handle, text.as_ptr());
            let Ok(valid) = text.to_str() else {
                assert_eq!(code, WORDS_UTF8);
                let mut buffer = [0; 300];
                let needed = words_last_error(buffer.as_mut_ptr(), buffer.len());
                assert!((2..=buffer.len()).contains(&needed));
                continue;
            };
            assert_eq!(code, WORDS_OK);
            for word in valid.split_whitespace() {
                *model.entry(word.into()).or_default() += 1;
            }
            let mut count = usize::MAX;
            assert_eq!(words_count(handle, text.as_ptr(), &mut count), WORDS_OK);
            assert_eq!(count, model.get(valid).copied().unwrap_or(0));
            let mut word = ptr::null_mut();
            let found = words_most_common(handle, &mut word) == WORDS_OK;
            let most = model.iter().rev().max_by_key(|(_, count)| **count);
            assert_eq!(found, most.is_some());
            if let Some((most, _)) = most {
                assert_eq!(CStr::from_ptr(word).to_bytes(), most.as_bytes());
            }
            words_string_free(&mut word);
            assert!(word.is_null());
        }
    }
    // SAFETY: a counter, freed once; the second time it is null.
    unsafe {
        words_free(&mut handle);
        words_free(&mut handle);
    }
});
