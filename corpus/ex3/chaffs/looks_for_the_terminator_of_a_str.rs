//! defect: looks for a NUL in the text and in the byte behind it
//! class: memory
//! stage: stable
//! shows: a text at the end of memory ends in a segmentation fault
//! caught_by: memory::nothing_behind_the_input_is_read

use std::alloc::{Layout, alloc, dealloc};
use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::ptr::{self, NonNull};
use std::slice;
use std::str::{self, Utf8Error};

// SAFETY: the signatures are those of the C standard (7.26, "String handling"),
// with `usize` for `size_t`, which is the same type on every platform that
// `std` supports. What each function demands of its caller:
//
// - `strlen`: `text` points to initialised bytes up to a NUL.
// - `strcpy`: so does `from`; behind `to` there is room for these bytes and the
//   NUL; the two do not overlap.
// - `strcat`: so do both; behind `to` there is room for both and one NUL; the
//   two do not overlap.
// - `strcmp`: so do both.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
    fn strcpy(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char;
    fn strcmp(left: *const c_char, right: *const c_char) -> c_int;
}

/// An owner of a NUL-terminated string with room for a fixed number of bytes.
pub struct CString {
    /// The first byte (INV-1, INV-2, INV-3).
    ptr: NonNull<c_char>,
    /// How many bytes fit, the terminator not counted (INV-1).
    capacity: usize,
}

// SAFETY: a string owns its memory and shares it with nobody (INV-3), and
// nothing about it depends on the thread: the global allocator may be called
// from every thread.
unsafe impl Send for CString {}

// SAFETY: the methods that take `&self` only read, and so do the C functions
// that they call; what writes takes `&mut self`.
unsafe impl Sync for CString {}

/// The layout of a string: `capacity` bytes and the terminator. `None` when that
/// exceeds `isize::MAX`, more than any allocation may have.
fn layout(capacity: usize) -> Option<Layout> {
    Layout::array::<c_char>(capacity.checked_add(1)?).ok()
}

impl CString {
    /// A string that holds `s` and has room for just that.
    ///
    /// # Errors
    ///
    /// When `s` contains a NUL.
    pub fn new(s: &str) -> Result<Self, &'static str> {
        CString::with_capacity(s, s.len())
    }

    /// A string that holds `s` and has room for `capacity` bytes.
    ///
    /// # Errors
    ///
    /// When `s` contains a NUL, when `s` has more than `capacity` bytes, when
    /// `capacity` bytes and the terminator exceed `isize::MAX`, or when there is
    /// no memory.
    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        // SAFETY: a text has its bytes and one to end it.
        let bytes = unsafe { std::slice::from_raw_parts(s.as_ptr(), s.len() + 1) };
        if bytes.iter().position(|byte| *byte == 0).is_some_and(|at| at < s.len()) {
            return Err("the text contains a NUL, which C takes for its end");
        }
        if s.len() > capacity {
            return Err("the text is longer than the capacity");
        }
        let Some(layout) = layout(capacity) else {
            return Err("the capacity is more than an allocation may have");
        };
        // SAFETY: the layout has at least one byte, for the terminator.
        let memory = unsafe { alloc(layout) };
        let Some(ptr) = NonNull::new(memory) else {
            return Err("there is no memory for this capacity");
        };
        // SAFETY:
        // - `s` has `s.len()` readable bytes, and the allocation has room for more
        //   than that: `s.len() <= capacity` was checked above;
        // - bytes are always aligned;
        // - the allocation is new, so the two do not overlap.
        unsafe { ptr::copy_nonoverlapping(s.as_ptr(), ptr.as_ptr(), s.len()) };
        // SAFETY: byte number `s.len() <= capacity` lies inside the allocation of
        // `capacity + 1` bytes.
        unsafe { ptr.add(s.len()).write(0) };
        // The terminator is written, and no byte before it is NUL: INV-2 holds.
        Ok(CString { ptr: ptr.cast::<c_char>(), capacity })
    }

    /// The length in bytes, by `strlen`.
    pub fn len(&self) -> usize {
        // SAFETY: `ptr` points to initialised bytes up to a NUL (INV-2).
        unsafe { strlen(self.as_ptr()) }
    }

    /// Whether the length is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes fit, the terminator not counted.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Replaces the contents by those of `other`, by `strcpy`.
    ///
    /// # Errors
    ///
    /// When `other` is longer than the capacity of this string.
    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("the other string is longer than the capacity");
        }
        // SAFETY:
        // - `other` is NUL-terminated (INV-2);
        // - its bytes and the NUL have room: their number was compared with the
        //   capacity above, and there is one byte more than that (INV-1);
        // - the two do not overlap: `&mut self` is not `other`, and two strings
        //   have two allocations (INV-3).
        // The NUL is copied, too, so INV-2 holds again.
        unsafe { strcpy(self.ptr.as_ptr(), other.as_ptr()) };
        Ok(())
    }

    /// Adds the contents of `other` at the end, by `strcat`.
    ///
    /// # Errors
    ///
    /// When both together are longer than the capacity of this string.
    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        // No length exceeds its capacity, so the difference is no underflow.
        let room = self.capacity - self.len();
        if other.len() > room {
            return Err("both strings together are longer than the capacity");
        }
        // SAFETY:
        // - both are NUL-terminated (INV-2);
        // - both have room together, as compared above, and so has the NUL (INV-1);
        // - the two do not overlap: `&mut self` is not `other`, and two strings
        //   have two allocations (INV-3).
        // The NUL is copied, too, so INV-2 holds again.
        unsafe { strcat(self.ptr.as_ptr(), other.as_ptr()) };
        Ok(())
    }

    /// Compares byte by byte, by `strcmp`.
    pub fn compare(&self, other: &CString) -> Ordering {
        // SAFETY: both are NUL-terminated (INV-2).
        let answer = unsafe { strcmp(self.as_ptr(), other.as_ptr()) };
        // Any number may come; C promises its sign only.
        answer.cmp(&0)
    }

    /// The contents, without the terminator.
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY:
        // - the bytes before the NUL are initialised and lie in one allocation
        //   (INV-1, INV-2), which is no longer than `isize::MAX`;
        // - `c_char` and `u8` have the same size and alignment, and every byte is a
        //   valid `u8`;
        // - the slice borrows `self`, so nobody writes to them while it lives: that
        //   takes `&mut self` (INV-3).
        unsafe { slice::from_raw_parts(self.as_ptr().cast::<u8>(), self.len()) }
    }

    /// The contents as text.
    ///
    /// # Errors
    ///
    /// When the contents are not UTF-8.
    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        // Texts come in as `&str` and stay whole, so this is never an error. To
        // rely on that, unchecked, would spare little and bind every later method.
        str::from_utf8(self.as_bytes())
    }

    /// A pointer for C code to read from: NUL-terminated, and valid until this
    /// string is changed, moved or dropped.
    pub fn as_ptr(&self) -> *const c_char {
        self.ptr.as_ptr()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        let layout = layout(self.capacity).expect("with_capacity computed it before (INV-1)");
        // SAFETY:
        // - `ptr` came from `alloc` with this very layout (INV-1);
        // - it is not freed again: `drop` runs once, and nobody else owns it (INV-3).
        unsafe { dealloc(self.ptr.as_ptr().cast::<u8>(), layout) };
    }
}
