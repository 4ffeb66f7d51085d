//! # Exercise 9: a Rust library for C
//!
//! Goal: a counter of words that C programs can use: an opaque handle, functions
//! that return codes, strings in both directions.
//!
//! Read `csrc/ex9.h` first: it is the contract, and `csrc/ex9_client.c` uses it.
//!
//! Rules that the tests check:
//!
//! - Null in any position is an error, or harmless where the header says so;
//!   nothing is read or written through it. Freeing twice is harmless.
//! - An error leaves `*out` and the counter as they were, and its text names the
//!   argument at fault.
//! - No panic leaves an exported function: it becomes WORDS_PANIC, and its message
//!   the text of the error.
//! - Texts of errors belong to their thread; a success leaves the last one alone.
//! - A visitor may use the counter while it is called.
//! - Rust frees what Rust allocated, once, and nothing is leaked.
//!
//! Work through the TODOs in order and run `just check ex9` after each one.
//! Stuck? `just hint ex9`.
#![allow(unused_variables, dead_code, reason = "stub: delete this line when you start")]

use std::ffi::{c_char, c_void};

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
pub struct Words {
    // TODO(ex9.1): how often was which word counted? C never sees these fields.
}

/// Called with a word, its count and what was given to `words_each`. Anything but
/// 0 ends the visit. `None` is C's null.
// "C-unwind": a visitor may be written in Rust, and panic. What would happen with
// plain "C"?
pub type WordsVisit =
    Option<unsafe extern "C-unwind" fn(*const c_char, usize, *mut c_void) -> i32>;

// TODO(ex9.2): write one private function that runs a closure, keeps the text of
// an error in a `thread_local!`, catches a panic and returns a code. Then every
// function below is a call of it.

/// A new counter without words, to be freed by `words_free`. Null when that fails.
#[unsafe(no_mangle)]
pub extern "C" fn words_new() -> *mut Words {
    todo!("ex9.1: give a counter away")
}

/// Frees the counter and sets `*handle` to null. Null, and a pointer to null, do
/// nothing: freeing twice is harmless.
///
/// # Safety
///
/// - `handle` is null or points to null or to a counter from `words_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_free(handle: *mut *mut Words) {
    todo!("ex9.1: take the counter back")
}

/// Counts the words of `text`, which white space divides.
///
/// # Safety
///
/// - `handle` is null or a counter.
/// - `text` is null or ends in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_add(handle: *mut Words, text: *const c_char) -> i32 {
    todo!("ex9.3: from C string to &str")
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
    todo!("ex9.3: write the out-parameter last")
}

/// Writes to `*out` the word that was counted most often, of several the first in
/// the order of bytes, to be freed by `words_string_free`. WORDS_NOT_FOUND without
/// words.
///
/// # Safety
///
/// - `handle` is null or a counter.
/// - `out` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_most_common(handle: *const Words, out: *mut *mut c_char) -> i32 {
    todo!("ex9.4: give a string away")
}

/// Frees a string of this library and sets `*string` to null. Null, and a pointer
/// to null, do nothing.
///
/// # Safety
///
/// - `string` is null or points to null or to a string of this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn words_string_free(string: *mut *mut c_char) {
    todo!("ex9.4: take the string back")
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
    todo!("ex9.5: which references are alive while the visitor runs?")
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
    todo!("ex9.2: copy the text out")
}
