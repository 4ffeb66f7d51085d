//! defect: capacity asks the Vec how much room it has
//! class: logic
//! stage: stable
//! shows: the capacity is larger than asked for
//! caught_by: unit::capacity_is_exactly_what_was_asked_for

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

pub struct CString {
    block: Vec<u8>,
    capacity: usize,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.as_bytes().contains(&0) {
            return Err("the text contains a NUL");
        }
        if s.len() > capacity {
            return Err("the text is too long");
        }
        if capacity >= isize::MAX as usize {
            return Err("the capacity is too large");
        }
        let mut block = s.as_bytes().to_vec();
        while block.len() <= capacity {
            block.push(0);
        }
        Ok(CString { block, capacity })
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.as_ptr()) }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        self.block.capacity() - 1
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("the other string is too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcpy(self.block.as_mut_ptr().cast(), other.as_ptr()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("both strings together are too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcat(self.block.as_mut_ptr().cast(), other.as_ptr()) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both are NUL-terminated.
        let answer = unsafe { strcmp(self.as_ptr(), other.as_ptr()) };
        answer.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.block[..self.len()]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.block.as_ptr().cast()
    }
}
