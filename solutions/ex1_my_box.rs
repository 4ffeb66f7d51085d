//! # Exercise 1: `MyBox<T>`, the model solution
//!
//! A `MyBox<T>` owns one value of type `T` on the heap.
//!
//! ```text
//!   MyBox<T>            heap
//!   +-----+             +---------------+
//!   | ptr | ----------> | value: T      |   one allocation, Layout::new::<T>()
//!   +-----+             +---------------+
//!
//!   T zero-sized: ptr dangles (aligned, not null), there is no allocation
//! ```
//!
//! # Invariants
//!
//! They hold from the end of `new` or `from_raw` until `drop`, `into_inner`,
//! `into_raw` or `leak` takes the box apart.
//!
//! - INV-1: `ptr` is aligned for `T` and points to an initialised `T`.
//! - INV-2: if `T` is not zero-sized, `ptr` is the start of an allocation of the
//!   global allocator with layout `Layout::new::<T>()`.
//! - INV-3: nothing else uses that value or that allocation: the box owns both.
//!
//! # Why it is written so
//!
//! - `NonNull<T>` rather than `*mut T`: it is covariant, so a
//!   `MyBox<&'static str>` can be used where a `MyBox<&'a str>` is wanted, and
//!   `Option<MyBox<T>>` costs no extra byte.
//! - `PhantomData<T>` says that dropping a box drops a `T`.
//! - The allocation is freed by a guard, which runs whether the value's own
//!   destructor returns or panics.
//! - Every way to take the box apart goes through `into_raw`, the only place
//!   that has to think about the destructor of `MyBox`.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// An owner of one value on the heap.
pub struct MyBox<T> {
    /// Aligned, initialised and ours alone (INV-1, INV-2, INV-3).
    ptr: NonNull<T>,
    /// A box owns a `T` and drops it.
    _owns: PhantomData<T>,
}

// SAFETY: a box owns its value and shares it with nobody (INV-3), so sending
// the box to another thread sends a `T` and nothing else.
unsafe impl<T: Send> Send for MyBox<T> {}

// SAFETY: a shared box gives out `&T` and nothing else, so sharing the box
// between threads shares a `T` and nothing else.
unsafe impl<T: Sync> Sync for MyBox<T> {}

impl<T> MyBox<T> {
    /// Moves `value` to the heap. A zero-sized value needs no memory.
    ///
    /// Memory that cannot be had ends the process by
    /// [`handle_alloc_error`].
    pub fn new(value: T) -> Self {
        let ptr = allocate::<T>();
        // SAFETY:
        // - writable: `allocate` returned room for a `T` that nobody else has;
        // - aligned: so did `allocate` promise;
        // - `write` does not read or drop what was there before.
        unsafe { ptr.write(value) };
        MyBox { ptr, _owns: PhantomData }
    }

    /// Takes the value out and frees the allocation.
    pub fn into_inner(self) -> T {
        let ptr = self.into_non_null();
        // SAFETY:
        // - `ptr` points to an aligned, initialised `T` (INV-1);
        // - the value is not used again: the box is gone, and what is left of it
        //   is memory, freed below without looking at it.
        let value = unsafe { ptr.read() };
        // SAFETY: `ptr` came from `allocate::<T>` (INV-2) and is not used again.
        unsafe { free(ptr) };
        value
    }

    /// Gives up ownership: the pointer is aligned and not null, and whoever
    /// holds it owns the value.
    pub fn into_raw(self) -> *mut T {
        self.into_non_null().as_ptr()
    }

    /// Takes ownership back.
    ///
    /// # Safety
    ///
    /// - `ptr` came from [`into_raw`](Self::into_raw) of a `MyBox<T>`.
    /// - `ptr` is not used again, and neither is a copy of it.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        // SAFETY: `into_raw` returns pointers that are not null, and `ptr` is one
        // of these (caller).
        let ptr = unsafe { NonNull::new_unchecked(ptr) };
        // The invariants held when `into_raw` gave the pointer out, and the
        // caller promises that nobody else takes it for their own.
        MyBox { ptr, _owns: PhantomData }
    }

    /// Lets the value live for the rest of the program.
    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        let mut ptr = self.into_non_null();
        // SAFETY:
        // - `ptr` points to an aligned, initialised `T` (INV-1);
        // - nobody else uses it (INV-3), and the box that could is gone;
        // - it is never freed, so the reference is valid for every `'a` for which
        //   a `T` is.
        unsafe { ptr.as_mut() }
    }

    /// The pointer, without the destructor that would free it.
    fn into_non_null(self) -> NonNull<T> {
        ManuallyDrop::new(self).ptr
    }
}

/// Room for one `T`: aligned, writable, uninitialised, and the caller's alone.
/// A dangling pointer for a zero-sized `T`, to which a write of zero bytes is
/// allowed all the same.
fn allocate<T>() -> NonNull<T> {
    let layout = Layout::new::<T>();
    if layout.size() == 0 {
        return NonNull::dangling();
    }
    // SAFETY: the layout has a non-zero size (checked above).
    let memory = unsafe { alloc(layout) };
    match NonNull::new(memory.cast::<T>()) {
        Some(ptr) => ptr,
        None => handle_alloc_error(layout),
    }
}

/// Frees what [`allocate`] returned. The value in it is not dropped.
///
/// # Safety
///
/// - `ptr` came from `allocate::<T>` with the same `T`.
/// - Neither it nor the memory behind it is used again.
unsafe fn free<T>(ptr: NonNull<T>) {
    let layout = Layout::new::<T>();
    if layout.size() != 0 {
        // SAFETY:
        // - the memory came from `alloc` (caller; the size is not zero, so
        //   `allocate` called it);
        // - `layout` is the layout of that call: both are `Layout::new::<T>()`;
        // - it is not freed again (caller).
        unsafe { dealloc(ptr.as_ptr().cast::<u8>(), layout) };
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - `ptr` points to an aligned, initialised `T` (INV-1);
        // - the reference borrows `self`, so no `&mut T` from this box lives at the
        //   same time, and nobody else has one (INV-3).
        unsafe { self.ptr.as_ref() }
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY:
        // - `ptr` points to an aligned, initialised `T` (INV-1);
        // - the reference borrows `self` mutably, so no other reference from this
        //   box lives at the same time, and nobody else has one (INV-3).
        unsafe { self.ptr.as_mut() }
    }
}

impl<T> Drop for MyBox<T> {
    fn drop(&mut self) {
        /// Frees the allocation when it goes out of scope, by return or panic.
        struct FreeOnExit<T>(NonNull<T>);

        impl<T> Drop for FreeOnExit<T> {
            fn drop(&mut self) {
                // SAFETY: the pointer came from `allocate::<T>` (INV-2), and the
                // box that held it is being dropped, so it is not used again.
                unsafe { free(self.0) };
            }
        }

        let _memory = FreeOnExit(self.ptr);
        // SAFETY:
        // - `ptr` points to an aligned, initialised `T` that is ours (INV-1, INV-3);
        // - it is not used again as a value: `drop` runs once, and `_memory` only
        //   frees.
        // PANICS HERE: `T::drop` may. `_memory` then frees the allocation on the
        // way out, and nobody drops the value a second time.
        unsafe { self.ptr.drop_in_place() };
    }
}

impl<T: Clone> Clone for MyBox<T> {
    fn clone(&self) -> Self {
        // PANICS HERE: `T::clone` may. Nothing has been allocated yet, so nothing
        // leaks.
        let value = T::clone(self);
        MyBox::new(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for MyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
