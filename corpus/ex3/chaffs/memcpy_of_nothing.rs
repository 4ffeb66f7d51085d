//! defect: copies no bytes from the pointer of an empty text, which leads nowhere
//! class: ub
//! stage: miri
//! shows: memcpy asks for real pointers, also for 0 bytes
//! caught_by: memory::a_full_string_stays_in_its_memory

use std::alloc::{Layout, handle_alloc_error};
use std::cmp::Ordering;
use std::ffi::{c_char, c_int, c_void};
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
    fn memcpy(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
}

#[derive(Debug)]
pub struct CString {
    text: *mut c_char,
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
        if s.bytes().any(|byte| byte == b'\0') {
            return Err("NUL inside");
        }
        if capacity >= isize::MAX as usize {
            return Err("capacity overflow");
        }
        if capacity < s.len() {
            return Err("too long");
        }
        // SAFETY: `malloc` may be called with any size.
        let text = unsafe { malloc(capacity + 1) }.cast::<c_char>();
        if text.is_null() {
            handle_alloc_error(
                Layout::array::<u8>(capacity + 1).unwrap_or(Layout::new::<u8>()),
            );
        }
        // SAFETY: the text and the terminator have room, and the memory is new.
        unsafe {
            memcpy(text.cast(), s.as_ptr().cast(), s.len());
            *text.add(s.len()) = 0;
        }
        Ok(CString { text, capacity })
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.text) }
    }

    pub fn is_empty(&self) -> bool {
        // SAFETY: every string has a first byte, if only the terminator.
        unsafe { *self.text == 0 }
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() <= self.capacity {
            // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
            unsafe { strcpy(self.text, other.text) };
            Ok(())
        } else {
            Err("too long")
        }
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        match self.len().checked_add(other.len()) {
            Some(sum) if sum <= self.capacity => {
                // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
                unsafe { strcat(self.text, other.text) };
                Ok(())
            }
            _ => Err("too long"),
        }
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both strings are NUL-terminated.
        match unsafe { strcmp(self.text, other.text) } {
            ..0 => Ordering::Less,
            0 => Ordering::Equal,
            1.. => Ordering::Greater,
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised, and `self` is borrowed.
        unsafe { std::slice::from_raw_parts(self.text as *const u8, self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.text
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        // SAFETY: the memory came from `malloc` and is freed once.
        unsafe { free(self.text.cast()) }
    }
}
