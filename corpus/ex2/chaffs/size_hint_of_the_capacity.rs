//! defect: the iterator announces as many elements as there are slots
//! class: api
//! stage: stable
//! shows: size_hint promises more elements than the iterator yields
//! caught_by: unit::iter_answers_every_question_alike

use std::iter::FusedIterator;
use std::mem::{self, MaybeUninit};

pub struct CircularBuffer<T> {
    slots: Box<[MaybeUninit<T>]>,
    popped: usize,
    pushed: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        if mem::size_of::<T>() != 0 && capacity > isize::MAX as usize / mem::size_of::<T>() {
            panic!("capacity overflow: {capacity} elements");
        }
        CircularBuffer { slots: Box::new_uninit_slice(capacity), popped: 0, pushed: 0 }
    }

    pub fn push(self: &mut Self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            drop(value);
            return Err("queue full");
        }
        let index = self.pushed % self.slots.len();
        self.slots[index].write(value);
        self.pushed += 1;
        Ok(())
    }

    pub fn pop(self: &mut Self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let index = self.popped % self.slots.len();
        self.popped += 1;
        // SAFETY: an element between `popped` and `pushed` was written, and the
        // counter has just passed it.
        Some(unsafe { self.slots[index].assume_init_read() })
    }

    pub fn front(self: &Self) -> Option<&T> {
        self.iter().next()
    }

    pub fn iter(&self) -> Iter<'_, T> {
        Iter { slots: &self.slots, from: self.popped, to: self.pushed }
    }

    pub fn clear(&mut self) {
        // Drops what is left when an element's drop panics.
        struct Rest<'a, T>(&'a mut CircularBuffer<T>);
        impl<T> Drop for Rest<'_, T> {
            fn drop(&mut self) {
                while self.0.pop().is_some() {}
            }
        }
        let rest = Rest(self);
        while rest.0.pop().is_some() {}
    }

    pub fn len(&self) -> usize {
        self.pushed - self.popped
    }

    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.pushed == self.popped
    }

    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        self.clear();
    }
}

pub struct Iter<'a, T> {
    slots: &'a [MaybeUninit<T>],
    from: usize,
    to: usize,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if self.from == self.to {
            return None;
        }
        let index = self.from % self.slots.len();
        self.from += 1;
        // SAFETY: the slots between the counters are initialised.
        Some(unsafe { self.slots[index].assume_init_ref() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.slots.len(), Some(self.slots.len()))
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}
impl<T> FusedIterator for Iter<'_, T> {}
