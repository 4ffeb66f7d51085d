//! defect: the capacity is that of a vector, which is unlimited for zero-sized types
//! class: api
//! stage: stable
//! shows: a buffer of capacity 5 takes any number of zero-sized values
//! caught_by: unit::zero_sized_values_are_counted

pub struct CircularBuffer<T> {
    elements: Vec<T>,
    capacity: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        let elements = Vec::with_capacity(capacity);
        let capacity = elements.capacity();
        CircularBuffer { elements, capacity }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            return Err("no room");
        }
        self.elements.push(value);
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.elements.is_empty() { None } else { Some(self.elements.remove(0)) }
    }

    pub fn front(&self) -> Option<&T> {
        self.elements.first()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.elements.iter()
    }

    pub fn clear(&mut self) {
        self.elements.clear();
    }

    pub fn len(&self) -> usize {
        self.elements.len()
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.elements.len() == self.capacity
    }
}
