//! design: a counter keeps its texts and counts when it is asked; the functions come from a macro in an inner module, by export_name; an error is a boxed value with its parts

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

pub const WORDS_OK: i32 = Code::Ok as i32;
pub const WORDS_NULL: i32 = Code::Null as i32;
pub const WORDS_UTF8: i32 = Code::Utf8 as i32;
pub const WORDS_PANIC: i32 = Code::Panic as i32;
pub const WORDS_NOT_FOUND: i32 = Code::NotFound as i32;

#[derive(Clone, Copy)]
enum Code {
    Ok,
    Null,
    Utf8,
    Panic,
    NotFound,
}

enum Problem {
    Null(&'static str),
    Utf8(&'static str),
    Panic(Box<str>),
    NotFound,
}

impl Problem {
    fn code(&self) -> Code {
        match self {
            Problem::Null(_) => Code::Null,
            Problem::Utf8(_) => Code::Utf8,
            Problem::Panic(_) => Code::Panic,
            Problem::NotFound => Code::NotFound,
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Null(name) => write!(f, "NULL given as {name}"),
            Problem::Utf8(name) => write!(f, "{name}: bad encoding"),
            Problem::Panic(text) if text.is_empty() => f.write_str("panic"),
            Problem::Panic(text) => write!(f, "panic: {}", text.replace('\0', "\u{fffd}")),
            Problem::NotFound => f.write_str("no words yet"),
        }
    }
}

impl From<Box<dyn Any + Send>> for Problem {
    fn from(payload: Box<dyn Any + Send>) -> Problem {
        let text = match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(other) => other.downcast_ref::<&str>().copied().unwrap_or_default().into(),
        };
        Problem::Panic(text.into())
    }
}

struct Last {
    problem: Box<Problem>,
    text: Box<CString>,
    before: Cell<usize>,
}

thread_local! {
    static LAST: RefCell<Option<Box<Last>>> = const { RefCell::new(None) };
}

fn enter(work: impl FnOnce() -> Result<(), Problem>) -> i32 {
    let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|p| Err(p.into()));
    match outcome {
        Ok(()) => WORDS_OK,
        Err(problem) => {
            let code = problem.code() as i32;
            let text = CString::new(problem.to_string()).unwrap_or_default();
            let last = Last {
                problem: Box::new(problem),
                text: Box::new(text),
                before: Cell::new(0),
            };
            LAST.with_borrow_mut(|place| *place = Some(Box::new(last)));
            code
        }
    }
}

/// All texts, one after the other, and a count of how often somebody asked.
pub struct Words {
    texts: RefCell<Vec<Box<str>>>,
    pub asked: Cell<u64>,
}

impl Words {
    fn counted(&self) -> Vec<(String, usize)> {
        self.asked.set(self.asked.get() + 1);
        let texts = self.texts.borrow();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for word in texts.iter().flat_map(|text| text.split(char::is_whitespace)) {
            if !word.is_empty() {
                *counts.entry(word).or_insert(0) += 1;
            }
        }
        let mut list: Vec<(String, usize)> =
            counts.into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
        list.sort();
        list
    }
}

/// Follows a pointer that may be null.
unsafe fn given<'a, T>(pointer: *const T, name: &'static str) -> Result<&'a T, Problem> {
    // SAFETY: the caller of the library promises null or a value.
    unsafe { pointer.as_ref() }.ok_or(Problem::Null(name))
}

unsafe fn string<'a>(pointer: *const c_char, name: &'static str) -> Result<&'a str, Problem> {
    if pointer.is_null() {
        return Err(Problem::Null(name));
    }
    // SAFETY: not null, so it ends in NUL.
    unsafe { CStr::from_ptr(pointer) }.to_str().map_err(|_| Problem::Utf8(name))
}

pub type WordsVisit =
    Option<unsafe extern "C-unwind" fn(*const c_char, usize, *mut c_void) -> i32>;

mod exported {
    use super::*;

