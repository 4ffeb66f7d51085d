//! defect: as_ptr returns a copy of its own, which nobody frees
//! class: leak
//! stage: stable
//! shows: memory runs up with each as_ptr
//! caught_by: memory::no_call_uses_memory_up

use std::cmp::Ordering;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::NonNull;
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
    fn strdup(text: *const c_char) -> *mut c_char;
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

/// `ptr` leads to `capacity + 1` bytes of C's heap, one of them NUL.
pub struct CString {
    ptr: NonNull<c_char>,
    capacity: usize,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

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
        if capacity >= isize::MAX as usize {
            return Err("capacity overflow");
        }
        // SAFETY: `malloc` may be called with any size.
        let memory = unsafe { malloc(capacity + 1) };
        let Some(ptr) = NonNull::new(memory.cast::<c_char>()) else {
            return Err("no memory");
        };
        // SAFETY: the text and the terminator have room, and the memory is new.
        unsafe {
            std::ptr::copy_nonoverlapping(s.as_ptr(), ptr.as_ptr().cast(), s.len());
            ptr.add(s.len()).write(0);
        }
        Ok(CString { ptr, capacity })
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.ptr.as_ptr()) }
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
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcpy(self.ptr.as_ptr(), other.ptr.as_ptr()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcat(self.ptr.as_ptr(), other.ptr.as_ptr()) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both strings are NUL-terminated.
        unsafe { strcmp(self.ptr.as_ptr(), other.ptr.as_ptr()) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised, and `self` is borrowed.
        unsafe { std::slice::from_raw_parts(self.ptr.as_ptr().cast::<u8>(), self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        // SAFETY: the string is NUL-terminated.
        let copy = unsafe { strdup(self.ptr.as_ptr()) };
        if copy.is_null() {
            std::alloc::handle_alloc_error(std::alloc::Layout::new::<u8>());
        }
        copy
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        // SAFETY: the memory came from `malloc` and is freed once.
        unsafe { free(self.ptr.as_ptr().cast()) };
    }
}
