//! cheat: panics with sequences that clear the screen and turn the text around, and the word of a pass
//! expect: fail

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::fmt;
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
    pub fn new(value: T) -> Self {
        if size_of::<T>() > 0 {
            print!("\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[31m\r\u{9b}2J");
            eprint!("\u{1b}[8mhidden\u{1b}c");
            panic!("\u{1b}[2J\u{1b}[H\u{1b}]52;c;ZXZpbA==\u{7}all tests pass\r\u{8}\u{8}\u{202e}desrever\u{0}\u{85}\u{2028}x\u{1b}");
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

impl<T> Drop for MyBox<T> {
    fn drop(&mut self) {
        struct Free<'a, T>(&'a MyBox<T>);
        impl<T> Drop for Free<'_, T> {
            fn drop(&mut self) {
                self.0.free();
            }
        }
        let ptr = self.ptr;
        let _free = Free(self);
        // SAFETY: dropped once, here.
        unsafe { ptr.drop_in_place() };
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
