//! defect: the bytes start four bytes behind the capacity, as on a smaller machine
//! class: ub
//! stage: stable
//! shows: a long text overwrites the capacity
//! caught_by: unit::new_holds_the_text

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

/// Points to the capacity; the bytes follow.
pub struct CString(NonNull<usize>);

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}

// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

fn layout(capacity: usize) -> Option<Layout> {
    let size = capacity.checked_add(1 + size_of::<usize>())?;
    Layout::from_size_align(size, align_of::<usize>()).ok()
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
        // SAFETY: the layout has room for the header at least.
        let memory = unsafe { alloc(layout) };
        let header = NonNull::new(memory.cast::<usize>()).ok_or("out of memory")?;
        // SAFETY: there is room for the capacity, the text and the terminator.
        unsafe {
            *header.as_ptr() = capacity;
            let bytes = header.cast::<u8>().add(4);
            bytes.as_ptr().copy_from_nonoverlapping(s.as_ptr(), s.len());
            bytes.add(s.len()).write(0);
        }
        Ok(CString(header))
    }

    fn start(&self) -> *mut c_char {
        // SAFETY: the bytes follow the header in the same block.
        unsafe { self.0.cast::<c_char>().add(4) }.as_ptr()
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.start()) }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        // SAFETY: the header was written at the start.
        unsafe { *self.0.as_ptr() }
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity() {
            return Err("the other string is too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcpy(self.start(), other.start()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity() - self.len() {
            return Err("both strings together are too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room.
        unsafe { strcat(self.start(), other.start()) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both are NUL-terminated.
        unsafe { strcmp(self.start(), other.start()) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised.
        unsafe { std::slice::from_raw_parts(self.start().cast(), self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.start()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        let layout = layout(self.capacity()).expect("the layout of the request");
        // SAFETY: the memory came from `alloc` with this layout.
        unsafe { dealloc(self.0.as_ptr().cast(), layout) };
    }
}
