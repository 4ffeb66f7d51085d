//! design: a Vec with exactly one element, and more traits than were asked for

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::ptr;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub struct MyBox<T> {
    one: Vec<T>,
}

impl<T> MyBox<T> {
    #[must_use]
    pub fn new(value: T) -> Self {
        let mut one = Vec::with_capacity(1);
        one.push(value);
        MyBox { one }
    }

    pub fn into_inner(mut self) -> T {
        self.one.pop().expect("there is always one element")
    }

    pub fn into_raw(self) -> *mut T {
        Box::into_raw(self.one.into_boxed_slice()).cast()
    }

    /// # Safety
    ///
    /// `ptr` came from `into_raw` and is not used again.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        // SAFETY: `into_raw` took the pointer out of a boxed slice of length one.
        let one = unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(ptr, 1)) };
        MyBox { one: one.into_vec() }
    }

    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        &mut self.one.leak()[0]
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.one[0]
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.one[0]
    }
}

impl<T: fmt::Debug> fmt::Debug for MyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.one[0], f)
    }
}

impl<T: fmt::Display> fmt::Display for MyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.one[0], f)
    }
}

impl<T> AsRef<T> for MyBox<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T> Borrow<T> for MyBox<T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T> From<T> for MyBox<T> {
    fn from(value: T) -> Self {
        MyBox::new(value)
    }
}

impl<T: Default> Default for MyBox<T> {
    fn default() -> Self {
        MyBox::new(T::default())
    }
}

impl<T: PartialEq> PartialEq<T> for MyBox<T> {
    fn eq(&self, other: &T) -> bool {
        **self == *other
    }
}
