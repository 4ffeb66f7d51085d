//! defect: looks for the NUL eight bytes at a time
//! class: memory
//! stage: stable
//! shows: a text at the end of memory ends in a segmentation fault
//! caught_by: memory::nothing_behind_the_input_is_read

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// All went well.
pub const WORDS_OK: i32 = 0;
/// An argument is null that must not be.
pub const WORDS_NULL: i32 = 1;
/// A string is not UTF-8.
pub const WORDS_UTF8: i32 = 2;
/// The library, or a visitor, panicked.
pub const WORDS_PANIC: i32 = 3;
/// There is nothing of that kind.
pub const WORDS_NOT_FOUND: i32 = 4;

/// A counter of words. One thread at a time may use it.
#[derive(Default)]
pub struct Words {
    counts: BTreeMap<String, usize>,
}

/// Called with a word, its count and what was given to `words_each`. Anything but
/// 0 ends the visit.
pub type WordsVisit =
    Option<unsafe extern "C-unwind" fn(*const c_char, usize, *mut c_void) -> i32>;

/// A code for C, and the text that explains it.
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
        // PANICS HERE: the payload is a value of the caller's; what its destructor
        // leaves behind by a panic is forgotten.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        failure
    }
}

thread_local! {
    /// The text of the last failure on this thread.
    static LAST: RefCell<CString> = RefCell::default();
}

/// The frame of every function that can fail: runs `work`, keeps the text of a
/// failure, and lets no panic out (INV-3).
fn guarded(work: impl FnOnce() -> Result<(), Failure>) -> i32 {
    let result = catch_unwind(AssertUnwindSafe(work));
    let failure = match result {
        Ok(Ok(())) => return WORDS_OK,
        Ok(Err(failure)) => failure,
        Err(payload) => Failure::from_panic(payload),
    };
    // A text with a NUL would end there for C: what follows is left out.
    let mut text = failure.text.into_bytes();
    text.truncate(text.iter().position(|byte| *byte == 0).unwrap_or(text.len()));
    LAST.set(CString::new(text).unwrap_or_default());
    failure.code
}

/// The text behind a C string.
///
/// # Safety
///
/// - `string` is null, or ends in NUL and stays unchanged for `'a`.
unsafe fn text<'a>(string: *const c_char, name: &str) -> Result<&'a str, Failure> {
    if string.is_null() {
        return Err(Failure::new(WORDS_NULL, format!("`{name}` is null")));
    }
    // SAFETY: not null (checked above), so it ends in NUL (caller).
    let bytes = unsafe { CStr::from_bytes_with_nul_unchecked(with_nul(string)) };
    bytes
        .to_str()
        .map_err(|error| Failure::new(WORDS_UTF8, format!("`{name}` is not UTF-8: {error}")))
}

/// The bytes of a C string and its NUL, which is looked for in whole words.
///
/// # Safety
///
/// - `string` points to a C string that stays as it is for `'a`.
unsafe fn with_nul<'a>(string: *const c_char) -> &'a [u8] {
    let mut len = 0;
    loop {
        // SAFETY: the NUL has not come yet, so the string goes on.
        let word = unsafe { string.add(len).cast::<[u8; 8]>().read() };
        if let Some(at) = word.iter().position(|byte| *byte == 0) {
            // SAFETY: so many bytes belong to the string, the NUL included.
            return unsafe { std::slice::from_raw_parts(string.cast(), len + at + 1) };
        }
        len += word.len();
    }
}

/// A null pointer's failure.
fn not_null<T>(pointer: *const T, name: &str) -> Result<(), Failure> {
    match pointer.is_null() {
        true => Err(Failure::new(WORDS_NULL, format!("`{name}` is null"))),
        false => Ok(()),
    }
}

/// A new counter without words, to be freed by `words_free`. Null when that
/// fails.
#[unsafe(no_mangle)]
pub extern "C" fn words_new() -> *mut Words {
    let mut made = std::ptr::null_mut();
    guarded(|| {
        made = Box::into_raw(Box::<Words>::default());
        Ok(())
    });
    made
}

