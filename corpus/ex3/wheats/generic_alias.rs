//! design: the name is an alias of a generic type with a trait behind it; rounded-up blocks that are replaced, never written twice
use std::alloc::{self, Layout};
use std::cmp::Ordering;
use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::str::Utf8Error;

// SAFETY: the signatures are those of the C standard.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strncmp(left: *const c_char, right: *const c_char, limit: usize) -> c_int;
}

pub type CString = Text<Rounded<64>>;

pub trait Blocks {
    fn layout(capacity: usize) -> Option<Layout>;
}

pub enum Rounded<const N: usize> {}

impl<const N: usize> Blocks for Rounded<N> {
    fn layout(capacity: usize) -> Option<Layout> {
        let size = capacity.checked_add(1)?;
        Layout::from_size_align(size.checked_next_multiple_of(N).unwrap_or(size), N).ok()
    }
}

pub struct Text<B: Blocks> {
    block: NonNull<c_char>,
    capacity: usize,
    _blocks: PhantomData<fn() -> B>,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl<B: Blocks> Send for Text<B> {}
// SAFETY: what takes `&self` only reads.
unsafe impl<B: Blocks> Sync for Text<B> {}

impl<B: Blocks> Text<B> {
    fn empty(capacity: usize) -> Result<Self, &'static str> {
        let layout = B::layout(capacity).ok_or("capacity out of range")?;
        // SAFETY: the layout has room for the terminator at least.
        let block = unsafe { alloc::alloc_zeroed(layout) };
        let block = NonNull::new(block.cast()).ok_or("out of memory")?;
        Ok(Text { block, capacity, _blocks: PhantomData })
    }

    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if CStr::from_bytes_until_nul(s.as_bytes()).is_ok() {
            return Err("NUL found");
        }
        if capacity < s.len() {
            return Err("too long");
        }
        let text = Self::empty(capacity)?;
        // SAFETY: the text has room, and the memory is new.
        unsafe { ptr::copy_nonoverlapping(s.as_ptr(), text.block.as_ptr().cast(), s.len()) };
        Ok(text)
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { strlen(self.block.as_ptr()) }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &Self) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("too long");
        }
        let fresh = Self::empty(self.capacity)?;
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe { strcpy(fresh.block.as_ptr(), other.block.as_ptr()) };
        *self = fresh;
        Ok(())
    }

    pub fn append(&mut self, other: &Self) -> Result<(), &'static str> {
        if self.len() + other.len() > self.capacity {
            return Err("too long");
        }
        let mut fresh = Self::empty(self.capacity)?;
        // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
        unsafe {
            strcpy(fresh.block.as_ptr(), self.block.as_ptr());
            strcat(fresh.block.as_ptr(), other.block.as_ptr());
        }
        std::mem::swap(self, &mut fresh);
        Ok(())
    }

    pub fn compare(&self, other: &Self) -> Ordering {
        let both = self.capacity.max(other.capacity) + 1;
        // SAFETY: both strings are NUL-terminated.
        unsafe { strncmp(self.block.as_ptr(), other.block.as_ptr(), both) }.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the string is NUL-terminated and stays so while `self` is borrowed.
        unsafe { CStr::from_ptr(self.as_ptr()) }.to_bytes()
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        // SAFETY: the string is NUL-terminated and stays so while `self` is borrowed.
        unsafe { CStr::from_ptr(self.as_ptr()) }.to_str()
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.block.as_ptr()
    }
}

impl<B: Blocks> Drop for Text<B> {
    fn drop(&mut self) {
        let layout = B::layout(self.capacity).expect("the layout of the request");
        // SAFETY: the memory came from `alloc` with this layout and is freed once.
        unsafe { alloc::dealloc(self.block.as_ptr().cast(), layout) }
    }
}
