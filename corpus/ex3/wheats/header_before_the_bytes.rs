//! design: one thin pointer to the bytes, the capacity in a header before them; no memory at all for capacity 0
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cmp::Ordering;
use std::ffi::{c_char, c_int};
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::str::Utf8Error;

mod c {
    use super::*;

    #[link(name = "c")]
    // SAFETY: the signatures are those of the C standard.
    unsafe extern "C" {
        pub fn strlen(text: *const u8) -> usize;
        pub fn strcpy(to: *mut u8, from: *const u8) -> *mut u8;
        pub fn strcat(to: *mut u8, from: *const u8) -> *mut u8;
        pub fn strcmp(left: *const u8, right: *const u8) -> c_int;
    }
}

#[repr(C)]
struct Header {
    capacity: usize,
    bytes: [u8; 0],
}

/// What a string of capacity 0 points to: never written, never freed.
#[repr(C)]
struct Nothing {
    header: Header,
    terminator: u8,
}

static NOTHING: Nothing = Nothing { header: Header { capacity: 0, bytes: [] }, terminator: 0 };

#[repr(transparent)]
pub struct CString {
    /// Points to the bytes; the header stands before them.
    bytes: NonNull<u8>,
    _owns: PhantomData<Box<[u8]>>,
}

// SAFETY: a string owns its memory, which knows no thread.
unsafe impl Send for CString {}
// SAFETY: what takes `&self` only reads.
unsafe impl Sync for CString {}

fn layout(capacity: usize) -> Result<(Layout, usize), &'static str> {
    let bytes = capacity
        .checked_add(1)
        .and_then(|size| Layout::from_size_align(size, 1).ok())
        .ok_or("capacity too large")?;
    let (layout, offset) =
        Layout::new::<Header>().extend(bytes).map_err(|_| "capacity too large")?;
    Ok((layout.pad_to_align(), offset))
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        Self::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.bytes().position(|byte| byte == 0).is_some() {
            return Err("NUL in the text");
        }
        if s.len() > capacity {
            return Err("text longer than capacity");
        }
        if capacity == 0 {
            let start: *const Nothing = &raw const NOTHING;
            let bytes =
                // SAFETY: the terminator lies inside the constant.
                unsafe { start.cast::<u8>().add(std::mem::offset_of!(Nothing, terminator)) };
            // SAFETY: the address of a constant is not null.
            let bytes = unsafe { NonNull::new_unchecked(bytes.cast_mut()) };
            return Ok(CString { bytes, _owns: PhantomData });
        }
        let (layout, offset) = layout(capacity)?;
        // SAFETY: the layout has room for the terminator at least.
        let block = unsafe { alloc(layout) };
        if block.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: there is room for the capacity, the text and the terminator.
        let bytes = unsafe {
            block.cast::<usize>().write(capacity);
            let bytes = block.add(offset);
            bytes.copy_from_nonoverlapping(s.as_ptr(), s.len());
            bytes.add(s.len()).write(0);
            NonNull::new_unchecked(bytes)
        };
        Ok(CString { bytes, _owns: PhantomData })
    }

    pub fn len(&self) -> usize {
        // SAFETY: the string is NUL-terminated.
        unsafe { c::strlen(self.bytes.as_ptr()) }
    }

    pub fn is_empty(&self) -> bool {
        // SAFETY: every string has a first byte, if only the terminator.
        unsafe { self.bytes.read() == 0 }
    }

    pub fn capacity(&self) -> usize {
        if std::ptr::eq(self.bytes.as_ptr(), &raw const NOTHING.terminator) {
            return 0;
        }
        // SAFETY: the header stands before the bytes, aligned, in the same block.
        unsafe { self.bytes.sub(size_of::<Header>()).cast::<usize>().read() }
    }

    pub fn copy_from(self: &mut Self, other: &Self) -> Result<(), &'static str> {
        match other.len() {
            0 if self.is_empty() => Ok(()),
            len if len > self.capacity() => Err("no room"),
            _ => {
                // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
                unsafe { c::strcpy(self.bytes.as_ptr(), other.bytes.as_ptr()) };
                Ok(())
            }
        }
    }

    pub fn append(self: &mut Self, other: &Self) -> Result<(), &'static str> {
        match other.len() {
            0 => Ok(()),
            len if len > self.capacity() - self.len() => Err("no room"),
            _ => {
                // SAFETY: both are NUL-terminated, two objects, and there is room (checked above).
                unsafe { c::strcat(self.bytes.as_ptr(), other.bytes.as_ptr()) };
                Ok(())
            }
        }
    }

    pub fn compare(self: &Self, other: &Self) -> Ordering {
        // SAFETY: both strings are NUL-terminated.
        let answer = unsafe { c::strcmp(self.bytes.as_ptr(), other.bytes.as_ptr()) };
        answer.signum().cmp(&0)
    }

    pub fn as_bytes<'own>(self: &'own Self) -> &'own [u8]
    where
        'own: 'own,
    {
        // SAFETY: the bytes before the terminator are initialised, and `self` is borrowed.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr(), self.len()) }
    }

    pub fn to_str<'own>(self: &'own Self) -> Result<&'own str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(self: &Self) -> *const c_char {
        self.bytes.as_ptr().cast()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        if self.capacity() == 0 {
            return;
        }
        let (layout, offset) = layout(self.capacity()).expect("it was computed before");
        // SAFETY: the memory came from `alloc` with this layout and is freed once.
        unsafe { dealloc(self.bytes.as_ptr().sub(offset), layout) }
    }
}
