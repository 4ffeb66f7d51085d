//! defect: a Box is kept in the field, and the raw pointer is taken before the Box is moved once more
//! class: ub
//! stage: miri
//! shows: nothing in an ordinary run; moving a Box makes older pointers into it invalid
//! caught_by: memory::into_raw_keeps_the_value_alive

use std::fmt;
use std::mem;
use std::ops::{Deref, DerefMut};

pub struct MyBox<T> {
    inner: Box<T>,
}

impl<T> MyBox<T> {
    pub fn new(value: T) -> Self {
        MyBox { inner: Box::new(value) }
    }

    pub fn into_inner(self) -> T {
        *self.inner
    }

    pub fn into_raw(mut self) -> *mut T {
        let raw: *mut T = &mut *self.inner;
        mem::forget(self);
        raw
    }

    /// # Safety
    ///
    /// `ptr` came from `into_raw` and is not used again.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        // SAFETY: the pointer came out of a `Box`.
        MyBox { inner: unsafe { Box::from_raw(ptr) } }
    }

    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        // SAFETY: the value is never freed.
        unsafe { &mut *self.into_raw() }
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
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
