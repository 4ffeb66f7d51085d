//! # Exercise 2: `CircularBuffer`, a queue of fixed capacity
//!
//! Goal: a first-in, first-out queue in one block of raw memory, in which an
//! element stays where it was written until it is popped.
//!
//! ```text
//!  slot        0   1   2   3   4   5
//!            [ D | . | . | A | B | C ]     capacity 6, 4 elements, A the oldest
//! ```
//!
//! ## Rules
//!
//! - At most one allocation over the life of a buffer. A capacity of 0 and a
//!   zero-sized `T` allocate nothing: asking the allocator for zero bytes is
//!   undefined behaviour.
//! - A null from the allocator ends in `std::alloc::handle_alloc_error`.
//! - The memory is freed once, with the layout that it was requested with.
//! - Every element is dropped exactly once, or handed out by `pop`. A slot that
//!   holds no element is never read and never dropped.
//! - An element's `drop` may panic during `clear` or `drop`. Then no element is
//!   dropped twice and the memory is still freed; leaking the rest is allowed.
//!   After a panic in `clear` the buffer can still be used and dropped.
//! - The buffer is `Send` when `T` is, `Sync` when `T` is, and neither otherwise.
//! - References from `front` and `iter` keep the buffer borrowed.
//!
//! Write a `// SAFETY:` comment above every `unsafe` block: the fact that makes
//! it right, and why the fact holds.
//!
//! ## Steps
//!
//! - TODO(ex2.1): choose the fields, write down what is true of them between two
//!   calls, and obtain the memory in `new`.
//! - TODO(ex2.2): `len`, `capacity`, `is_empty`, `is_full`.
//! - TODO(ex2.3): `push`.
//! - TODO(ex2.4): `pop`.
//! - TODO(ex2.5): `front` and `iter`.
//! - TODO(ex2.6): `clear`.
//! - TODO(ex2.7): `drop`.
//! - TODO(ex2.8): `Send` and `Sync`: which of them did your fields take away?
//!
//! Check it with `just check ex2`.
#![allow(unused_variables, dead_code, reason = "stub: delete this line when you start")]

use std::marker::PhantomData;

/// A first-in, first-out queue that holds at most `capacity` elements.
pub struct CircularBuffer<T> {
    /// TODO(ex2.1): your fields come here. This one only uses `T`.
    placeholder: PhantomData<T>,
}

impl<T> CircularBuffer<T> {
    /// An empty buffer that can hold `capacity` elements.
    ///
    /// # Panics
    ///
    /// With `capacity overflow` when `capacity * size_of::<T>()` exceeds
    /// `isize::MAX`. A zero-sized `T` has no such limit.
    pub fn new(capacity: usize) -> Self {
        todo!("ex2.1: obtain memory for `capacity` elements, or none if none is needed")
    }

    /// Appends `value` as the newest element.
    ///
    /// # Errors
    ///
    /// When the buffer is full. It is unchanged then, and `value` is dropped.
    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        todo!("ex2.3: write the value behind the newest element, or refuse it")
    }

    /// Takes the oldest element out.
    pub fn pop(&mut self) -> Option<T> {
        todo!("ex2.4: move the oldest element out of its slot")
    }

    /// The oldest element.
    pub fn front(&self) -> Option<&T> {
        todo!("ex2.5: a reference to the oldest element")
    }

    /// The elements from oldest to newest.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::from_fn(|| todo!("ex2.5: references to the elements, oldest first"))
    }

    /// Drops every element, oldest first.
    pub fn clear(&mut self) {
        todo!("ex2.6: drop the elements so that a panic on the way does no harm")
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        todo!("ex2.2: the number of elements")
    }

    /// How many elements there can be: exactly what `new` was asked for.
    pub fn capacity(&self) -> usize {
        todo!("ex2.2: the capacity that was asked for")
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        todo!("ex2.2: whether there is no element")
    }

    /// Whether there is no room for another element. A buffer of capacity 0 is
    /// both empty and full.
    pub fn is_full(&self) -> bool {
        todo!("ex2.2: whether there is no room")
    }
}

impl<T> Drop for CircularBuffer<T> {
    /// Drops what is left, oldest first, and frees the memory.
    fn drop(&mut self) {
        todo!("ex2.7: drop what is left, then free the memory even if that panicked")
    }
}
