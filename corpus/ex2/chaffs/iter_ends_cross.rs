//! defect: the two ends of the iterator do not stop where they meet
//! class: soundness
//! stage: stable
//! shows: next_back yields slots that hold no element
//! caught_by: memory::iterators_beyond_the_contract_are_sound

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;
use std::mem;
use std::ptr::NonNull;

pub struct CircularBuffer<T> {
    ptr: NonNull<T>,
    cap: usize,
    head: usize,
    len: usize,
    _owns: PhantomData<T>,
}

// SAFETY: the buffer owns its elements alone.
unsafe impl<T: Send> Send for CircularBuffer<T> {}
// SAFETY: a shared buffer gives out `&T` alone.
unsafe impl<T: Sync> Sync for CircularBuffer<T> {}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        let layout = Layout::array::<T>(capacity).expect("capacity overflow");
        let ptr = if layout.size() == 0 {
            NonNull::dangling()
        } else {
            // SAFETY: the layout is not zero-sized.
            let raw = unsafe { alloc(layout) }.cast::<T>();
            NonNull::new(raw).unwrap_or_else(|| handle_alloc_error(layout))
        };
        CircularBuffer { ptr, cap: capacity, head: 0, len: 0, _owns: PhantomData }
    }

    fn slot(&self, age: usize) -> *mut T {
        let room = self.cap - self.head;
        let index = if age < room { self.head + age } else { age - room };
        // SAFETY: `index < cap` for every age below `cap`.
        unsafe { self.ptr.as_ptr().add(index) }
    }

    fn step(&mut self) {
        self.head += 1;
        if self.head == self.cap {
            self.head = 0;
        }
        self.len -= 1;
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.len == self.cap {
            return Err("buffer is full");
        }
        // SAFETY: `len < cap`, and that slot is free.
        unsafe { self.slot(self.len).write(value) };
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let slot = self.slot(0);
        self.step();
        // SAFETY: the slot held the oldest element and is no longer counted.
        Some(unsafe { slot.read() })
    }

    pub fn front(&self) -> Option<&T> {
        if self.len == 0 {
            return None;
        }
        // SAFETY: the slot of age 0 holds an element.
        Some(unsafe { &*self.slot(0) })
    }

    pub fn iter(&self) -> Iter<'_, T> {
        Iter { buffer: self, next: 0, taken_back: 0 }
    }

    pub fn clear(&mut self) {
        while self.len > 0 {
            let slot = self.slot(0);
            self.step();
            // SAFETY: the slot held the oldest element and is no longer counted.
            unsafe { slot.drop_in_place() };
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn capacity(&self) -> usize {
        self.cap
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn is_full(&self) -> bool {
        self.len == self.cap
    }
}

pub struct Iter<'a, T> {
    buffer: &'a CircularBuffer<T>,
    next: usize,
    taken_back: usize,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if self.next + self.taken_back >= self.buffer.len {
            return None;
        }
        self.next += 1;
        // SAFETY: the slots of the ages below `len` hold elements.
        Some(unsafe { &*self.buffer.slot(self.next - 1) })
    }
}

impl<'a, T> DoubleEndedIterator for Iter<'a, T> {
    fn next_back(&mut self) -> Option<&'a T> {
        if self.taken_back == self.buffer.cap {
            return None;
        }
        self.taken_back += 1;
        let age = (self.buffer.len + self.buffer.cap - self.taken_back) % self.buffer.cap;
        // SAFETY: the slots of the ages below `len` hold elements.
        Some(unsafe { &*self.buffer.slot(age) })
    }
}

struct Memory {
    block: *mut u8,
    layout: Layout,
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.layout.size() > 0 {
            // SAFETY: allocated in `new` with this layout.
            unsafe { dealloc(self.block, self.layout) };
        }
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        let layout = Layout::array::<T>(self.cap).expect("checked in new");
        let _memory = Memory { block: self.ptr.as_ptr().cast(), layout };
        if mem::needs_drop::<T>() {
            self.clear();
        }
    }
}
