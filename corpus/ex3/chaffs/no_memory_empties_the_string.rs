//! defect: copy_from empties the string when there is no memory for it
//! class: memory
//! stage: stable
//! shows: after a refused request the string is empty
//! caught_by: memory::allocation_failure_is_an_error_or_handle_alloc_error

use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;

/// The text with its terminator, and nothing behind it.
pub struct CString {
    bytes: Vec<u8>,
    capacity: usize,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        CString::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.contains('\0') {
            return Err("NUL inside");
        }
        if s.len() > capacity {
            return Err("too long");
        }
        if capacity >= isize::MAX as usize {
            return Err("capacity overflow");
        }
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(s.len() + 1).is_err() {
            return Err("no memory");
        }
        bytes.extend_from_slice(s.as_bytes());
        bytes.push(0);
        Ok(CString { bytes, capacity })
    }

    pub fn len(&self) -> usize {
        self.bytes.len().saturating_sub(1)
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
        self.bytes = Vec::new();
        if self.bytes.try_reserve_exact(other.len() + 1).is_err() {
            self.bytes = vec![];
            return Err("no memory");
        }
        self.bytes.extend_from_slice(&other.bytes);
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        self.bytes.pop();
        self.bytes.extend_from_slice(&other.bytes);
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len()]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.bytes.as_ptr().cast()
    }
}
