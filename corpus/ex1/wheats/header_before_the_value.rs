//! design: a header with a magic number and a count stands before the value in the same allocation

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

struct Header {
    magic: u64,
    uses: u32,
}

/// The whole block, and where the value begins in it.
fn block<T>() -> (Layout, usize) {
    let (layout, offset) = Layout::new::<Header>().extend(Layout::new::<T>()).unwrap();
    (layout.pad_to_align(), offset)
}

// SAFETY: the box owns its value alone.
unsafe impl<T: Send> Send for MyBox<T> {}
// SAFETY: a shared box gives out `&T` alone.
unsafe impl<T: Sync> Sync for MyBox<T> {}

impl<T> MyBox<T> {
    pub fn new(value: T) -> Self {
        if mem::size_of::<T>() == 0 {
            mem::forget(value);
            return MyBox { ptr: NonNull::dangling(), _owns: PhantomData };
        }
        let (layout, offset) = block::<T>();
        // SAFETY: the layout holds a header, so it is not zero-sized.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else {
            handle_alloc_error(layout)
        };
        // SAFETY: both places lie in the block and are aligned, by `extend`.
        let ptr = unsafe {
            start.cast::<Header>().write(Header { magic: 0xB0C5, uses: 1 });
            let ptr = start.add(offset).cast::<T>();
            ptr.write(value);
            ptr
        };
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
        if mem::size_of::<T>() != 0 {
            let (layout, offset) = block::<T>();
            // SAFETY: `new` put a header `offset` bytes before the value, at the
            // start of a block of this layout.
            unsafe {
                let start = self.ptr.cast::<u8>().sub(offset);
                let header = start.cast::<Header>().as_ref();
                assert!(header.magic == 0xB0C5 && header.uses == 1, "not a block of MyBox");
                dealloc(start.as_ptr(), layout);
            }
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
