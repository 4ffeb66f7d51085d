//! defect: munmap is told of one page, however many there are
//! class: leak
//! stage: stable
//! shows: strings of more than a page leave the others behind
//! caught_by: memory::no_call_uses_memory_up

use std::cmp::Ordering;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::NonNull;
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn mmap(
        near: *mut c_void,
        size: usize,
        protection: c_int,
        flags: c_int,
        file: c_int,
        offset: i64,
    ) -> *mut c_void;
    fn munmap(block: *mut c_void, size: usize) -> c_int;
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

/// Linux on every common processor: readable and writable, private, no file.
const PROTECTION: c_int = 1 | 2;
const FLAGS: c_int = 0x02 | 0x20;

fn pages(capacity: usize) -> Option<usize> {
    (capacity + 1).checked_next_multiple_of(4096).filter(|n| *n <= isize::MAX as usize)
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
        if capacity >= isize::MAX as usize {
            return Err("capacity overflow");
        }
        let size = pages(capacity).ok_or("no memory")?;
        // SAFETY: a mapping of its own, anywhere.
        let memory = unsafe { mmap(std::ptr::null_mut(), size, PROTECTION, FLAGS, -1, 0) };
        if memory.addr() == usize::MAX {
            return Err("no memory");
        }
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
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcpy(self.ptr.as_ptr(), other.as_ptr()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcat(self.ptr.as_ptr(), other.as_ptr()) };
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
        self.ptr.as_ptr()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        // SAFETY: mapped in `with_capacity`.
        unsafe { munmap(self.ptr.as_ptr().cast(), 4096) };
    }
}
