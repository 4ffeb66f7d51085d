//! design: a Box<MaybeUninit<T>>; drop only drops the value, the field frees itself even during a panic

use std::fmt;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::{Deref, DerefMut};
use std::ptr;

pub struct MyBox<T> {
    inner: Box<MaybeUninit<T>>,
}

impl<T> MyBox<T> {
    pub fn new(value: T) -> Self {
        let mut inner = Box::new_uninit();
        inner.write(value);
        MyBox { inner }
    }

    fn take(self) -> Box<MaybeUninit<T>> {
        let this = ManuallyDrop::new(self);
        // SAFETY: the field is moved out once, and `this` is not dropped.
        unsafe { ptr::read(&this.inner) }
    }

    pub fn into_inner(self) -> T {
        // SAFETY: the value is initialised from `new` on.
        unsafe { self.take().assume_init_read() }
    }

    pub fn into_raw(self) -> *mut T {
        Box::into_raw(self.take()).cast()
    }

    /// # Safety
    ///
    /// `ptr` came from `into_raw` and is not used again.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        // SAFETY: `into_raw` took the pointer out of such a box.
        MyBox { inner: unsafe { Box::from_raw(ptr.cast()) } }
    }

    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        // SAFETY: the value is initialised from `new` on.
        unsafe { Box::leak(self.take()).assume_init_mut() }
    }
}

impl<T> Drop for MyBox<T> {
    fn drop(&mut self) {
        // SAFETY: the value is initialised, and dropped only here.
        unsafe { self.inner.assume_init_drop() };
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the value is initialised from `new` on.
        unsafe { self.inner.assume_init_ref() }
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the value is initialised from `new` on.
        unsafe { self.inner.assume_init_mut() }
    }
}

impl<T: Clone> Clone for MyBox<T> {
    fn clone(&self) -> Self {
        MyBox::new(T::clone(self))
    }
}

impl<T: fmt::Debug> fmt::Debug for MyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
