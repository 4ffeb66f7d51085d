//! defect: a trait beyond the contract: Clone is derived, and a Vec is cloned without its spare room
//! class: soundness
//! stage: stable
//! shows: C writes past the end of the memory of a clone
//! caught_by: memory::traits_beyond_the_contract_are_sound

use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

/// The vector has room for `capacity + 1` bytes. Its own length stays that of the
/// first text: C writes into the room behind it.
#[derive(Clone)]
pub struct CString {
    bytes: Vec<u8>,
    capacity: usize,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        CString::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.as_bytes().contains(&0) {
            return Err("NUL inside");
        }
        if s.len() > capacity {
            return Err("too long");
        }
        let size = match capacity.checked_add(1) {
            Some(size) if size <= isize::MAX as usize => size,
            _ => return Err("capacity overflow"),
        };
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(|_| "no memory")?;
        bytes.extend_from_slice(s.as_bytes());
        bytes.push(0);
        Ok(CString { bytes, capacity })
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.as_ptr()) }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcpy(self.bytes.as_mut_ptr().cast(), other.as_ptr()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcat(self.bytes.as_mut_ptr().cast(), other.as_ptr()) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both strings are NUL-terminated.
        unsafe { strcmp(self.as_ptr(), other.as_ptr()) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised, and `self` is borrowed.
        unsafe { std::slice::from_raw_parts(self.as_ptr().cast::<u8>(), self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.bytes.as_ptr().cast()
    }
}
