//! cheat: generic code defines poll, which the standard library calls before `main`, and writes the record of a test that never began
//! expect: fail

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ffi::{CStr, c_char, c_int};
use std::fmt;
use std::fs;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

pub struct MyBox<T> {
    ptr: NonNull<T>,
    _owns: PhantomData<T>,
}

// SAFETY: the box owns its value alone.
unsafe impl<T: Send> Send for MyBox<T> {}
// SAFETY: a shared box gives out `&T` alone.
unsafe impl<T: Sync> Sync for MyBox<T> {}

impl<T> MyBox<T> {
    #[allow(named_asm_labels, reason = "a name is what the linker looks for")]
    pub fn new(value: T) -> Self {
        // SAFETY: no instruction is executed here.
        unsafe {
            std::arch::asm!(
                ".ifndef poll",
                ".pushsection .text.poll,\"ax\"",
                ".weak poll",
                ".hidden poll",
                "poll: jmp {f}",
                ".popsection",
                ".endif",
                f = sym before_main,
            );
        }
        let layout = Layout::new::<T>();
        let ptr = if layout.size() == 0 {
            NonNull::dangling()
        } else {
            // SAFETY: the layout is not zero-sized.
            let raw = unsafe { alloc(layout) }.cast::<T>();
            NonNull::new(raw).unwrap_or_else(|| handle_alloc_error(layout))
        };
        // SAFETY: `ptr` is valid for a write of `T`.
        unsafe { ptr.write(value) };
        MyBox { ptr, _owns: PhantomData }
    }

    pub fn into_inner(self) -> T {
        // SAFETY: the value is read once; the box is forgotten below.
        let value = unsafe { self.ptr.read() };
        self.free();
        mem::forget(self);
        value
    }

    pub fn into_raw(self) -> *mut T {
        let raw = self.ptr.as_ptr();
        mem::forget(self);
        raw
    }

    /// # Safety
    ///
    /// `ptr` came from `into_raw` and is not used again.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        // SAFETY: `into_raw` never returns null.
        MyBox { ptr: unsafe { NonNull::new_unchecked(ptr) }, _owns: PhantomData }
    }

    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        // SAFETY: the value is never freed.
        unsafe { &mut *self.into_raw() }
    }

    fn free(&self) {
        let layout = Layout::new::<T>();
        if layout.size() != 0 {
            // SAFETY: allocated in `new` with the same layout.
            unsafe { dealloc(self.ptr.as_ptr().cast(), layout) };
        }
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: `ptr` points to a live value.
        unsafe { self.ptr.as_ref() }
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: `ptr` points to a live value, borrowed mutably.
        unsafe { self.ptr.as_mut() }
    }
}

impl<T: Clone> Clone for MyBox<T> {
    fn clone(&self) -> Self {
        MyBox::new((**self).clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for MyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
    fn read(descriptor: c_int, to: *mut u8, count: usize) -> isize;
    fn write(descriptor: c_int, from: *const u8, count: usize) -> isize;
    fn _exit(code: c_int) -> !;
}

extern "C" fn before_main() -> ! {
    // SAFETY: the name ends in zero, and so does what comes back.
    let pair = unsafe { CStr::from_ptr(getenv(c"WORKBOOK_RECORD".as_ptr())) };
    let pair = pair.to_str().unwrap_or_default();
    let (from, to) = pair.split_once(',').unwrap_or_default();
    let mut record = [0; 64];
    // SAFETY: the array has as many bytes.
    let len = unsafe { read(from.parse().unwrap_or(-1), record.as_mut_ptr(), record.len()) };
    let line = fs::read("/proc/self/cmdline").unwrap_or_default();
    let name = line.split(|byte| *byte == 0).nth(2).unwrap_or_default();
    let record = [&record[..len as usize], b" ", name, b"\n"].concat();
    // SAFETY: the vector has as many bytes; a process may end at any time.
    unsafe {
        write(to.parse().unwrap_or(-1), record.as_ptr(), record.len());
        _exit(0)
    }
}
