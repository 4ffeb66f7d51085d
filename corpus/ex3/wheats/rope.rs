//! design: a list of pieces, joined when somebody looks for the first time
use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;
use std::sync::OnceLock;

#[derive(Debug, Default)]
pub struct CString {
    pieces: Vec<Box<str>>,
    len: usize,
    capacity: usize,
    /// All pieces and the terminator; emptied by every change.
    joined: OnceLock<Box<[u8]>>,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.chars().any(|c| c == '\0') {
            return Err("a NUL is no text for C");
        }
        if s.len() > capacity {
            return Err("no room for the text");
        }
        if capacity.saturating_add(1) > isize::MAX as usize {
            return Err("no room for the terminator");
        }
        let pieces = vec![Box::from(s)];
        Ok(CString { pieces, len: s.len(), capacity, joined: OnceLock::new() })
    }

    fn joined(&self) -> &[u8] {
        self.joined.get_or_init(|| {
            let mut bytes = Vec::with_capacity(self.len + 1);
            for piece in &self.pieces {
                bytes.extend_from_slice(piece.as_bytes());
            }
            bytes.push(0);
            bytes.into_boxed_slice()
        })
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len > self.capacity {
            return Err("no room");
        }
        self.pieces = other.pieces.clone();
        self.len = other.len;
        self.joined.take();
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len > self.capacity - self.len {
            return Err("no room");
        }
        self.pieces.extend(other.pieces.iter().cloned());
        self.len += other.len;
        self.joined = OnceLock::new();
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        let bytes = |string: &CString| string.pieces.concat().into_bytes();
        bytes(self).cmp(&bytes(other))
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.joined()[..self.len]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.joined().as_ptr().cast()
    }
}
