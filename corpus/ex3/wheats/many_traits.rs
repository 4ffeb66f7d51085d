//! design: every trait that a string could offer, each of them sound

use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;

/// The text with its terminator, and nothing behind it.
pub struct CString {
    bytes: Vec<u8>,
    capacity: usize,
}

impl Clone for CString {
    fn clone(&self) -> Self {
        let mut bytes = Vec::with_capacity(self.capacity + 1);
        bytes.extend_from_slice(&self.bytes);
        CString { bytes, capacity: self.capacity }
    }

    fn clone_from(&mut self, other: &Self) {
        if self.copy_from(other).is_err() {
            *self = other.clone();
        }
    }
}

impl Default for CString {
    fn default() -> Self {
        CString { bytes: vec![0], capacity: 0 }
    }
}

impl std::fmt::Debug for CString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.as_bytes()))
    }
}

impl PartialEq for CString {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other).is_eq()
    }
}

impl Eq for CString {}

impl std::ops::Deref for CString {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl std::ops::DerefMut for CString {
    fn deref_mut(&mut self) -> &mut [u8] {
        let len = self.len();
        &mut self.bytes[..len]
    }
}

impl AsMut<[u8]> for CString {
    fn as_mut(&mut self) -> &mut [u8] {
        self
    }
}

impl std::fmt::Write for CString {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let other = CString::new(text).map_err(|_| std::fmt::Error)?;
        self.append(&other).map_err(|_| std::fmt::Error)
    }
}

impl std::io::Write for CString {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        let room = (self.capacity - self.len()).min(bytes.len());
        self.bytes.pop();
        self.bytes.extend_from_slice(&bytes[..room]);
        self.bytes.push(0);
        Ok(room)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
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
