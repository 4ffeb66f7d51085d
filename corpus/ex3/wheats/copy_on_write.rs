//! design: strings share their bytes after copy_from and part when one of them changes
use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;
use std::sync::Arc;

#[derive(Clone)]
pub struct CString {
    /// The contents and one NUL, perhaps shared with other strings.
    shared: Arc<[u8]>,
    capacity: usize,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.as_bytes().contains(&0) {
            Err("NUL")
        } else if capacity < s.len() {
            Err("too small")
        } else if capacity > isize::MAX as usize - 1 {
            Err("too large")
        } else {
            Ok(Self { shared: s.bytes().chain([0]).collect(), capacity })
        }
    }

    pub fn len(&self) -> usize {
        self.shared.iter().position(|byte| *byte == 0).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.shared[0] == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("too long");
        }
        self.shared = Arc::clone(&other.shared);
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.is_empty() {
            return Ok(());
        }
        if other.len() + self.len() > self.capacity {
            return Err("too long");
        }
        self.shared = self.as_bytes().iter().chain(other.shared.iter()).copied().collect();
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        if Arc::ptr_eq(&self.shared, &other.shared) {
            return Ordering::Equal;
        }
        self.as_bytes().cmp(other.as_bytes())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.shared[..self.len()]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.shared.as_ptr().cast()
    }
}
