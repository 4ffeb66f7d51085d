//! design: the iterator begins anew after its end, and counts down to it

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// `start` leads to `capacity` slots; the elements are in the `len` slots from
/// `head` on, round the end.
pub struct CircularBuffer<T> {
    slots: Slots<T>,
    head: usize,
    len: usize,
}

struct Slots<T> {
    start: NonNull<T>,
    capacity: usize,
    owns: PhantomData<T>,
}

// SAFETY: a buffer owns its elements, and its memory knows no thread.
unsafe impl<T: Send> Send for CircularBuffer<T> {}
// SAFETY: a shared buffer gives out `&T` alone.
unsafe impl<T: Sync> Sync for CircularBuffer<T> {}

impl<T> Slots<T> {
    fn new(capacity: usize) -> Slots<T> {
        let Ok(layout) = Layout::array::<T>(capacity) else { panic!("capacity overflow") };
        let start = if layout.size() == 0 {
            NonNull::dangling()
        } else {
            // SAFETY: the layout is not of size zero.
            let memory = unsafe { alloc(layout) };
            NonNull::new(memory.cast::<T>()).unwrap_or_else(|| handle_alloc_error(layout))
        };
        Slots { start, capacity, owns: PhantomData }
    }

    /// # Safety
    ///
    /// - `slot < capacity`
    unsafe fn at(&self, slot: usize) -> *mut T {
        // SAFETY: the slot lies inside the memory.
        unsafe { self.start.as_ptr().add(slot) }
    }
}

impl<T> Drop for Slots<T> {
    fn drop(&mut self) {
        let Ok(layout) = Layout::array::<T>(self.capacity) else { return };
        if layout.size() > 0 {
            // SAFETY: the memory came from `alloc` with this layout.
            unsafe { dealloc(self.start.as_ptr().cast(), layout) };
        }
    }
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        CircularBuffer { slots: Slots::new(capacity), head: 0, len: 0 }
    }

    fn wrapped(&self, age: usize) -> usize {
        let before_the_end = self.slots.capacity - self.head;
        if age < before_the_end { self.head + age } else { age - before_the_end }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            return Err("full");
        }
        // SAFETY: the slot is free, since the buffer is not full.
        unsafe { self.slots.at(self.wrapped(self.len)).write(value) };
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let slot = self.head;
        self.head = self.wrapped(1);
        self.len -= 1;
        // SAFETY: the slot held the oldest element, which counts no longer.
        Some(unsafe { self.slots.at(slot).read() })
    }

    pub fn front(&self) -> Option<&T> {
        if self.is_empty() {
            return None;
        }
        // SAFETY: the slot holds the oldest element.
        Some(unsafe { &*self.slots.at(self.head) })
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let mut left = self.len;
        std::iter::from_fn(move || {
            let Some(less) = left.checked_sub(1) else {
                left = self.len;
                return None;
            };
            let age = self.len - left;
            left = less;
            // SAFETY: the slot of this age holds an element.
            Some(unsafe { &*self.slots.at(self.wrapped(age)) })
        })
    }

    pub fn clear(&mut self) {
        while self.pop().is_some() {}
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn capacity(&self) -> usize {
        self.slots.capacity
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn is_full(&self) -> bool {
        self.len == self.slots.capacity
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        self.clear();
    }
}
