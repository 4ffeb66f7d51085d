//! design: head and length stand in the allocation, in front of the elements

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;
use std::ptr::NonNull;

struct Header {
    capacity: usize,
    head: usize,
    len: usize,
}

/// A buffer that needs no memory keeps its two numbers in place.
enum Place<T> {
    Block(NonNull<Header>),
    Nowhere { capacity: usize, len: usize, _zero_sized: PhantomData<T> },
}

pub struct CircularBuffer<T> {
    place: Place<T>,
}

// SAFETY: the block belongs to this buffer alone.
unsafe impl<T: Send> Send for CircularBuffer<T> {}
// SAFETY: a shared buffer only reads the header and gives out `&T`.
unsafe impl<T: Sync> Sync for CircularBuffer<T> {}

fn layout<T>(capacity: usize) -> Option<(Layout, usize)> {
    let elements = Layout::array::<T>(capacity).ok()?;
    let (layout, offset) = Layout::new::<Header>().extend(elements).ok()?;
    Some((layout.pad_to_align(), offset))
}

impl<T> CircularBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        if capacity == 0 || std::mem::size_of::<T>() == 0 {
            let place = Place::Nowhere { capacity, len: 0, _zero_sized: PhantomData };
            return CircularBuffer { place };
        }
        let Some((layout, _)) = layout::<T>(capacity) else { panic!("capacity overflow") };
        // SAFETY: the header alone is not zero-sized.
        let block = unsafe { alloc(layout) }.cast::<Header>();
        let Some(header) = NonNull::new(block) else { handle_alloc_error(layout) };
        // SAFETY: the block begins with room for a header.
        unsafe { header.write(Header { capacity, head: 0, len: 0 }) };
        CircularBuffer { place: Place::Block(header) }
    }

    fn element(&self, age: usize) -> *mut T {
        match self.place {
            Place::Nowhere { .. } => NonNull::dangling().as_ptr(),
            Place::Block(header) => {
                // SAFETY: the header was written in `new`, and nobody writes it now.
                let (capacity, head) = unsafe {
                    let numbers = header.as_ref();
                    (numbers.capacity, numbers.head)
                };
                let (_, offset) = layout::<T>(capacity).expect("as in new");
                // SAFETY: the slot is below the capacity.
                unsafe {
                    let first = header.as_ptr().byte_add(offset).cast::<T>();
                    first.add((head + age) % capacity)
                }
            }
        }
    }

    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        let len = self.len();
        if len == self.capacity() {
            return Err("no room left");
        }
        // SAFETY: the slot behind the newest element is free.
        unsafe { self.element(len).write(value) };
        match &mut self.place {
            Place::Nowhere { len, .. } => *len += 1,
            // SAFETY: nobody else looks at the header.
            Place::Block(header) => unsafe { header.as_mut().len += 1 },
        }
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let oldest = self.element(0);
        match &mut self.place {
            Place::Nowhere { len, .. } => *len -= 1,
            Place::Block(header) => {
                // SAFETY: nobody else looks at the header.
                let header = unsafe { header.as_mut() };
                header.head = (header.head + 1) % header.capacity;
                header.len -= 1;
            }
        }
        // SAFETY: the oldest element is no longer counted.
        Some(unsafe { oldest.read() })
    }

    pub fn front(&self) -> Option<&T> {
        // SAFETY: there is an oldest element unless the buffer is empty.
        (!self.is_empty()).then(|| unsafe { &*self.element(0) })
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        // SAFETY: the ages below `len` have an element.
        (0..self.len()).map(|age| unsafe { &*self.element(age) })
    }

    pub fn clear(&mut self) {
        while let Some(value) = self.pop() {
            drop(value);
        }
    }

    pub fn len(&self) -> usize {
        match &self.place {
            Place::Nowhere { len, .. } => *len,
            // SAFETY: the header was written in `new`.
            Place::Block(header) => unsafe { header.as_ref().len },
        }
    }

    pub fn capacity(&self) -> usize {
        match &self.place {
            Place::Nowhere { capacity, .. } => *capacity,
            // SAFETY: the header was written in `new`.
            Place::Block(header) => unsafe { header.as_ref().capacity },
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        if let Place::Block(header) = *self {
            // SAFETY: the header was written in `new`.
            let capacity = unsafe { header.as_ref().capacity };
            let (layout, _) = layout::<T>(capacity).expect("as in new");
            // SAFETY: allocated in `new` with this layout; runs once.
            unsafe { dealloc(header.as_ptr().cast(), layout) };
        }
    }
}

impl<T> Drop for CircularBuffer<T> {
    fn drop(&mut self) {
        self.clear();
    }
}
