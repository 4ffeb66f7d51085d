//! defect: clear sets the capacity to 0 while it works, to keep everybody out
//! class: panic-safety
//! stage: stable
//! shows: after a panic in clear the buffer has no capacity any more
//! caught_by: memory::buffer_works_after_a_panic_in_clear

use std::mem::{self, MaybeUninit};

const INLINE: usize = 4;

enum Store<T> {
    Inline([MaybeUninit<T>; INLINE]),
    Heap(Vec<MaybeUninit<T>>),
}

pub struct CircularBuffer<T> {
    store: Store<T>,
    capacity: usize,
    head: usize,
    len: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        let store = if capacity <= INLINE {
            Store::Inline([const { MaybeUninit::uninit() }; INLINE])
        } else {
            let mut slots = Vec::with_capacity(capacity);
            // SAFETY: an uninitialised slot needs no initialisation.
            unsafe { slots.set_len(capacity) };
            Store::Heap(slots)
        };
        CircularBuffer { store, capacity, head: 0, len: 0 }
    }

    fn slots(&self) -> &[MaybeUninit<T>] {
        match &self.store {
            Store::Inline(slots) => &slots[..self.capacity],
            Store::Heap(slots) => slots,
        }
    }

    fn slots_mut(&mut self) -> &mut [MaybeUninit<T>] {
        match &mut self.store {
            Store::Inline(slots) => &mut slots[..self.capacity],
            Store::Heap(slots) => slots,
        }
    }

    fn index(&self, age: usize) -> usize {
        let index = self.head.wrapping_add(age);
        if index >= self.capacity || index < age {
            index.wrapping_sub(self.capacity)
        } else {
            index
        }
    }

    /// The two stretches of elements, the older one first.
    fn stretches(&self) -> (&[T], &[T]) {
        let slots = self.slots();
        let first = self.len.min(self.capacity - self.head);
        let (older, newer) = (&slots[self.head..self.head + first], &slots[..self.len - first]);
        // SAFETY: these slots hold elements, and `MaybeUninit<T>` lies in memory
        // as `T` does.
        unsafe {
            (
                &*(older as *const [MaybeUninit<T>] as *const [T]),
                &*(newer as *const [MaybeUninit<T>] as *const [T]),
            )
        }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.len == self.capacity {
            return Err("full");
        }
        let index = self.index(self.len);
        self.slots_mut()[index] = MaybeUninit::new(value);
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let index = self.head;
        self.head = self.index(1) % self.capacity;
        self.len -= 1;
        let slot = mem::replace(&mut self.slots_mut()[index], MaybeUninit::uninit());
        // SAFETY: the slot held the oldest element.
        Some(unsafe { slot.assume_init() })
    }

    pub fn front(&self) -> Option<&T> {
        self.stretches().0.first()
    }

    pub fn iter(&self) -> std::iter::Chain<std::slice::Iter<'_, T>, std::slice::Iter<'_, T>> {
        let (older, newer) = self.stretches();
        older.iter().chain(newer)
    }

    pub fn clear(&mut self) {
        let (older, newer) = self.stretches();
        let (older, newer) = (older.len(), newer.len());
        let (head, capacity) = (self.head, self.capacity);
        self.head = 0;
        self.len = 0;
        self.capacity = 0;
        let slots = match &mut self.store {
            Store::Inline(slots) => &mut slots[..],
            Store::Heap(slots) => &mut slots[..],
        };
        // A panic between the two leaks the rest, which is counted no more.
        for slot in head..head + older {
            // SAFETY: the slot held an element that is no longer counted.
            unsafe { slots[slot].assume_init_drop() };
        }
        for slot in &mut slots[..newer] {
            // SAFETY: the slot held an element that is no longer counted.
            unsafe { slot.assume_init_drop() };
        }
        self.capacity = capacity;
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
