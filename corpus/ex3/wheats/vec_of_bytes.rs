//! design: no unsafe code but a cast at the border: a Vec that ends with the terminator
use std::cmp::Ordering;
use std::ffi::{CStr, c_char};
use std::str::Utf8Error;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CString {
    /// The contents and one NUL.
    bytes: Vec<u8>,
    capacity: usize,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        let mut bytes = Vec::new();
        match capacity.checked_add(1) {
            Some(size) if size <= isize::MAX as usize => {
                bytes.try_reserve(size).map_err(|_| "no memory for this capacity")?
            }
            _ => return Err("no room for the terminator"),
        }
        bytes.extend_from_slice(s.as_bytes());
        bytes.push(0);
        // A NUL before the one at the end makes this an error.
        CStr::from_bytes_with_nul(&bytes).map_err(|_| "the text has a NUL")?;
        if bytes.len() - 1 > capacity {
            return Err("the text is too long");
        }
        Ok(Self { bytes, capacity })
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() - 1
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == 1
    }

    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &Self) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("too long");
        }
        self.bytes.clone_from(&other.bytes);
        Ok(())
    }

    pub fn append(&mut self, other: &Self) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        self.bytes.pop();
        self.bytes.extend_from_slice(&other.bytes);
        Ok(())
    }

    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len()]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        str::from_utf8(self.as_bytes())
    }

    #[must_use]
    pub fn as_ptr(&self) -> *const c_char {
        self.bytes.as_ptr().cast()
    }
}

impl std::ops::Deref for CString {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}
