//! defect: the size is computed when the memory is needed, at the first push
//! class: api
//! stage: stable
//! shows: new returns for a capacity that overflows
//! caught_by: memory::capacity_above_isize_max_bytes_is_refused

pub struct CircularBuffer<T> {
    elements: Vec<T>,
    capacity: usize,
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        CircularBuffer { elements: Vec::new(), capacity }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            return Err("no room");
        }
        if self.elements.capacity() == 0 {
            self.elements.reserve_exact(self.capacity);
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
