//! design: two buffers in one block: a change is written to the one that nobody sees, then the two change places

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;

/// One block of `2 * (capacity + 1)` bytes, all of them initialised.
pub struct CString {
    block: *mut u8,
    capacity: usize,
    second_is_shown: bool,
}

// SAFETY: a string owns its block, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

fn layout(capacity: usize) -> Option<Layout> {
    Layout::array::<[u8; 2]>(capacity.checked_add(1)?).ok()
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.bytes().any(|byte| byte == 0) {
            return Err("a NUL inside");
        }
        if s.len() > capacity {
            return Err("too long");
        }
        let layout = layout(capacity).ok_or("too large")?;
        // SAFETY: both buffers have a byte for the terminator.
        let block = unsafe { alloc_zeroed(layout) };
        if block.is_null() {
            handle_alloc_error(layout);
        }
        let mut string = CString { block, capacity, second_is_shown: false };
        string.turn(b"", s.as_bytes());
        Ok(string)
    }

    fn start(&self, second: bool) -> *mut u8 {
        self.block.wrapping_add(if second { self.capacity + 1 } else { 0 })
    }

    /// Writes both parts to the hidden buffer and shows it. Together they fit.
    fn turn(&mut self, first: &[u8], second: &[u8]) {
        let hidden = self.start(!self.second_is_shown);
        assert!(first.len() + second.len() <= self.capacity, "checked by the callers");
        // SAFETY: both and a terminator fit (checked above); no part lies in the
        // hidden buffer, which nobody has a reference to.
        unsafe {
            hidden.copy_from_nonoverlapping(first.as_ptr(), first.len());
            hidden.add(first.len()).copy_from_nonoverlapping(second.as_ptr(), second.len());
            hidden.add(first.len() + second.len()).write(0);
        }
        self.second_is_shown = !self.second_is_shown;
    }

    pub fn len(&self) -> usize {
        let mut len = 0;
        // SAFETY: the shown buffer is initialised and ends with a NUL.
        while unsafe { self.start(self.second_is_shown).add(len).read() } != 0 {
            len += 1;
        }
        len
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        let bytes = other.as_bytes();
        if bytes.len() > self.capacity {
            return Err("too long");
        }
        self.turn(b"", bytes);
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        let (len, more) = (self.len(), other.as_bytes());
        if more.len() > self.capacity - len {
            return Err("too long");
        }
        // SAFETY: so many bytes of the shown buffer are initialised, and `turn`
        // writes to the other one.
        let shown =
            unsafe { std::slice::from_raw_parts(self.start(self.second_is_shown), len) };
        self.turn(shown, more);
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        let pairs = self.as_bytes().iter().zip(other.as_bytes());
        pairs
            .map(|(left, right)| left.cmp(right))
            .find(|order| order.is_ne())
            .unwrap_or(self.len().cmp(&other.len()))
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the NUL, borrowed as long as `self`.
        unsafe { std::slice::from_raw_parts(self.start(self.second_is_shown), self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.start(self.second_is_shown).cast()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        if let Some(layout) = layout(self.capacity) {
            // SAFETY: allocated with this layout, freed once.
            unsafe { dealloc(self.block, layout) };
        }
    }
}
