//! design: wraps the VecDeque of the standard library, no unsafe code

use std::collections::VecDeque;
use std::collections::vec_deque;

pub struct CircularBuffer<T> {
    queue: VecDeque<T>,
    capacity: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        CircularBuffer { queue: VecDeque::with_capacity(capacity), capacity }
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

    pub fn iter(&self) -> vec_deque::Iter<'_, T> {
        self.queue.iter()
    }

    pub fn clear(&mut self) {
        self.queue.clear();
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
