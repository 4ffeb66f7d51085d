//! defect: new asks for a thousand slots at most, and push for more when they are full
//! class: api
//! stage: stable
//! shows: a large buffer allocates several times
//! caught_by: memory::one_allocation_serves_a_large_buffer

use std::collections::VecDeque;

pub struct CircularBuffer<T> {
    queue: VecDeque<T>,
    capacity: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        let bytes = capacity.checked_mul(size_of::<T>());
        let fits =
            size_of::<T>() == 0 || bytes.is_some_and(|bytes| bytes <= isize::MAX as usize);
        assert!(fits, "capacity overflow");
        CircularBuffer { queue: VecDeque::with_capacity(capacity.min(1000)), capacity }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            return Err("full");
        }
        self.queue.push_back(value);
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        self.queue.pop_front()
    }

    pub fn front(&self) -> Option<&T> {
        self.queue.front()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.queue.iter()
    }

    pub fn clear(&mut self) {
        while self.queue.pop_front().is_some() {}
    }

    pub fn len(&self) -> usize {
        self.queue.len()
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.queue.len() == self.capacity
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        self.clear();
    }
}
