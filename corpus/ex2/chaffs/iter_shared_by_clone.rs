//! defect: the iterator is Sync without a condition, and Clone
//! class: soundness
//! stage: stable
//! shows: another thread clones the iterator and reaches the same cells
//! caught_by: unit::iterator_stays_on_its_thread_when_the_elements_must

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::mem::{self, MaybeUninit};
use std::ptr::{self, NonNull};

struct Node<T> {
    next: *mut Node<T>,
    value: MaybeUninit<T>,
}

pub struct CircularBuffer<T> {
    /// Null when nothing is allocated.
    nodes: *mut Node<T>,
    oldest: *mut Node<T>,
    free: *mut Node<T>,
    len: usize,
    capacity: usize,
}

// SAFETY: the buffer owns its nodes and their values alone.
unsafe impl<T: Send> Send for CircularBuffer<T> {}
// SAFETY: `&self` methods only read the links and give out `&T`.
unsafe impl<T: Sync> Sync for CircularBuffer<T> {}

impl<T> CircularBuffer<T> {
    const COUNTS_ONLY: bool = mem::size_of::<T>() == 0;

    pub fn new(capacity: usize) -> Self {
        let mut buffer = CircularBuffer {
            nodes: ptr::null_mut(),
            oldest: ptr::null_mut(),
            free: ptr::null_mut(),
            len: 0,
            capacity,
        };
        if Self::COUNTS_ONLY || capacity == 0 {
            return buffer;
        }
        let layout = Layout::array::<Node<T>>(capacity).expect("capacity overflow");
        // SAFETY: a node is never zero-sized, and there is one at least.
        let nodes = unsafe { alloc(layout) }.cast::<Node<T>>();
        if nodes.is_null() {
            handle_alloc_error(layout);
        }
        for index in 0..capacity {
            // SAFETY: both indices are below the capacity.
            unsafe {
                let next = nodes.add((index + 1) % capacity);
                (&raw mut (*nodes.add(index)).next).write(next);
            }
        }
        buffer.nodes = nodes;
        buffer.oldest = nodes;
        buffer.free = nodes;
        buffer
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.len == self.capacity {
            return Err("every node is taken");
        }
        self.len += 1;
        if Self::COUNTS_ONLY {
            mem::forget(value);
            return Ok(());
        }
        // SAFETY: not every node is taken, so `free` points to one that is not.
        unsafe {
            (&raw mut (*self.free).value).write(MaybeUninit::new(value));
            self.free = (*self.free).next;
        }
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        if Self::COUNTS_ONLY {
            // SAFETY: a value of this type was forgotten in `push`; it has no
            // bytes, and this brings it back.
            return Some(unsafe { NonNull::<T>::dangling().read() });
        }
        let node = self.oldest;
        // SAFETY: the oldest node holds a value, which leaves it here for good.
        unsafe {
            self.oldest = (*node).next;
            Some((*node).value.assume_init_read())
        }
    }

    pub fn front(&self) -> Option<&T> {
        self.iter().next()
    }

    pub fn iter(&self) -> Iter<'_, T> {
        Iter { buffer: self, node: self.oldest, left: self.len }
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

pub struct Iter<'a, T> {
    buffer: &'a CircularBuffer<T>,
    node: *mut Node<T>,
    left: usize,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Iter { buffer: self.buffer, node: self.node, left: self.left }
    }
}

// SAFETY: the iterator only reads.
unsafe impl<T> Sync for Iter<'_, T> {}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        if CircularBuffer::<T>::COUNTS_ONLY {
            // SAFETY: the value has no bytes and is still counted.
            return Some(unsafe { NonNull::<T>::dangling().as_ref() });
        }
        let _ = self.buffer;
        // SAFETY: `left` nodes from this one on hold values.
        unsafe {
            let node = &*self.node;
            self.node = node.next;
            Some(node.value.assume_init_ref())
        }
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        struct Memory<T>(*mut Node<T>, usize);
        impl<T> Drop for Memory<T> {
            fn drop(&mut self) {
                if !self.0.is_null() {
                    let layout = Layout::array::<Node<T>>(self.1).expect("as in new");
                    // SAFETY: allocated in `new` with this layout.
                    unsafe { dealloc(self.0.cast(), layout) };
                }
            }
        }
        let _memory = Memory(self.nodes, self.capacity);
        self.clear();
    }
}
