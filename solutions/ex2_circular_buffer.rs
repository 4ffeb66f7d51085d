//! # Exercise 2: `CircularBuffer`, a queue of fixed capacity
//!
//! Goal: a first-in, first-out queue in one block of raw memory, in which an
//! element stays where it was written until it is popped.
//!
//! ## Layout
//!
//! ```text
//!  slot        0   1   2   3   4   5
//!            [ D | . | . | A | B | C ]     capacity = 6, head = 3, len = 4
//!                  ^       ^
//!        next push here    head, the oldest element
//! ```
//!
//! An element has two numbers: its *age* (0 for the oldest) and its *slot*
//! (where it lies). `slot_of_age` is the only place that turns one into the
//! other. Keeping `len`, not the slot of the next push, tells an empty buffer
//! from a full one: in both of them the next push goes to `head`.
//!
//! ## Invariants
//!
//! - INV-1: if `capacity > 0` and `T` is not zero-sized, `start` points to a
//!   block from the global allocator with the layout of `[T; capacity]`, which
//!   this storage alone owns. Otherwise `start` is dangling, non-null and
//!   aligned for `T`, and nothing is allocated.
//! - INV-2: `capacity * size_of::<T>() <= isize::MAX`.
//! - INV-3: `head < capacity`, or `capacity == 0` and `head == 0`.
//! - INV-4: `len <= capacity`.
//! - INV-5: the slots of the ages `0..len` hold one live element each, owned by
//!   the buffer. Every other slot is uninitialised as far as anyone may know.
//!
//! ## Why it is written so
//!
//! - `Storage` owns memory, `CircularBuffer` owns elements. Rust drops the
//!   fields of a value even when its own `drop` panics, so the memory is freed
//!   on every path without any code for it.
//! - `clear` and `drop` are loops over `pop`. `pop` takes an element out of the
//!   books before anybody can drop it, so a panic in an element's `drop` finds
//!   the books in order.
//! - A zero-sized type needs no branch here: adding slots to a pointer adds zero
//!   bytes, and reading zero bytes from an aligned pointer is always allowed.

use std::alloc::{self, Layout};
use std::marker::PhantomData;
use std::mem;
use std::ptr::NonNull;

/// A first-in, first-out queue that holds at most `capacity` elements.
pub struct CircularBuffer<T> {
    storage: Storage<T>,
    /// The slot of the oldest element (INV-3).
    head: usize,
    /// How many elements there are (INV-4, INV-5).
    len: usize,
}

/// Memory for `capacity` values of `T`. It frees the memory and never looks at
/// the values.
struct Storage<T> {
    start: NonNull<T>,
    capacity: usize,
    /// Stands for the values that the memory is for: a pointer alone says nothing
    /// about who owns what it points to.
    owns: PhantomData<T>,
}

// SAFETY: the block behind `start` belongs to this buffer alone (INV-1) and no
// method hands out a pointer to it, so sending the buffer sends its elements and
// nothing else.
unsafe impl<T: Send> Send for CircularBuffer<T> {}

// SAFETY: the methods that take `&self` write nothing; they read `head` and
// `len` and give out `&T`. So sharing the buffer shares its elements, for reading.
unsafe impl<T: Sync> Sync for CircularBuffer<T> {}

impl<T> Storage<T> {
    /// Obtains memory for `capacity` values.
    ///
    /// # Panics
    ///
    /// With `capacity overflow` when that takes more than `isize::MAX` bytes.
    fn new(capacity: usize) -> Storage<T> {
        // `Layout::array` refuses what INV-2 forbids. A plain
        // `capacity * size_of::<T>()` would wrap round and ask for too little.
        let Ok(layout) = Layout::array::<T>(capacity) else { panic!("capacity overflow") };
        let start = if layout.size() == 0 {
            // Asking the allocator for zero bytes is undefined behaviour.
            NonNull::dangling()
        } else {
            // SAFETY: the size of `layout` is not zero: the branch above.
            let block = unsafe { alloc::alloc(layout) };
            match NonNull::new(block.cast::<T>()) {
                Some(start) => start,
                None => alloc::handle_alloc_error(layout),
            }
        };
        Storage { start, capacity, owns: PhantomData }
    }

    /// The place of the value in slot `slot`.
    ///
    /// # Safety
    ///
    /// - `slot < self.capacity`.
    unsafe fn slot(&self, slot: usize) -> *mut T {
        debug_assert!(slot < self.capacity, "slot {slot} of {}", self.capacity);
        // SAFETY:
        // - the offset in bytes fits `isize`: `slot < capacity` (caller), INV-2;
        // - the result lies inside the block of INV-1, or the offset is zero
        //   bytes, since `T` is zero-sized: with `capacity == 0` there is no
        //   `slot < capacity`.
        unsafe { self.start.as_ptr().add(slot) }
    }
}