    macro_rules! export {
        ($($symbol:literal fn $name:ident($($arg:ident: $type:ty),*) $work:expr;)*) => {$(
            /// # Safety
            ///
            /// - What the header says.
            #[unsafe(export_name = $symbol)]
            pub unsafe extern "C" fn $name($($arg: $type),*) -> i32 {
                enter(move || $work)
            }
        )*};
    }

    export! {
        "words_add" fn words_add(handle: *mut Words, text: *const c_char) {
            // SAFETY: the caller's promises.
            let (words, text) = unsafe { (given(handle, "handle")?, string(text, "text")?) };
            words.texts.borrow_mut().push(text.into());
            Ok(())
        };
        "words_count" fn words_count(handle: *const Words, word: *const c_char, out: *mut usize) {
            // SAFETY: the caller's promises.
            let (words, word) = unsafe { (given(handle, "handle")?, string(word, "word")?) };
            if out.is_null() {
                return Err(Problem::Null("out"));
            }
            let list = words.counted();
            let found = list.iter().find(|(one, _)| one == word);
            // SAFETY: not null.
            unsafe { *out = found.map_or(0, |(_, count)| *count) };
            Ok(())
        };
        "words_most_common" fn words_most_common(handle: *const Words, out: *mut *mut c_char) {
            // SAFETY: the caller's promise.
            let words = unsafe { given(handle, "handle")? };
            if out.is_null() {
                return Err(Problem::Null("out"));
            }
            let mut best: Option<(String, usize)> = None;
            for (word, count) in words.counted() {
                if best.as_ref().is_none_or(|(_, most)| count > *most) {
                    best = Some((word, count));
                }
            }
            let (word, _) = best.ok_or(Problem::NotFound)?;
            let word = CString::new(word).expect("words have no NUL");
            // SAFETY: not null.
            unsafe { ptr::write(out, word.into_raw()) };
            Ok(())
        };
        "words_each" fn words_each(handle: *const Words, visit: WordsVisit, user: *mut c_void) {
            // SAFETY: the caller's promise.
            let words = unsafe { given(handle, "handle")? };
            let visit = visit.ok_or(Problem::Null("visit"))?;
            for (word, count) in words.counted() {
                let word = CString::new(word).expect("words have no NUL");
                // SAFETY: the caller allows it; nothing of the counter is borrowed.
                if unsafe { visit(word.as_ptr(), count, user) } != 0 {
                    return Ok(());
                }
            }
            Ok(())
        };
    }
}

pub use exported::{words_add, words_count, words_each, words_most_common};

#[unsafe(no_mangle)]
pub extern "C" fn words_new() -> *mut Words {
    Box::into_raw(Box::new(Words { texts: RefCell::default(), asked: Cell::default() }))
}

/// # Safety
///
/// - `handle` is null or points to null or to a counter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_free(handle: *mut *mut Words) {
    // SAFETY: null or a place.
    if let Some(place) = unsafe { handle.as_mut() } {
        let words = std::mem::replace(place, ptr::null_mut());
        if !words.is_null() {
            // SAFETY: from `words_new`.
            unsafe { drop(Box::from_raw(words)) };
        }
    }
}

/// # Safety
///
/// - `string` is null or points to null or to a string of this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_string_free(string: *mut *mut c_char) {
    // SAFETY: null or a place.
    if let Some(place) = unsafe { string.as_mut() }
        && !place.is_null()
    {
        // SAFETY: from `into_raw`.
        drop(unsafe { CString::from_raw(std::mem::replace(place, ptr::null_mut())) });
    }
}

/// # Safety
///
/// - `buffer` is null or `len` bytes may be written there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_last_error(buffer: *mut c_char, len: usize) -> usize {
    LAST.with_borrow(|last| {
        let text = match last {
            Some(last) => {
                last.before.set(last.before.get() + last.problem.code() as usize);
                last.text.as_c_str()
            }
            None => c"",
        };
        let bytes = text.to_bytes_with_nul();
        if !buffer.is_null() && len >= bytes.len() {
            // SAFETY: that many bytes may be written.
            unsafe { ptr::copy(text.as_ptr(), buffer, bytes.len()) };
        }
        bytes.len()
    })
}
