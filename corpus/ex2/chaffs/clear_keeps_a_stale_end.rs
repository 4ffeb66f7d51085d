//! defect: clear resets the head and forgets that the free slot is stored apart
//! class: logic
//! stage: stable
//! shows: after clear of a used buffer the elements come back in the wrong order
//! caught_by: unit::clear_leaves_a_buffer_like_new

use std::alloc::{self, Layout};
use std::ptr;

pub struct CircularBuffer<T> {
    slots: *mut T,
    capacity: usize,
    read: usize,
    write: usize,
}

// SAFETY: the buffer owns its elements alone.
unsafe impl<T> Send for CircularBuffer<T> where T: Send {}
// SAFETY: a shared buffer gives out `&T` alone.
unsafe impl<T> Sync for CircularBuffer<T> where T: Sync {}

const fn zero_sized<T>() -> bool {
    std::mem::size_of::<T>() == 0
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> CircularBuffer<T> {
        if Layout::array::<T>(capacity).is_err() {
            panic!("capacity overflow");
        }
        let slots = if zero_sized::<T>() { ptr::dangling_mut() } else { ptr::null_mut() };
        CircularBuffer { slots, capacity, read: 0, write: 0 }
    }

    fn layout(&self) -> Layout {
        match self.capacity.checked_add(1).map(Layout::array::<T>) {
            Some(Ok(layout)) => layout,
            _ => panic!("capacity overflow"),
        }
    }

    // Zero-sized elements have no slots: `read` and `write` then only count.
    fn next(&self, slot: usize) -> usize {
        if zero_sized::<T>() {
            slot + 1
        } else if slot == self.capacity {
            0
        } else {
            slot + 1
        }
    }

    fn at(&self, slot: usize) -> *mut T {
        if zero_sized::<T>() { self.slots } else { self.slots.wrapping_add(slot) }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            return Err("full");
        }
        if self.slots.is_null() {
            let layout = self.layout();
            // SAFETY: at least one slot of a type that is not zero-sized.
            let block = unsafe { alloc::alloc(layout) };
            if block.is_null() {
                alloc::handle_alloc_error(layout);
            }
            self.slots = block.cast();
        }
        // SAFETY: the write slot is never in use.
        unsafe { ptr::write(self.at(self.write), value) };
        self.write = self.next(self.write);
        if zero_sized::<T>() && self.read > 0 {
            self.write -= self.read;
            self.read = 0;
        }
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.read == self.write {
            return None;
        }
        let slot = self.read;
        self.read = self.next(slot);
        // SAFETY: the slots from `read` to `write` are in use; this one no longer.
        Some(unsafe { ptr::read(self.at(slot)) })
    }

    pub fn front(&self) -> Option<&T> {
        // SAFETY: the read slot is in use unless the two are equal.
        if self.read == self.write { None } else { unsafe { self.at(self.read).as_ref() } }
    }

    pub fn iter<'a>(&'a self) -> impl Iterator<Item = &'a T> + 'a {
        let mut slot = self.read;
        std::iter::from_fn(move || {
            if slot == self.write {
                return None;
            }
            let element = self.at(slot);
            slot = self.next(slot);
            // SAFETY: the slots from `read` to `write` are in use.
            Some(unsafe { &*element })
        })
    }

    pub fn clear(&mut self) {
        while let Some(element) = self.pop() {
            drop(element);
        }
        self.read = 0;
    }

    pub fn len(&self) -> usize {
        if self.write >= self.read {
            self.write - self.read
        } else {
            self.write + self.capacity + 1 - self.read
        }
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn is_empty(&self) -> bool {
        self.read == self.write
    }

    pub fn is_full(&self) -> bool {
        self.len() == self.capacity
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        struct Free<'a, T>(&'a mut CircularBuffer<T>);
        impl<T> Drop for Free<'_, T> {
            fn drop(&mut self) {
                if !zero_sized::<T>() && !self.0.slots.is_null() {
                    // SAFETY: allocated at the first push with this layout.
                    unsafe { alloc::dealloc(self.0.slots.cast(), self.0.layout()) };
                }
            }
        }
        let free = Free(self);
        while let Some(element) = free.0.pop() {
            drop(element);
        }
    }
}
