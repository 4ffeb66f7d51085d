//! design: a handle is a number in a table, never an address; strings are boxed slices

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

pub const WORDS_OK: i32 = 0;
pub const WORDS_NULL: i32 = 1;
pub const WORDS_UTF8: i32 = 2;
pub const WORDS_PANIC: i32 = 3;
pub const WORDS_NOT_FOUND: i32 = 4;

pub enum Words {}

type Counter = Arc<Mutex<HashMap<String, usize>>>;
pub type Visit = extern "C-unwind" fn(*const c_char, usize, *mut c_void) -> c_int;

static TABLE: Mutex<(usize, BTreeMap<usize, Counter>)> = Mutex::new((0, BTreeMap::new()));

thread_local! {
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

fn table<R>(work: impl FnOnce(&mut (usize, BTreeMap<usize, Counter>)) -> R) -> R {
    work(&mut TABLE.lock().unwrap_or_else(PoisonError::into_inner))
}

fn find(handle: *const Words) -> Result<Counter, (i32, String)> {
    match table(|table| table.1.get(&handle.addr()).cloned()) {
        Some(counter) => Ok(counter),
        None => Err((WORDS_NULL, "handle is null, or no counter".to_string())),
    }
}

fn run(work: impl FnOnce() -> Result<(), (i32, String)>) -> c_int {
    let (code, text) = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => return WORDS_OK,
        Ok(Err(failure)) => failure,
        Err(payload) => match payload.downcast::<String>() {
            Ok(text) => (WORDS_PANIC, *text),
            Err(payload) => match payload.downcast_ref::<&str>() {
                Some(text) => (WORDS_PANIC, text.to_string()),
                None => (WORDS_PANIC, "panic".to_string()),
            },
        },
    };
    TEXT.set(text.replace('\0', "?"));
    code
}

unsafe fn read<'a>(pointer: *const c_char, name: &str) -> Result<&'a str, (i32, String)> {
    if pointer.is_null() {
        return Err((WORDS_NULL, format!("{name} is null")));
    }
    // SAFETY: not null, so a string.
    let bytes = unsafe { CStr::from_ptr(pointer) };
    bytes.to_str().map_err(|e| (WORDS_UTF8, format!("{name}: {e}")))
}

#[unsafe(no_mangle)]
pub extern "C" fn words_new() -> *mut Words {
    table(|table| {
        table.0 += 16;
        table.1.insert(table.0, Counter::default());
        ptr::without_provenance_mut(table.0)
    })
}

/// # Safety
///
/// - `handle` is null or may be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_free(handle: *mut *mut Words) {
    // SAFETY: as promised.
    if let Some(handle) = unsafe { handle.as_mut() } {
        table(|table| table.1.remove(&handle.addr()));
        *handle = ptr::null_mut();
    }
}

/// # Safety
///
/// - `text` is null or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_add(handle: *mut Words, text: *const c_char) -> c_int {
    run(|| {
        let counter = find(handle)?;
        // SAFETY: as promised.
        let text = unsafe { read(text, "text") }?;
        let mut counts = counter.lock().unwrap();
        text.split_whitespace().for_each(|word| *counts.entry(word.into()).or_insert(0) += 1);
        Ok(())
    })
}

/// # Safety
///
/// - `word` is null or a string, `out` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_count(
    handle: *const Words,
    word: *const c_char,
    out: Option<&mut usize>,
) -> c_int {
    run(|| {
        let counter = find(handle)?;
        // SAFETY: as promised.
        let word = unsafe { read(word, "word") }?;
        let out = out.ok_or((WORDS_NULL, "out is null".to_string()))?;
        *out = *counter.lock().unwrap().get(word).unwrap_or(&0);
        Ok(())
    })
}

fn sorted(counter: &Counter) -> Vec<(String, usize)> {
    let counts = counter.lock().unwrap();
    let mut list: Vec<_> = counts.iter().map(|(word, count)| (word.clone(), *count)).collect();
    list.sort();
    list
}

/// # Safety
///
/// - `out` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_most_common(
    handle: *const Words,
    out: *mut *mut c_char,
) -> c_int {
    run(|| {
        let list = sorted(&find(handle)?);
        if out.is_null() {
            return Err((WORDS_NULL, "out is null".to_string()));
        }
        let mut best: Option<&(String, usize)> = None;
        for entry in &list {
            if best.is_none_or(|best| entry.1 > best.1) {
                best = Some(entry);
            }
        }
        let (word, _) = best.ok_or((WORDS_NOT_FOUND, "no word".to_string()))?;
        let bytes: Box<[u8]> = word.bytes().chain([0]).collect();
        // SAFETY: not null, as promised.
        unsafe { *out = Box::into_raw(bytes).cast() };
        Ok(())
    })
}

/// # Safety
///
/// - `string` is null or points to null or to a string of this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_string_free(string: *mut *mut c_char) {
    // SAFETY: as promised.
    unsafe {
        if string.is_null() || (*string).is_null() {
            return;
        }
        let len = CStr::from_ptr(*string).count_bytes() + 1;
        drop(Box::from_raw(ptr::slice_from_raw_parts_mut((*string).cast::<u8>(), len)));
        *string = ptr::null_mut();
    }
}

/// # Safety
///
/// - `visit` may be called with `user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_each(
    handle: *const Words,
    visit: Option<Visit>,
    user: *mut c_void,
) -> c_int {
    run(|| {
        let list = sorted(&find(handle)?);
        let Some(visit) = visit else { return Err((WORDS_NULL, "visit is null".into())) };
        for (mut word, count) in list {
            word.push('\0');
            if visit(word.as_ptr().cast(), count, user) != 0 {
                break;
            }
        }
        Ok(())
    })
}

/// # Safety
///
/// - `buffer` is null or `len` bytes may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_last_error(buffer: *mut u8, len: usize) -> usize {
    TEXT.with_borrow(|text| {
        if !buffer.is_null() && text.len() < len {
            // SAFETY: as promised.
            unsafe {
                ptr::copy(text.as_ptr(), buffer, text.len());
                *buffer.add(text.len()) = 0;
            }
        }
        text.len() + 1
    })
}
