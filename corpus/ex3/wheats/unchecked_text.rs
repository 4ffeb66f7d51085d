//! design: a fat raw pointer from Box<[u8]>, zeroed, a stored length beside it, from_utf8_unchecked, no C at all
use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;

pub struct CString {
    block: *mut [u8],
    len: usize,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if memchr(0, s.as_bytes()).is_some() || s.len() > capacity {
            return Err("this text cannot be held");
        }
        let size = match capacity.wrapping_add(1) {
            0 => return Err("too large"),
            size if size > isize::MAX as usize => return Err("too large"),
            size => size,
        };
        let mut block = vec![0; size].into_boxed_slice();
        block[..s.len()].copy_from_slice(s.as_bytes());
        Ok(CString { block: Box::into_raw(block), len: s.len() })
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn capacity(&self) -> usize {
        self.block.len() - 1
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len > self.capacity() {
            return Err("too long");
        }
        self.put(0, other.as_bytes());
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if self.len.saturating_add(other.len) > self.capacity() {
            return Err("too long");
        }
        self.put(self.len, other.as_bytes());
        Ok(())
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        // SAFETY: the block is ours, and `self` is borrowed mutably.
        let block = unsafe { &mut *self.block };
        let end = at + bytes.len();
        // From the back, so that what is there ends with a NUL at every moment.
        block[end] = 0;
        for (place, byte) in block[at..end].iter_mut().zip(bytes).rev() {
            *place = *byte;
        }
        self.len = end;
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        for (ours, theirs) in self.as_bytes().iter().zip(other.as_bytes()) {
            if ours != theirs {
                return if ours < theirs { Ordering::Less } else { Ordering::Greater };
            }
        }
        self.len.cmp(&other.len)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the block is ours, and `self` is borrowed.
        let block = unsafe { &*self.block };
        &block[..self.len]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        // SAFETY: texts come in as `&str` and stay whole.
        Ok(unsafe { std::str::from_utf8_unchecked(self.as_bytes()) })
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.block.cast::<c_char>()
    }
}

fn memchr(byte: u8, bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|other| *other == byte)
}

impl Drop for CString {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Box::into_raw` and is used for the last time.
        drop(unsafe { Box::from_raw(self.block) });
    }
}
