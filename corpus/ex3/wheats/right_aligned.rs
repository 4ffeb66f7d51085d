//! design: the text ends where the memory ends; the first byte moves

use std::alloc::{Layout, alloc, dealloc};
use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::ptr::NonNull;
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

/// `ptr` leads to `capacity + 1` bytes of the global allocator, one of them NUL.
pub struct CString {
    ptr: NonNull<c_char>,
    capacity: usize,
    len: usize,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

fn layout(capacity: usize) -> Option<Layout> {
    Layout::array::<c_char>(capacity.checked_add(1)?).ok()
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        CString::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.as_bytes().contains(&0) {
            return Err("NUL inside");
        }
        if s.len() > capacity {
            return Err("too long");
        }
        let Some(layout) = layout(capacity) else {
            return Err("capacity overflow");
        };
        // SAFETY: the layout has at least one byte.
        let memory = unsafe { alloc(layout) };
        let Some(ptr) = NonNull::new(memory) else {
            return Err("no memory");
        };
        // SAFETY: the text and the terminator have room, and the memory is new.
        unsafe {
            let first = ptr.add(capacity - s.len());
            std::ptr::copy_nonoverlapping(s.as_ptr(), first.as_ptr(), s.len());
            ptr.add(capacity).write(0);
        }
        Ok(CString { ptr: ptr.cast(), capacity, len: s.len() })
    }

    pub fn len(&self) -> usize {
        self.len
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
        self.len = other.len;
        // SAFETY: there is room from the new first byte on, and the two are two objects.
        unsafe { self.first().copy_from_nonoverlapping(other.as_ptr(), self.len) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        let old = self.first();
        let kept = self.len;
        self.len += other.len;
        // SAFETY: there is room from the new first byte on, and the two are two objects.
        unsafe {
            self.first().copy_from(old, kept);
            self.first().add(kept).copy_from_nonoverlapping(other.as_ptr(), other.len);
        }
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both strings are NUL-terminated.
        unsafe { strcmp(self.as_ptr(), other.as_ptr()) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised, and `self` is borrowed.
        unsafe { std::slice::from_raw_parts(self.as_ptr().cast::<u8>(), self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    fn first(&self) -> *mut c_char {
        // SAFETY: the length is not greater than the capacity.
        unsafe { self.ptr.as_ptr().add(self.capacity - self.len) }
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.first()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        let Some(layout) = layout(self.capacity) else { return };
        // SAFETY: the memory came from `alloc` with this layout and is freed once.
        unsafe { dealloc(self.ptr.as_ptr().cast(), layout) };
    }
}
