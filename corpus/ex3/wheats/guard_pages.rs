//! design: pages from mmap, the text right before a page that nobody may touch; as many strings as the system permits mappings

use std::cmp::Ordering;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard and of POSIX.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
    fn mmap(at: *mut c_void, len: usize, prot: c_int, flags: c_int, fd: c_int, off: i64)
    -> *mut c_void;
    fn munmap(at: *mut c_void, len: usize) -> c_int;
    fn mprotect(at: *mut c_void, len: usize, prot: c_int) -> c_int;
}

const PAGE: usize = 4096;

/// The text ends right before a page that nobody may touch.
pub struct CString {
    ptr: NonNull<c_char>,
    capacity: usize,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

fn pages(capacity: usize) -> Option<usize> {
    let size = capacity.checked_add(1)?;
    if size > isize::MAX as usize {
        return None;
    }
    size.checked_next_multiple_of(PAGE)
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
        let usable = pages(capacity).ok_or("capacity overflow")?;
        let all = usable.checked_add(PAGE).ok_or("capacity overflow")?;
        // SAFETY: a fresh private mapping (PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS).
        let base = unsafe { mmap(ptr::null_mut(), all, 3, 0x22, -1, 0) };
        if base.addr() == usize::MAX {
            return Err("no memory");
        }
        // SAFETY: the last page of the mapping; nobody uses it.
        if unsafe { mprotect(base.byte_add(usable), PAGE, 0) } != 0 {
            // SAFETY: the mapping is ours.
            unsafe { munmap(base, all) };
            return Err("no memory");
        }
        // SAFETY: inside the mapping: `capacity + 1 <= usable`.
        let start = unsafe { base.byte_add(usable - capacity - 1) }.cast::<c_char>();
        // SAFETY: the text and the terminator have room, and the memory is new.
        unsafe {
            ptr::copy_nonoverlapping(s.as_ptr(), start.cast(), s.len());
            start.add(s.len()).write(0);
        }
        Ok(CString { ptr: NonNull::new(start).ok_or("no memory")?, capacity })
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
        let Some(usable) = pages(self.capacity) else { return };
        // SAFETY: the mapping is ours; its start lies that far before the text.
        unsafe {
            let base = self.ptr.as_ptr().sub(usable - self.capacity - 1);
            munmap(base.cast(), usable + PAGE);
        }
    }
}
