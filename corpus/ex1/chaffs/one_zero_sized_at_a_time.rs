//! defect: zero-sized values at one address are dropped once for all
//! class: leak
//! stage: stable
//! shows: of several zero-sized values that live at once only the last is dropped
//! caught_by: memory::zero_sized_values_are_dropped_once

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
        let layout = Layout::new::<T>();
        let ptr = if layout.size() == 0 {
            NonNull::dangling()
        } else {
            // SAFETY: the layout is not zero-sized.
            let raw = unsafe { alloc(layout) }.cast::<T>();
            NonNull::new(raw).unwrap_or_else(|| handle_alloc_error(layout))
        };
        if size_of::<T>() == 0 {
            ZEROS.with(|z| z.set(z.get() + 1));
        }
        // SAFETY: `ptr` is valid for a write of `T`.
        unsafe { ptr.write(value) };
        MyBox { ptr, _owns: PhantomData }
    }

    pub fn into_inner(self) -> T {
        // SAFETY: the value is read once; the box is forgotten below.
        let value = unsafe { self.ptr.read() };
        self.free();
        if size_of::<T>() == 0 {
            ZEROS.with(|z| z.set(z.get().saturating_sub(1)));
        }
        mem::forget(self);
        value
    }

    pub fn into_raw(self) -> *mut T {
        let raw = self.ptr.as_ptr();
        if size_of::<T>() == 0 {
            ZEROS.with(|z| z.set(z.get().saturating_sub(1)));
        }
        mem::forget(self);
        raw
    }

    /// # Safety
    ///
    /// `ptr` came from `into_raw` and is not used again.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        if size_of::<T>() == 0 {
            ZEROS.with(|z| z.set(z.get() + 1));
        }
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
        if size_of::<T>() == 0 && ZEROS.with(|z| z.replace(z.get().saturating_sub(1))) > 1 {
            return;
        }
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

thread_local!(static ZEROS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });
