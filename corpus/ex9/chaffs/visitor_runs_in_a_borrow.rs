//! defect: the visitor is called while the map is borrowed
//! class: soundness
//! stage: stable
//! shows: a visitor that adds words changes the map under the loop
//! caught_by: unit::a_visitor_may_use_the_counter

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub const WORDS_OK: i32 = 0;
pub const WORDS_NULL: i32 = 1;
pub const WORDS_UTF8: i32 = 2;
pub const WORDS_PANIC: i32 = 3;
pub const WORDS_NOT_FOUND: i32 = 4;

#[derive(Default)]
pub struct Words {
    counts: BTreeMap<String, usize>,
}

pub type WordsVisit =
    Option<unsafe extern "C-unwind" fn(*const c_char, usize, *mut c_void) -> i32>;

struct Failure {
    code: i32,
    text: String,
}

impl Failure {
    fn new(code: i32, text: impl Into<String>) -> Failure {
        Failure { code, text: text.into() }
    }

    fn from_panic(payload: Box<dyn Any + Send>) -> Failure {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let failure = Failure::new(WORDS_PANIC, text.unwrap_or("a panic without a text"));
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        failure
    }
}

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

fn guarded(work: impl FnOnce() -> Result<(), Failure>) -> i32 {
    let result = catch_unwind(AssertUnwindSafe(work));
    let failure = match result {
        Ok(Ok(())) => return WORDS_OK,
        Ok(Err(failure)) => failure,
        Err(payload) => Failure::from_panic(payload),
    };
    let mut text = failure.text.into_bytes();
    text.truncate(text.iter().position(|byte| *byte == 0).unwrap_or(text.len()));
    LAST.set(CString::new(text).unwrap_or_default());
    failure.code
}

unsafe fn text<'a>(string: *const c_char, name: &str) -> Result<&'a str, Failure> {
    if string.is_null() {
        return Err(Failure::new(WORDS_NULL, format!("`{name}` is null")));
    }
    // SAFETY: not null (checked above), so it ends in NUL (caller).
    let bytes = unsafe { CStr::from_ptr(string) };
    bytes
        .to_str()
        .map_err(|error| Failure::new(WORDS_UTF8, format!("`{name}` is not UTF-8: {error}")))
}

fn not_null<T>(pointer: *const T, name: &str) -> Result<(), Failure> {
    match pointer.is_null() {
        true => Err(Failure::new(WORDS_NULL, format!("`{name}` is null"))),
        false => Ok(()),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn words_new() -> *mut Words {
    let mut made = std::ptr::null_mut();
    guarded(|| {
        made = Box::into_raw(Box::<Words>::default());
        Ok(())
    });
    made
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_free(handle: *mut *mut Words) {
    guarded(|| {
        if !handle.is_null() {
            // SAFETY: it points to a pointer (caller), which may be replaced.
            let words = unsafe { handle.replace(std::ptr::null_mut()) };
            if !words.is_null() {
                // SAFETY: it came from `Box::into_raw` (INV-1) and is ours again.
                drop(unsafe { Box::from_raw(words) });
            }
        }
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_add(handle: *mut Words, text: *const c_char) -> i32 {
    guarded(|| {
        not_null(handle, "handle")?;
        // SAFETY: the caller's promise.
        let text = unsafe { self::text(text, "text") }?;
        // SAFETY: not null, so a counter (caller), and no other reference into it is.
        let words = unsafe { &mut *handle };
        for word in text.split_whitespace() {
            *words.counts.entry(word.to_owned()).or_default() += 1;
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_count(
    handle: *const Words,
    word: *const c_char,
    out: *mut usize,
) -> i32 {
    guarded(|| {
        not_null(handle, "handle")?;
        // SAFETY: the caller's promise.
        let word = unsafe { text(word, "word") }?;
        not_null(out, "out")?;
        // SAFETY: not null, so a counter (caller).
        let words = unsafe { &*handle };
        let count = words.counts.get(word).copied().unwrap_or(0);
        // SAFETY: not null, so it may be written (caller).
        unsafe { out.write(count) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_most_common(handle: *const Words, out: *mut *mut c_char) -> i32 {
    guarded(|| {
        not_null(handle, "handle")?;
        not_null(out, "out")?;
        // SAFETY: not null, so a counter (caller).
        let words = unsafe { &*handle };
        let most = words.counts.iter().rev().max_by_key(|(_, count)| **count);
        let Some((word, _)) = most else {
            return Err(Failure::new(WORDS_NOT_FOUND, "there is no word"));
        };
        let word = c_word(word);
        // SAFETY: not null, so it may be written (caller).
        unsafe { out.write(word.into_raw()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_string_free(string: *mut *mut c_char) {
    guarded(|| {
        if !string.is_null() {
            // SAFETY: it points to a pointer (caller), which may be replaced.
            let text = unsafe { string.replace(std::ptr::null_mut()) };
            if !text.is_null() {
                // SAFETY: it came from `CString::into_raw` (INV-2) and is ours again.
                drop(unsafe { CString::from_raw(text) });
            }
        }
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_each(
    handle: *const Words,
    visit: WordsVisit,
    user: *mut c_void,
) -> i32 {
    guarded(|| {
        not_null(handle, "handle")?;
        let visit = visit.ok_or_else(|| Failure::new(WORDS_NULL, "`visit` is null"))?;
        let list: Vec<(CString, usize)> = {
            // SAFETY: not null, so a counter (caller).
            let words = unsafe { &*handle };
            words.counts.iter().map(|(word, count)| (c_word(word), *count)).collect::<Vec<_>>()
        };
        let _ = list;
        // SAFETY: not null, so a counter (caller).
        let words = unsafe { &*handle };
        for (word, count) in words.counts.iter().map(|(word, count)| (c_word(word), count)) {
            // SAFETY: the caller allows the call; `word` lives until after it.
            if unsafe { visit(word.as_ptr(), *count, user) } != 0 {
                break;
            }
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_last_error(buffer: *mut c_char, len: usize) -> usize {
    let mut needed = 0;
    LAST.with_borrow(|last| {
        let text = last.as_bytes_with_nul();
        needed = text.len();
        if !buffer.is_null() && needed <= len {
            // SAFETY: `len` bytes may be written (caller), `needed` is no more, and.
            unsafe { buffer.cast::<u8>().copy_from_nonoverlapping(text.as_ptr(), needed) };
        }
    });
    needed
}

fn c_word(word: &str) -> CString {
    CString::new(word).unwrap_or_default()
}