impl<T> Drop for Storage<T> {
    fn drop(&mut self) {
        let size = mem::size_of::<T>() * self.capacity; // no overflow: INV-2
        if size == 0 {
            return;
        }
        // SAFETY:
        // - `size` does not exceed `isize::MAX` when it is rounded up to the
        //   alignment: it is a multiple of it already, and INV-2 holds;
        // - the alignment of a type is a power of two.
        let layout = unsafe { Layout::from_size_align_unchecked(size, mem::align_of::<T>()) };
        // SAFETY:
        // - `start` came from the global allocator: `size > 0`, INV-1;
        // - `layout` is that of `[T; capacity]`, the layout of the request, and
        //   `capacity` never changes;
        // - nobody frees the block but this `drop`, which runs once.
        unsafe { alloc::dealloc(self.start.as_ptr().cast::<u8>(), layout) };
    }
}

impl<T> CircularBuffer<T> {
    /// An empty buffer that can hold `capacity` elements.
    ///
    /// All memory is obtained here, in one allocation. A capacity of 0 and a
    /// zero-sized `T` need none.
    ///
    /// # Panics
    ///
    /// With `capacity overflow` when the elements of a full buffer would take
    /// more than `isize::MAX` bytes.
    pub fn new(capacity: usize) -> Self {
        CircularBuffer { storage: Storage::new(capacity), head: 0, len: 0 }
    }

    /// Appends `value` as the newest element.
    ///
    /// # Errors
    ///
    /// When the buffer is full. It is unchanged then, and `value` is dropped.
    pub fn push(&mut self, value: T) -> Result<(), &'static str> {
        if self.is_full() {
            // PANICS HERE, perhaps: `value` drops at the end of this branch.
            // Nothing was changed, so nothing is left half done.
            return Err("the buffer is full");
        }
        let slot = self.slot_of_age(self.len);
        // SAFETY:
        // - `slot < capacity`: `slot_of_age` promises it for an age below the
        //   capacity, and the buffer is not full;
        // - `write`: the slot is aligned and valid for writes (INV-1), and
        //   `&mut self` excludes every other access. Age `len` holds no element
        //   (INV-5), so none is overwritten without its drop.
        unsafe { self.storage.slot(slot).write(value) };
        // From here on the slot counts as initialised: INV-5 holds again.
        self.len += 1;
        Ok(())
    }

    /// Takes the oldest element out.
    pub fn pop(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let slot = self.head;
        // The books come first: from here on INV-5 no longer counts the element,
        // so the copy made below is its only owner.
        self.head = self.slot_of_age(1);
        self.len -= 1;
        // SAFETY:
        // - `slot < capacity`: INV-3, and the capacity is not 0, since there was
        //   an element (INV-4);
        // - `read`: the slot is aligned and valid for reads (INV-1) and held the
        //   element of age 0 (INV-5), which nobody will read again.
        Some(unsafe { self.storage.slot(slot).read() })
    }

    /// The oldest element.
    pub fn front(&self) -> Option<&T> {
        self.iter().next()
    }

    /// The elements from oldest to newest.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len).map(|age| {
            let slot = self.slot_of_age(age);
            // SAFETY:
            // - `slot < capacity`: `slot_of_age` promises it for an age below
            //   the capacity, and `age < len <= capacity` (INV-4);
            // - the slot holds a live element (INV-5);
            // - the reference lives as long as the borrow of `self`, which keeps
            //   the element from being popped, moved or overwritten.
            unsafe { &*self.storage.slot(slot) }
        })
    }

    /// Drops every element, oldest first.
    pub fn clear(&mut self) {
        // PANICS HERE, perhaps: each element drops at the end of its round. It
        // was taken out of the books before, so the buffer then holds the
        // elements that are younger, and nothing is dropped twice.
        while self.pop().is_some() {}
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many elements there can be.
    pub fn capacity(&self) -> usize {
        self.storage.capacity
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether there is no room for another element.
    pub fn is_full(&self) -> bool {
        self.len == self.storage.capacity
    }

    /// The slot of the element of age `age`, for `age <= capacity`.
    ///
    /// The result is below the capacity, or 0 if the capacity is 0.
    fn slot_of_age(&self, age: usize) -> usize {
        debug_assert!(age <= self.storage.capacity, "age {age} of {}", self.storage.capacity);
        // `(head + age) % capacity`, without the overflow of `head + age` in a
        // buffer of zero-sized elements and without a division by 0.
        let before_the_end = self.storage.capacity - self.head; // INV-3
        if age < before_the_end { self.head + age } else { age - before_the_end }
    }
}

impl<T> Drop for CircularBuffer<T> {
    /// Drops what is left, oldest first. The memory goes with `storage`.
    fn drop(&mut self) {
        // PANICS HERE, perhaps: then the younger elements are leaked, which is
        // safe, and `storage` is dropped all the same.
        self.clear();
    }
}
