//! defect: clear aborts the process when an element's drop panics
//! class: panic-safety
//! stage: stable
//! shows: a panic in an element's drop ends the program
//! caught_by: memory::buffer_works_after_a_panic_in_clear

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;

/// Interior mutability makes the buffer invariant in `T`.
struct Slot<T>(UnsafeCell<MaybeUninit<T>>);

pub struct CircularBuffer<T> {
    slots: Box<[Slot<T>]>,
    head: usize,
    len: usize,
}

// SAFETY: slots are written through `&mut` to the buffer alone.
unsafe impl<T: Sync> Sync for CircularBuffer<T> {}

/// The stretches that it guards run no code of an element.
struct NoPanicHere;

impl Drop for NoPanicHere {
    fn drop(&mut self) {
        if std::thread::panicking() {
            process::abort();
        }
    }
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        let mut slots: Vec<Slot<T>> = Vec::new();
        if size_of::<T>() > 0 {
            slots.reserve_exact(capacity);
        }
        // SAFETY: there is memory for `capacity` slots, and a slot may hold any bytes.
        unsafe { slots.set_len(capacity) };
        CircularBuffer { slots: slots.into_boxed_slice(), head: 0, len: 0 }
    }

    fn slot(&self, age: usize) -> &Slot<T> {
        // Never more than twice the capacity, and no overflow: u128.
        let index = (self.head as u128 + age as u128) % self.slots.len() as u128;
        &self.slots[index as usize]
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            // The panic of a refused value stops here, too.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(value)));
            return Err("full");
        }
        // SAFETY: `&mut self`, and the slot behind the newest element is free.
        unsafe { (*self.slot(self.len).0.get()).write(value) };
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        // SAFETY: `&mut self`, and the slot holds the oldest element.
        let value = unsafe { (*self.slot(0).0.get()).assume_init_read() };
        self.head = if self.head + 1 == self.slots.len() { 0 } else { self.head + 1 };
        self.len -= 1;
        Some(value)
    }

    pub fn front(&self) -> Option<&T> {
        self.iter().next()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        // SAFETY: the slots of the ages below `len` hold elements, and nobody
        // writes to them while `self` is borrowed.
        (0..self.len).map(|age| unsafe { (*self.slot(age).0.get()).assume_init_ref() })
    }

    pub fn clear(&mut self) {
        loop {
            let guard = NoPanicHere;
            let oldest = self.pop();
            let Some(value) = oldest else { break };
            drop(value);
            std::mem::forget(guard);
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn is_full(&self) -> bool {
        self.len == self.slots.len()
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        self.clear();
    }
}
