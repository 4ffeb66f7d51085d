//! defect: allocate makes a shared slice of all the memory to check a bound
//! class: soundness
//! stage: miri
//! shows: a chunk that another thread writes to meanwhile is read by the pool: a data race
//! caught_by: unit::a_chunk_may_be_in_use_on_another_thread

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::NonNull;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolError {
    ZeroSize,
    CapacityOverflow,
    OutOfMemory,
    ForeignPointer,
    NotAChunk,
    DoubleFree,
}

mod raw {
    use super::*;

    /// Owns one allocation.
    pub struct Memory {
        pub start: NonNull<u8>,
        layout: Layout,
    }

    impl Memory {
        pub fn of(layout: Layout) -> Option<Memory> {
            if layout.size() == 0 {
                return None;
            }
            // SAFETY: not zero-sized.
            Some(Memory { start: NonNull::new(unsafe { alloc(layout) })?, layout })
        }

        pub fn range(&self) -> std::ops::Range<usize> {
            let first = self.start.addr().get();
            first..first + self.layout.size()
        }
    }

    impl Drop for Memory {
        fn drop(&mut self) {
            // SAFETY: allocated in `of` with this layout.
            unsafe { dealloc(self.start.as_ptr(), self.layout) };
        }
    }

    // SAFETY: the memory belongs to this value alone.
    unsafe impl Send for Memory {}
}

trait Books: Send {
    fn take(&mut self) -> Option<usize>;
    fn give(&mut self, index: usize) -> bool;
    fn free(&self) -> usize;
}

/// Free indexes, each at most once; `seat[i]` is where `i` sits.
struct Seats {
    free: Vec<usize>,
    seat: Vec<Option<usize>>,
}

impl Books for Seats {
    fn take(&mut self) -> Option<usize> {
        if self.free.is_empty() {
            return None;
        }
        let index = self.free.swap_remove(0);
        self.seat[index] = None;
        if let Some(moved) = self.free.first() {
            self.seat[*moved] = Some(0);
        }
        Some(index)
    }

    fn give(&mut self, index: usize) -> bool {
        if self.seat[index].is_some() {
            return false;
        }
        self.seat[index] = Some(self.free.len());
        self.free.push(index);
        true
    }

    fn free(&self) -> usize {
        self.free.len()
    }
}

pub struct MemoryPool<B = Shell> {
    memory: raw::Memory,
    books: B,
    stride: usize,
    total: usize,
}

pub struct Shell(Seats);

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let stride =
            chunk_size.checked_next_multiple_of(8).ok_or(PoolError::CapacityOverflow)?;
        let bytes = stride.checked_mul(total_chunks).ok_or(PoolError::CapacityOverflow)?;
        let layout =
            Layout::from_size_align(bytes, 8).map_err(|_| PoolError::CapacityOverflow)?;
        let lists = || {
            let (mut free, mut seat) = (Vec::new(), Vec::new());
            free.try_reserve_exact(total_chunks).ok()?;
            seat.try_reserve_exact(total_chunks).ok()?;
            Some((free, seat, raw::Memory::of(layout)?))
        };
        let (mut free, mut seat, memory) = lists().ok_or(PoolError::OutOfMemory)?;
        free.extend(0..total_chunks);
        seat.extend((0..total_chunks).map(Some));
        Ok(Self { memory, books: Shell(Seats { free, seat }), stride, total: total_chunks })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let index = self.books.0.take()?;
        // SAFETY: inside the memory.
        let chunk = unsafe { self.memory.start.add(index * self.stride) };
        // SAFETY: all of the memory.
        let all = unsafe {
            std::slice::from_raw_parts(self.memory.start.as_ptr(), self.stride * self.total)
        };
        assert!(all.as_ptr_range().contains(&chunk.as_ptr().cast_const()));
        // SAFETY: the chunk is nobody's yet.
        unsafe { chunk.write_bytes(0, self.stride) };
        Some(chunk)
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let range = self.memory.range();
        let address = usize::from(ptr.addr());
        let index = (address.wrapping_sub(range.start)) / self.stride;
        match () {
            () if !range.contains(&address) => Err(PoolError::ForeignPointer),
            () if range.start + index * self.stride < address => Err(PoolError::NotAChunk),
            () if !self.books.0.give(index) => Err(PoolError::DoubleFree),
            () => Ok(()),
        }
    }

    pub fn chunk_size(&self) -> usize {
        self.stride
    }

    pub fn total_chunks(&self) -> usize {
        self.total
    }

    pub fn available(&self) -> usize {
        self.books.0.free()
    }
}
