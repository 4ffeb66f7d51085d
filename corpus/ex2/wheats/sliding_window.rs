//! design: elements slide through twice the storage and move back to its start at the end

use std::alloc::{Layout, alloc, handle_alloc_error};
use std::ptr;

/// The elements lie in `start..start + len` of the storage, in one stretch.
pub struct CircularBuffer<T> {
    /// A vector of length 0: it owns the storage and no element.
    storage: Vec<T>,
    slots: usize,
    capacity: usize,
    start: usize,
    len: usize,
}

impl<T> CircularBuffer<T> {
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let Ok(exact) = Layout::array::<T>(capacity) else {
            std::panic::panic_any(format!("capacity overflow: {capacity} elements"));
        };
        // Twice the storage, as long as that has a layout.
        let (slots, layout) = match Layout::array::<T>(capacity.saturating_mul(2)) {
            Ok(twice) => (capacity.saturating_mul(2), twice),
            Err(_) => (capacity, exact),
        };
        let storage = if layout.size() == 0 {
            Vec::new()
        } else {
            // SAFETY: the layout is not zero-sized; a vector may take over a block
            // with the layout of its capacity.
            unsafe {
                let block = alloc(layout).cast::<T>();
                if block.is_null() {
                    handle_alloc_error(layout);
                }
                Vec::from_raw_parts(block, 0, slots)
            }
        };
        CircularBuffer { storage, slots, capacity, start: 0, len: 0 }
    }

    #[must_use]
    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.len == self.capacity {
            return Err("full");
        }
        let first = self.storage.as_mut_ptr();
        // SAFETY: `len` elements lie from `start` on, and there are `slots` slots,
        // of which one at least is behind the elements after the move.
        unsafe {
            if self.start == self.slots - self.len {
                ptr::copy(first.add(self.start), first, self.len);
                self.start = 0;
            }
            first.add(self.start + self.len).write(value);
        }
        self.len += 1;
        Ok(())
    }

    #[must_use]
    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        // SAFETY: `start` is the slot of the oldest element.
        let value = unsafe { self.storage.as_mut_ptr().add(self.start).read() };
        self.start += 1;
        self.len -= 1;
        Some(value)
    }

    pub fn as_slice(&self) -> &[T] {
        // SAFETY: `len` elements lie from `start` on.
        unsafe { std::slice::from_raw_parts(self.storage.as_ptr().add(self.start), self.len) }
    }

    #[must_use]
    pub fn front(&self) -> Option<&T> {
        self.as_slice().first()
    }

    #[must_use]
    pub fn iter<'a>(&'a self) -> impl Iterator<Item = &'a T> + use<'a, T> {
        self.as_slice().iter()
    }

    pub fn clear(&mut self) {
        // SAFETY: `len` elements lie from `start` on.
        let elements = unsafe { self.storage.as_mut_ptr().add(self.start) };
        let elements = ptr::slice_from_raw_parts_mut(elements, self.len);
        self.start = 0;
        self.len = 0;
        // SAFETY: the elements are no longer counted. When one of them panics, the
        // compiler drops the others all the same.
        unsafe { ptr::drop_in_place(elements) };
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len == self.capacity
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        self.clear();
    }
}
