//! defect: memory from std's into_raw is taken back by from_raw after C changed the length
//! class: ub
//! stage: stable
//! shows: from_raw measures the string again, and frees a block of another size
//! caught_by: memory::changed_strings_are_freed_as_they_were_allocated

use std::cmp::Ordering;
use std::ffi::{self, c_char, c_int};
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

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
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.len() > capacity || capacity >= isize::MAX as usize {
            return Err("the capacity does not do");
        }
        if s.contains('\0') {
            return Err("the text contains a NUL");
        }
        let mut room = Vec::new();
        room.try_reserve_exact(capacity + 1).map_err(|_| "out of memory")?;
        room.resize(capacity, b' ');
        let text = ffi::CString::new(room).map_err(|_| "the text contains a NUL")?.into_raw();
        // SAFETY: there is room for the text and its terminator.
        unsafe {
            text.cast::<u8>().copy_from_nonoverlapping(s.as_ptr(), s.len());
            text.add(s.len()).write(0);
        }
        Ok(CString { text, capacity })
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.text) }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("the other string is too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcpy(self.text, other.text) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("both strings together are too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcat(self.text, other.text) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both are NUL-terminated.
        unsafe { strcmp(self.text, other.text) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised.
        unsafe { std::slice::from_raw_parts(self.text.cast(), self.len()) }
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
        // SAFETY: the pointer came from `into_raw`.
        drop(unsafe { ffi::CString::from_raw(self.text) });
    }
}
