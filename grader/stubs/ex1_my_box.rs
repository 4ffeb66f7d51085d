//! # Exercise 1: `MyBox<T>`, a smart pointer by hand
//!
//! Goal: own one value on the heap, with `std::alloc` and raw pointers, behind
//! an interface that safe code cannot misuse.
//!
//! Rules that the tests check:
//!
//! - Every allocation is freed exactly once, with the layout it was requested
//!   with; every value is dropped exactly once.
//! - A zero-sized value allocates nothing: `alloc` must not be asked for zero
//!   bytes.
//! - When the allocator returns null, call `std::alloc::handle_alloc_error`.
//! - `drop` frees the allocation even when the value's own `drop` panics;
//!   `clone` leaks nothing when the value's `clone` panics.
//! - `MyBox<T>` is `Send` when `T` is, `Sync` when `T` is, and neither
//!   otherwise. It is covariant in `T`.
//!
//! Work through the TODOs in order and run `just check ex1` after each one.
//! Stuck? `just hint ex1`.
#![allow(unused_variables, reason = "stub: delete this line when you start")]

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// An owner of one value on the heap.
pub struct MyBox<T> {
    // TODO(ex1.1): hold a pointer to the value instead. Which pointer type is
    // never null and covariant? Then write down, above this struct, what is
    // always true of it: these are your invariants.
    _value: PhantomData<T>,
}

impl<T> MyBox<T> {
    /// Moves `value` to the heap. A zero-sized value needs no memory.
    pub fn new(value: T) -> Self {
        todo!("ex1.2: allocate room for a T, write the value into it")
    }

    /// Takes the value out and frees the allocation.
    pub fn into_inner(self) -> T {
        todo!("ex1.5: read the value, free the memory, and do not drop the value")
    }

    /// Gives up ownership: the pointer is aligned and not null, and whoever
    /// holds it owns the value.
    pub fn into_raw(self) -> *mut T {
        todo!("ex1.6: return the pointer, and keep the destructor from running")
    }

    /// Takes ownership back.
    ///
    /// # Safety
    ///
    /// - `ptr` came from [`into_raw`](Self::into_raw) of a `MyBox<T>`.
    /// - `ptr` is not used again, and neither is a copy of it.
    pub unsafe fn from_raw(ptr: *mut T) -> Self {
        todo!("ex1.6: build a box around the pointer")
    }

    /// Lets the value live for the rest of the program.
    pub fn leak<'a>(self) -> &'a mut T
    where
        T: 'a,
    {
        todo!("ex1.7: a reference to a value that nobody will ever free")
    }
}

impl<T> Deref for MyBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        todo!("ex1.3: a reference to the value")
    }
}

impl<T> DerefMut for MyBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        todo!("ex1.3: a mutable reference to the value")
    }
}

// TODO(ex1.4): implement `Drop`. Drop the value, then free the memory; what if
// dropping the value panics?

impl<T: Clone> Clone for MyBox<T> {
    fn clone(&self) -> Self {
        todo!("ex1.8: a box of its own, around a clone of the value")
    }
}

impl<T: fmt::Debug> fmt::Debug for MyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("ex1.8: print what the value prints")
    }
}

// TODO(ex1.9): a raw pointer is neither `Send` nor `Sync`. When is a `MyBox<T>`
// safe to send, and when to share? Say so with `unsafe impl`, and say why.
