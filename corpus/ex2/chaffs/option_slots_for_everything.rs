//! defect: slots are Option<T>, which has a size even when T has none
//! class: api
//! stage: stable
//! shows: a buffer of zero-sized values allocates memory
//! caught_by: memory::zero_sized_types_allocate_nothing

use std::mem;
use std::ptr;

enum Slots<T> {
    Boxed(Box<[Option<T>]>),
    Counted(usize),
}

pub struct CircularBuffer<T> {
    slots: Slots<T>,
    capacity: usize,
    head: usize,
    len: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        let slots = if mem::size_of::<T>() == 0 && capacity > 1 << 40 {
            Slots::Counted(0)
        } else {
            let mut slots = Vec::with_capacity(capacity);
            slots.resize_with(capacity, || None);
            Slots::Boxed(slots.into_boxed_slice())
        };
        CircularBuffer { slots, capacity, head: 0, len: 0 }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            return Err("full");
        }
        match &mut self.slots {
            Slots::Counted(count) => {
                *count += 1;
                mem::forget(value);
            }
            Slots::Boxed(slots) => {
                let index = (self.head + self.len) % self.capacity;
                slots[index] = Some(value);
            }
        }
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        self.len -= 1;
        match &mut self.slots {
            Slots::Counted(count) => {
                *count -= 1;
                // SAFETY: a value without bytes that `push` forgot comes back.
                Some(unsafe { ptr::dangling::<T>().read() })
            }
            Slots::Boxed(slots) => {
                let index = self.head;
                self.head = (index + 1) % self.capacity;
                slots[index].take()
            }
        }
    }

    pub fn front(&self) -> Option<&T> {
        self.iter().next()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let (before, after): (&[Option<T>], &[Option<T>]) = match &self.slots {
            Slots::Boxed(slots) => {
                let (after, before) = slots.split_at(self.head);
                (before, after)
            }
            Slots::Counted(_) => (&[], &[]),
        };
        let counted = match self.slots {
            Slots::Counted(count) => count,
            Slots::Boxed(_) => 0,
        };
        // SAFETY: the value has no bytes and is still counted.
        let phantoms = (0..counted).map(|_| unsafe { &*ptr::dangling::<T>() });
        before.iter().chain(after).flatten().chain(phantoms)
    }

    pub fn clear(&mut self) {
        while let Some(value) = self.pop() {
            drop(value);
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn is_full(&self) -> bool {
        self.len == self.capacity
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        self.clear();
    }
}
