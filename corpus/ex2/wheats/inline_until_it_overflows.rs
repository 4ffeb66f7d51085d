//! design: the first four elements lie in the buffer itself, memory is obtained when a fifth comes

use std::iter;
use std::mem::MaybeUninit;

const INLINE: usize = 4;

pub struct CircularBuffer<T> {
    /// In use as long as `heap` is `None`.
    inline: [MaybeUninit<T>; INLINE],
    heap: Option<Box<[MaybeUninit<T>]>>,
    capacity: usize,
    head: usize,
    len: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        let bytes = capacity.checked_mul(size_of::<T>());
        let fits =
            size_of::<T>() == 0 || bytes.is_some_and(|bytes| bytes <= isize::MAX as usize);
        assert!(fits, "capacity overflow");
        let inline = [const { MaybeUninit::uninit() }; INLINE];
        CircularBuffer { inline, heap: None, capacity, head: 0, len: 0 }
    }

    fn slots(&self) -> &[MaybeUninit<T>] {
        self.heap.as_deref().unwrap_or(&self.inline)
    }

    fn slots_mut(&mut self) -> &mut [MaybeUninit<T>] {
        self.heap.as_deref_mut().unwrap_or(&mut self.inline)
    }

    /// The slot of the element of this age, at most the number of slots.
    fn index(&self, age: usize) -> usize {
        let room = self.slots().len() - self.head;
        if age < room { self.head + age } else { age - room }
    }

    fn move_to_the_heap(&mut self) {
        let mut slots = Box::new_uninit_slice(self.capacity);
        for age in 0..self.len {
            let index = self.index(age);
            slots[age] = MaybeUninit::new(MaybeUninit::uninit());
            // SAFETY: the slot was written just now.
            let slot = unsafe { slots[age].assume_init_mut() };
            std::mem::swap(slot, &mut self.inline[index]);
        }
        // SAFETY: a `MaybeUninit` needs no initialisation.
        self.heap = Some(unsafe { slots.assume_init() });
        self.head = 0;
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            return Err("full");
        }
        if self.heap.is_none() && self.len == INLINE {
            self.move_to_the_heap();
        }
        let index = self.index(self.len);
        self.slots_mut()[index].write(value);
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let index = self.head;
        self.head = self.index(1);
        self.len -= 1;
        // SAFETY: the slot held the oldest element and is no longer counted.
        Some(unsafe { self.slots()[index].assume_init_read() })
    }

    pub fn front(&self) -> Option<&T> {
        self.iter().next()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let mut age = 0;
        iter::from_fn(move || {
            let slot = (age < self.len).then(|| &self.slots()[self.index(age)])?;
            age += 1;
            // SAFETY: the slots of the ages below `len` hold elements.
            Some(unsafe { slot.assume_init_ref() })
        })
    }

    pub fn clear(&mut self) {
        while self.pop().is_some() {}
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
