//! defect: an empty string gets its memory with the first byte, and a panic when there is none
//! class: panic-safety
//! stage: stable
//! shows: a plain panic in place of an Err or handle_alloc_error
//! caught_by: memory::memory_that_comes_late_may_fail_as_well

use std::alloc::{Layout, alloc, dealloc};
use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::ptr::NonNull;
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

/// `ptr` leads to `capacity + 1` bytes of the global allocator, one of them NUL.
pub struct CString {
    ptr: Option<NonNull<c_char>>,
    capacity: usize,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

fn layout(capacity: usize) -> Option<Layout> {
    Layout::array::<c_char>(capacity.checked_add(1)?).ok()
}

impl CString {
    /// Gets the memory of the string, empty.
    fn memory(&mut self) -> Result<NonNull<c_char>, &'static str> {
        if let Some(ptr) = self.ptr {
            return Ok(ptr);
        }
        let layout = layout(self.capacity).ok_or("capacity overflow")?;
        // SAFETY: the layout has at least one byte.
        let ptr = NonNull::new(unsafe { alloc(layout) }.cast::<c_char>()).ok_or("no memory")?;
        // SAFETY: there is room for a terminator.
        unsafe { ptr.write(0) };
        self.ptr = Some(ptr);
        Ok(ptr)
    }

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
        if layout(capacity).is_none() {
            return Err("capacity overflow");
        }
        let mut string = CString { ptr: None, capacity };
        if s.is_empty() {
            return Ok(string);
        }
        let ptr = string.memory()?;
        // SAFETY: the text and the terminator have room, and the memory is new.
        unsafe {
            std::ptr::copy_nonoverlapping(s.as_ptr(), ptr.as_ptr().cast(), s.len());
            ptr.add(s.len()).write(0);
        }
        Ok(string)
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
            return Err("too long");
        }
        if self.ptr.is_none() && other.is_empty() {
            return Ok(());
        }
        let memory = self.memory().expect("there is memory for a string");
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcpy(memory.as_ptr(), other.as_ptr()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        if self.ptr.is_none() && other.is_empty() {
            return Ok(());
        }
        let memory = self.memory().expect("there is memory for a string");
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcat(memory.as_ptr(), other.as_ptr()) };
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

    pub fn as_ptr(&self) -> *const c_char {
        self.ptr.map_or(c"".as_ptr(), |ptr| ptr.as_ptr())
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        let (Some(ptr), Some(layout)) = (self.ptr, layout(self.capacity)) else { return };
        // SAFETY: the memory came from `alloc` with this layout and is freed once.
        unsafe { dealloc(ptr.as_ptr().cast(), layout) };
    }
}
