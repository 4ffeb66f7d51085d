//! defect: the buffer has a fixed size
//! class: logic
//! stage: stable
//! shows: strings of 64 KiB and more are refused
//! caught_by: unit::long_strings_work

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

const INLINE: usize = 32;

pub struct CString {
    short: [u8; INLINE],
    long: Box<[u8]>,
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
        if s.len() > capacity || capacity > usize::from(u16::MAX) {
            return Err("the capacity does not do");
        }
        let long =
            if capacity < INLINE { Box::default() } else { vec![0; capacity + 1].into() };
        let mut string = CString { short: [0; INLINE], long, capacity };
        string.memory_mut()[..s.len()].copy_from_slice(s.as_bytes());
        Ok(string)
    }

    fn memory(&self) -> &[u8] {
        if self.capacity < INLINE { &self.short } else { &self.long }
    }

    fn memory_mut(&mut self) -> &mut [u8] {
        if self.capacity < INLINE { &mut self.short } else { &mut self.long }
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
            return Err("the other string is too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcpy(self.memory_mut().as_mut_ptr().cast(), other.as_ptr()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("both strings together are too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcat(self.memory_mut().as_mut_ptr().cast(), other.as_ptr()) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both are NUL-terminated.
        unsafe { strcmp(self.as_ptr(), other.as_ptr()) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.memory()[..self.len()]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.memory().as_ptr().cast()
    }
}
