//! design: calloc, strchr for the end, memccpy for every copy, memcmp up to the shorter terminator; a public alias and a macro for the refusals

use std::cmp::Ordering;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::NonNull;
use std::str::Utf8Error;

// SAFETY: the signatures are those of POSIX, with `usize` for `size_t`.
unsafe extern "C" {
    fn calloc(count: usize, size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
    fn strchr(text: *const c_char, byte: c_int) -> *mut c_char;
    fn memccpy(to: *mut c_void, from: *const c_void, stop: c_int, count: usize) -> *mut c_void;
    fn memcmp(left: *const c_void, right: *const c_void, count: usize) -> c_int;
}

/// What every method that can refuse returns.
pub type Answer<T = ()> = Result<T, &'static str>;

macro_rules! refuse_when {
    ($($refused:expr => $reason:literal),+ $(,)?) => {
        $(if $refused { return Err($reason); })+
    };
}

mod owner {
    use super::*;

    /// A block of C's heap with `capacity + 1` bytes and a NUL among them.
    pub struct CString {
        pub(super) text: NonNull<c_char>,
        pub(super) room: std::num::NonZeroUsize,
    }
}

pub use owner::CString;

// SAFETY: a string owns its block, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

impl CString {
    pub fn new(s: &str) -> Answer<Self> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Answer<Self> {
        refuse_when! {
            s.contains('\0') => "C takes a NUL for the end",
            s.len() > capacity => "too long for the capacity",
            capacity > isize::MAX as usize - 1 => "no room for the terminator",
        }
        // SAFETY: any two numbers may be asked for.
        let block = unsafe { calloc(capacity + 1, 1) };
        let text = NonNull::new(block.cast::<c_char>()).ok_or("no memory")?;
        // SAFETY: the text fits, and no NUL stops the copy; the byte behind it is zero.
        unsafe { memccpy(text.as_ptr().cast(), s.as_ptr().cast(), 0, s.len()) };
        let room = std::num::NonZeroUsize::new(capacity + 1).ok_or("no room")?;
        Ok(CString { text, room })
    }

    /// The place of the terminator.
    fn end(&self) -> *mut c_char {
        // SAFETY: the string is NUL-terminated, and the terminator is found, too.
        unsafe { strchr(self.text.as_ptr(), 0) }
    }

    pub fn len(&self) -> usize {
        self.end().addr() - self.text.addr().get()
    }

    pub fn is_empty(&self) -> bool {
        self.end() == self.text.as_ptr()
    }

    pub fn capacity(&self) -> usize {
        self.room.get() - 1
    }

    pub fn copy_from(&mut self, other: &CString) -> Answer {
        refuse_when! { other.len() >= self.room.get() => "too long" }
        // SAFETY: the bytes up to the NUL fit; two strings do not overlap.
        unsafe {
            memccpy(self.text.as_ptr().cast(), other.as_ptr().cast(), 0, self.room.get())
        };
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Answer {
        let left = self.room.get() - self.len();
        refuse_when! { other.len() >= left => "too long" }
        // SAFETY: the bytes up to the NUL fit; two strings do not overlap. The end
        // is made from the string's own pointer, which may write.
        unsafe {
            let end = self.text.as_ptr().add(self.len());
            memccpy(end.cast(), other.as_ptr().cast(), 0, left);
        }
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        // The terminator of the shorter one decides at the latest.
        let count = self.len().min(other.len()) + 1;
        // SAFETY: so many bytes of both are initialised.
        let answer = unsafe { memcmp(self.as_ptr().cast(), other.as_ptr().cast(), count) };
        answer.cmp(&0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: initialised up to the NUL, borrowed as long as `self`.
        unsafe { std::slice::from_raw_parts(self.text.as_ptr().cast(), self.len()) }
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.text.as_ptr()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        // SAFETY: from `calloc`, freed once.
        unsafe { free(self.text.as_ptr().cast()) };
    }
}
