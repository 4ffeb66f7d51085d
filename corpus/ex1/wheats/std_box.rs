//! design: a std Box inside, no unsafe code but in from_raw

use std::fmt;
use std::ops::{Deref, DerefMut};

pub struct MyBox<T>(Box<T>);

impl<T> MyBox<T> {
    pub fn new(value: T) -> Self {
        MyBox(Box::new(value))
    }

    pub fn into_inner(self) -> T {
        *self.0
    }

    pub fn into_raw(self) -> *mut T {
        Box::into_raw(self.0)
    }

    /// # Safety
    ///
    /// `ptr` came from `into_raw` and is not used again.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        // SAFETY: `into_raw` took the pointer out of a `Box`.
        MyBox(unsafe { Box::from_raw(ptr) })
    }

    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        Box::leak(self.0)
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Clone> Clone for MyBox<T> {
    fn clone(&self) -> Self {
        MyBox(self.0.clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for MyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
