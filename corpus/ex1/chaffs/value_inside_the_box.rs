//! defect: the value stays in the box itself until somebody asks for a raw pointer
//! class: logic
//! stage: stable
//! shows: a box allocates nothing, and its value moves with it
//! caught_by: unit::the_value_lies_outside_the_box

use std::fmt;
use std::ops::{Deref, DerefMut};

pub struct MyBox<T> {
    value: Option<T>,
}

impl<T> MyBox<T> {
    pub fn new(value: T) -> Self {
        MyBox { value: Some(value) }
    }

    pub fn into_inner(mut self) -> T {
        self.value.take().expect("full until now")
    }

    pub fn into_raw(self) -> *mut T {
        Box::into_raw(Box::new(self.into_inner()))
    }

    /// # Safety
    ///
    /// `ptr` came from `into_raw` and is not used again.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        // SAFETY: `into_raw` made the pointer from a `Box`.
        MyBox::new(*unsafe { Box::from_raw(ptr) })
    }

    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        Box::leak(Box::new(self.into_inner()))
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("full until the end")
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("full until the end")
    }
}

impl<T> Drop for MyBox<T> {
    fn drop(&mut self) {
        self.value = None;
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