/// Frees the counter and sets `*handle` to null. Null, and a pointer to null, do
/// nothing: freeing twice is harmless.
///
/// # Safety
///
/// - `handle` is null or points to null or to a counter from `words_new`.
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

/// Counts the words of `text`, which white space divides.
///
/// # Safety
///
/// - `handle` is null or a counter.
/// - `text` is null or ends in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_add(handle: *mut Words, text: *const c_char) -> i32 {
    guarded(|| {
        not_null(handle, "handle")?;
        // SAFETY: the caller's promise.
        let text = unsafe { self::text(text, "text") }?;
        // SAFETY: not null, so a counter (caller), and no other reference into it is
        // alive (INV-4).
        let words = unsafe { &mut *handle };
        for word in text.split_whitespace() {
            *words.counts.entry(word.to_owned()).or_default() += 1;
        }
        Ok(())
    })
}

/// Writes to `*out` how often `word` was counted, 0 for a word that was not.
///
/// # Safety
///
/// - `handle` is null or a counter.
/// - `word` is null or ends in NUL.
/// - `out` is null or may be written.
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

/// Writes to `*out` the word that was counted most often, of several the first in
/// the order of bytes, to be freed by `words_string_free`. WORDS_NOT_FOUND
/// without words.
///
/// # Safety
///
/// - `handle` is null or a counter.
/// - `out` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_most_common(handle: *const Words, out: *mut *mut c_char) -> i32 {
    guarded(|| {
        not_null(handle, "handle")?;
        not_null(out, "out")?;
        // SAFETY: not null, so a counter (caller).
        let words = unsafe { &*handle };
        // `max_by_key` takes the last of equals: the map is walked backwards.
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

/// Frees a string of this library and sets `*string` to null. Null, and a pointer
/// to null, do nothing.
///
/// # Safety
///
/// - `string` is null or points to null or to a string of this library.
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

/// Calls `visit` for every word, in the order of bytes, until it returns something
/// else than 0. It sees the words of the beginning, and may use the counter.
///
/// # Safety
///
/// - `handle` is null or a counter; the visitor does not free it.
/// - `visit` may be called with a string, a number and `user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_each(
    handle: *const Words,
    visit: WordsVisit,
    user: *mut c_void,
) -> i32 {
    guarded(|| {
        not_null(handle, "handle")?;
        let visit = visit.ok_or_else(|| Failure::new(WORDS_NULL, "`visit` is null"))?;
        // A copy: the visitor may add words (INV-4).
        let list: Vec<(CString, usize)> = {
            // SAFETY: not null, so a counter (caller).
            let words = unsafe { &*handle };
            words.counts.iter().map(|(word, count)| (c_word(word), *count)).collect()
        };
        for (word, count) in &list {
            // SAFETY: the caller allows the call; `word` lives until after it.
            // PANICS HERE: the visitor may. `list` is dropped, and `guarded` makes a
            // code of it.
            if unsafe { visit(word.as_ptr(), *count, user) } != 0 {
                break;
            }
        }
        Ok(())
    })
}

/// Copies the text of the last failure on this thread to `buffer`, with its NUL,
/// when `len` bytes are enough, and nothing otherwise. Returns how many bytes are
/// enough; 1, for an empty text, when nothing has failed. `buffer` may be null.
///
/// # Safety
///
/// - `buffer` is null or `len` bytes may be written there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_last_error(buffer: *mut c_char, len: usize) -> usize {
    let mut needed = 0;
    LAST.with_borrow(|last| {
        let text = last.as_bytes_with_nul();
        needed = text.len();
        if !buffer.is_null() && needed <= len {
            // SAFETY: `len` bytes may be written (caller), `needed` is no more, and
            // nobody else has the text of this thread.
            unsafe { buffer.cast::<u8>().copy_from_nonoverlapping(text.as_ptr(), needed) };
        }
    });
    needed
}

/// A counted word as a C string.
fn c_word(word: &str) -> CString {
    // Words come from C strings, so no NUL is in them.
    CString::new(word).unwrap_or_default()
}
