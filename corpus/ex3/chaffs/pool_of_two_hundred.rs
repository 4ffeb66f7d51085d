//! defect: a static limit of 200 strings at a time
//! class: wrong_result
//! stage: stable
//! shows: the string number 201 is refused
//! caught_by: memory::many_strings_live_at_once

use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;

/// The text with its terminator, and nothing behind it.
pub struct CString {
    bytes: Vec<u8>,
    capacity: usize,
}

static LIVE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

impl Drop for CString {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    }
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
        if bytes.try_reserve_exact(capacity + 1).is_err() {
            return Err("no memory");
        }
        bytes.extend_from_slice(s.as_bytes());
        bytes.push(0);
        if LIVE.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= 200 {
            LIVE.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            return Err("too many strings");
        }
        Ok(CString { bytes, capacity })
    }

    pub fn len(&self) -> usize {
        self.bytes.len() - 1
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
        self.bytes.clear();
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
