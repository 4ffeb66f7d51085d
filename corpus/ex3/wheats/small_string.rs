//! design: up to 22 bytes stand in the value itself, longer ones on the heap
use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::mem::MaybeUninit;
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

const INLINE: usize = 22;

enum Storage {
    Inline([MaybeUninit<u8>; INLINE + 1]),
    Heap(Box<[MaybeUninit<u8>]>),
}

pub struct CString {
    storage: Storage,
    capacity: usize,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.contains('\0') {
            return Err("contains a NUL");
        }
        if s.len() > capacity {
            return Err("too long");
        }
        if isize::try_from(capacity).ok().and_then(|n| n.checked_add(1)).is_none() {
            return Err("capacity too large");
        }
        let mut storage = if capacity <= INLINE {
            Storage::Inline([MaybeUninit::uninit(); INLINE + 1])
        } else {
            Storage::Heap(Box::new_uninit_slice(capacity + 1))
        };
        let bytes = match &mut storage {
            Storage::Inline(bytes) => bytes.as_mut_slice(),
            Storage::Heap(bytes) => bytes,
        };
        for (place, byte) in bytes.iter_mut().zip(s.bytes().chain([0])) {
            place.write(byte);
        }
        Ok(CString { storage, capacity })
    }

    fn start(&self) -> *const c_char {
        match &self.storage {
            Storage::Inline(bytes) => bytes.as_ptr().cast(),
            Storage::Heap(bytes) => bytes.as_ptr().cast(),
        }
    }

    fn start_mut(&mut self) -> *mut c_char {
        match &mut self.storage {
            Storage::Inline(bytes) => bytes.as_mut_ptr().cast(),
            Storage::Heap(bytes) => bytes.as_mut_ptr().cast(),
        }
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.start()) }
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
        unsafe { strcpy(self.start_mut(), other.start()) };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if self.len() + other.len() > self.capacity {
            return Err("too long");
        }
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcat(self.start_mut(), other.start()) };
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both strings are NUL-terminated.
        unsafe { strcmp(self.start(), other.start()) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes before the terminator are initialised, and `self` is borrowed.
        unsafe { std::slice::from_raw_parts(self.start().cast(), self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.start()
    }
}

impl Clone for CString {
    fn clone(&self) -> Self {
        let text = self.to_str().expect("texts stay whole");
        CString::with_capacity(text, self.capacity).expect("the original was made so, too")
    }
}

impl Default for CString {
    fn default() -> Self {
        CString::new("").expect("no NUL, and one byte of memory")
    }
}

impl std::fmt::Display for CString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}
