//! defect: Clone is derived, which copies the pointer
//! class: double-drop
//! stage: stable
//! shows: a string and its clone free the same block
//! caught_by: memory::traits_beyond_the_contract_are_sound

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

#[derive(Clone)]
pub struct CString {
    ptr: NonNull<c_char>,
    capacity: usize,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}

// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

fn layout(capacity: usize) -> Option<Layout> {
    Layout::array::<u8>(capacity.checked_add(1)?).ok()
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.as_bytes().contains(&0) {
            return Err("the text contains a NUL");
        }
        if s.len() > capacity {
            return Err("the text is too long");
        }
        let layout = layout(capacity).ok_or("the capacity is too large")?;
        // SAFETY: the layout has room for the terminator at least.
        let memory = unsafe { alloc(layout) };
        let ptr = NonNull::new(memory).ok_or("out of memory")?;
        // SAFETY: there is room for the text, and the memory is new.
        unsafe { ptr.as_ptr().copy_from_nonoverlapping(s.as_ptr(), s.len()) };
        // SAFETY: there is room for the terminator behind the text.
        unsafe { ptr.add(s.len()).write(0) };
        Ok(CString { ptr: ptr.cast(), capacity })
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
            return Err("the other string is too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcpy(self.ptr.as_ptr(), other.as_ptr()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("both strings together are too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcat(self.ptr.as_ptr(), other.as_ptr()) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both are NUL-terminated.
        let answer = unsafe { strcmp(self.as_ptr(), other.as_ptr()) };
        answer.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised.
        unsafe { std::slice::from_raw_parts(self.as_ptr().cast(), self.len()) }
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
        let layout = layout(self.capacity).expect("the layout of the request");
        // SAFETY: the memory came from `alloc` with this layout.
        unsafe { dealloc(self.ptr.as_ptr().cast(), layout) };
    }
}
