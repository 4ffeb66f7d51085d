//! design: counts down, power-of-two storage from the system allocator, many extra traits

use std::alloc::{GlobalAlloc, Layout, System, handle_alloc_error};
use std::fmt;
use std::ops::Index;
use std::ptr::NonNull;

pub struct CircularBuffer<T> {
    start: NonNull<T>,
    /// The storage has `mask + 1` slots, a power of two, if there is any.
    mask: usize,
    capacity: usize,
    /// The number of the next push; numbers go down and wrap.
    tail: usize,
    len: usize,
}

// SAFETY: the buffer owns its elements alone.
unsafe impl<T: Send> Send for CircularBuffer<T> {}
// SAFETY: a shared buffer gives out `&T` alone.
unsafe impl<T: Sync> Sync for CircularBuffer<T> {}

impl<T> CircularBuffer<T> {
    /// How many elements a buffer made by `default` can hold.
    pub const DEFAULT_CAPACITY: usize = 16;

    pub fn new(capacity: usize) -> Self {
        Layout::array::<T>(capacity).unwrap_or_else(|_| panic!("capacity overflow"));
        let mut buffer = CircularBuffer {
            start: NonNull::dangling(),
            mask: 0,
            capacity,
            tail: usize::MAX,
            len: 0,
        };
        if size_of::<T>() > 0 && capacity > 0 {
            let slots = capacity.checked_next_power_of_two().expect("capacity overflow");
            buffer.mask = slots - 1;
            let layout = buffer.layout();
            // SAFETY: neither the number of slots nor the size of one is zero.
            let block = unsafe { System.alloc(layout) };
            buffer.start =
                NonNull::new(block.cast()).unwrap_or_else(|| handle_alloc_error(layout));
        }
        buffer
    }

    fn layout(&self) -> Layout {
        Layout::array::<T>(self.mask + 1).expect("capacity overflow")
    }

    fn at(&self, number: usize) -> NonNull<T> {
        // SAFETY: the mask keeps the slot inside the storage.
        unsafe { self.start.add(number & self.mask) }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.len >= self.capacity {
            return Err("at capacity");
        }
        // SAFETY: at most `capacity` numbers in a row are in use.
        unsafe { self.at(self.tail).write(value) };
        self.tail = self.tail.wrapping_sub(1);
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let oldest = self.at(self.tail.wrapping_add(self.len));
        self.len -= 1;
        // SAFETY: the oldest element is no longer counted.
        Some(unsafe { oldest.read() })
    }

    pub fn get(&self, age: usize) -> Option<&T> {
        if age >= self.len {
            return None;
        }
        // SAFETY: the numbers from `tail + 1` to `tail + len` hold elements.
        Some(unsafe { self.at(self.tail.wrapping_add(self.len - age)).as_ref() })
    }

    pub fn front(&self) -> Option<&T> {
        self.get(0)
    }

    pub fn iter(&self) -> Iter<'_, T> {
        Iter { buffer: self, from: 0, to: self.len }
    }

    pub fn clear(&mut self) {
        self.by_ref().for_each(drop);
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

/// The buffer itself is an iterator that pops.
impl<T> Iterator for CircularBuffer<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.pop()
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        struct Free<T>(NonNull<T>, Layout);
        impl<T> Drop for Free<T> {
            fn drop(&mut self) {
                // SAFETY: allocated in `new` with this layout.
                unsafe { System.dealloc(self.0.as_ptr().cast(), self.1) };
            }
        }
        let _free =
            (size_of::<T>() > 0 && self.capacity > 0).then(|| Free(self.start, self.layout()));
        self.clear();
    }
}

#[derive(Debug)]
pub struct Iter<'a, T> {
    buffer: &'a CircularBuffer<T>,
    from: usize,
    to: usize,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Iter { buffer: self.buffer, from: self.from, to: self.to }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if self.from == self.to {
            return None;
        }
        self.from += 1;
        self.buffer.get(self.from - 1)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.to - self.from, Some(self.to - self.from))
    }

    fn nth(&mut self, n: usize) -> Option<&'a T> {
        self.from = self.from.saturating_add(n).min(self.to);
        self.next()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.from == self.to {
            return None;
        }
        self.to -= 1;
        self.buffer.get(self.to)
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

impl<T> Drop for Iter<'_, T> {
    fn drop(&mut self) {
        self.from = self.to;
    }
}

impl<T> Default for CircularBuffer<T> {
    fn default() -> Self {
        CircularBuffer::new(Self::DEFAULT_CAPACITY)
    }
}

impl<T: Clone> Clone for CircularBuffer<T> {
    fn clone(&self) -> Self {
        let mut copy = CircularBuffer::new(self.capacity);
        for element in self.iter() {
            let _ = copy.push(element.clone());
        }
        copy
    }
}

impl<T: fmt::Debug> fmt::Debug for CircularBuffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: PartialEq> PartialEq for CircularBuffer<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().zip(other.iter()).all(|(a, b)| a == b)
    }
}

impl<T> Index<usize> for CircularBuffer<T> {
    type Output = T;

    fn index(&self, age: usize) -> &T {
        self.get(age).expect("age out of bounds")
    }
}

impl<T> Extend<T> for CircularBuffer<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            let _ = self.push(value);
        }
    }
}

impl<'a, T> IntoIterator for &'a CircularBuffer<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}
