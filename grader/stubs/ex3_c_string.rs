//! # Exercise 3: `CString`, a safe wrapper around C's string functions
//!
//! Goal: own a NUL-terminated string of a fixed capacity, let the C library do
//! the work, and let safe code never see how dangerous that is.
//!
//! C's functions trust their caller with everything: that there is a NUL, that
//! there is room, that two strings do not overlap. Each method of this module
//! is safe, so it must make sure of all that itself, before the call.
//!
//! Rules that the tests check:
//!
//! - The capacity is the number of bytes that fit, the terminator not counted.
//!   It is exactly what was asked for and never changes.
//! - A NUL in the text is an error, since C would take it for the end.
//! - Whatever does not fit is an error, and an `Err` leaves the string as it
//!   was. What fits exactly, fits.
//! - The string is NUL-terminated whenever C code can see it.
//! - `compare` sees bytes as unsigned numbers, and of C's answer only the sign
//!   counts.
//! - A capacity without room for the terminator (the sum exceeds `isize::MAX`)
//!   is an error. Memory that cannot be had ends in an `Err` or in
//!   `std::alloc::handle_alloc_error`, never in a panic.
//! - Every allocation is freed exactly once, by the allocator it came from and
//!   with the layout it was requested with.
//! - `CString` is `Send` and `Sync`.
//!
//! You may get memory as you like: from `std::alloc`, from C's `malloc`, from a
//! `Vec`. Work through the TODOs in order and run `just check ex3` after each
//! one. Stuck? `just hint ex3`.
#![allow(dead_code, unused_variables, reason = "stub: delete this line when you start")]

use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::str::Utf8Error;

// The C library is linked into every Rust program that uses `std`. Nobody checks
// that these lines agree with it: that is why the block is `unsafe`.
//
// TODO(ex3.1): read the manual of each function. Write down above this block, as
// its `SAFETY:` comment, where the signatures come from, and for each function
// what it demands of its caller.
unsafe extern "C" {
    /// The number of bytes before the first NUL.
    fn strlen(text: *const c_char) -> usize;
    /// Copies `from` with its NUL to `to`. Returns `to`.
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    /// Copies `from` with its NUL to where the NUL of `to` is. Returns `to`.
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    /// Less than, equal to or greater than zero, as `left` is than `right`.
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

/// An owner of a NUL-terminated string with room for a fixed number of bytes.
pub struct CString {
    // TODO(ex3.2): hold the memory and the capacity instead. Then write down,
    // above this struct, what is always true of them: these are your invariants.
    _memory: (),
}

// TODO(ex3.9): a raw pointer takes `Send` and `Sync` away. If you hold one, give
// them back with two `unsafe impl`s, and write down why each is true.

impl CString {
    /// A string that holds `s` and has room for just that.
    ///
    /// # Errors
    ///
    /// When `s` contains a NUL.
    pub fn new(s: &str) -> Result<Self, &'static str> {
        todo!("ex3.3: a string of capacity s.len()")
    }

    /// A string that holds `s` and has room for `capacity` bytes.
    ///
    /// # Errors
    ///
    /// When `s` contains a NUL, when `s` has more than `capacity` bytes, or when
    /// `capacity` bytes and the terminator exceed `isize::MAX`.
    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        todo!("ex3.3: check, allocate, copy the bytes, write the terminator")
    }

    /// The length in bytes, by `strlen`.
    pub fn len(&self) -> usize {
        todo!("ex3.4: ask strlen")
    }

    /// Whether the length is 0.
    pub fn is_empty(&self) -> bool {
        todo!("ex3.4: a string without a byte before its terminator")
    }

    /// How many bytes fit, the terminator not counted.
    pub fn capacity(&self) -> usize {
        todo!("ex3.4: what with_capacity was asked for")
    }

    /// Replaces the contents by those of `other`, by `strcpy`.
    ///
    /// # Errors
    ///
    /// When `other` is longer than the capacity of this string.
    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        todo!("ex3.6: check that it fits, then strcpy")
    }

    /// Adds the contents of `other` at the end, by `strcat`.
    ///
    /// # Errors
    ///
    /// When both together are longer than the capacity of this string.
    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        todo!("ex3.6: check that both fit, then strcat")
    }

    /// Compares byte by byte, by `strcmp`.
    pub fn compare(&self, other: &CString) -> Ordering {
        todo!("ex3.7: turn the sign of strcmp's answer into an Ordering")
    }

    /// The contents, without the terminator.
    pub fn as_bytes(&self) -> &[u8] {
        todo!("ex3.5: a slice of len() bytes")
    }

    /// The contents as text.
    ///
    /// # Errors
    ///
    /// When the contents are not UTF-8.
    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        todo!("ex3.5: std::str::from_utf8 of the bytes")
    }

    /// A pointer for C code to read from: NUL-terminated, and valid until this
    /// string is changed, moved or dropped.
    pub fn as_ptr(&self) -> *const c_char {
        todo!("ex3.4: the address of the first byte")
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        todo!("ex3.8: give the memory back, with the layout of the request")
    }
}
