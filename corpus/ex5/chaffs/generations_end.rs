//! defect: the use counter of a chunk has two bytes and stops at its end
//! class: arithmetic
//! stage: stable
//! shows: a chunk that was used 32,768 times can no longer be given back
//! caught_by: unit::a_pool_does_not_wear_out

use std::alloc::{Layout, alloc, dealloc};
use std::collections::VecDeque;
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

fn room<T>(len: usize) -> Result<Vec<T>, PoolError> {
    let mut list = Vec::new();
    list.try_reserve_exact(len).map_err(|_| PoolError::OutOfMemory)?;
    Ok(list)
}

pub struct MemoryPool {
    start: *mut u8,
    layout: Layout,
    stride: usize,
    queue: VecDeque<usize>,
    generation: Vec<u16>,
}

// SAFETY: the pool owns its memory.
unsafe impl Send for MemoryPool {}

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
        let mut queue = VecDeque::new();
        queue.try_reserve_exact(total_chunks).map_err(|_| PoolError::OutOfMemory)?;
        let mut generation = room(total_chunks)?;
        // SAFETY: not zero-sized.
        let start = unsafe { alloc(layout) };
        if start.is_null() {
            return Err(PoolError::OutOfMemory);
        }
        queue.extend(0..total_chunks);
        generation.resize(total_chunks, 0);
        Ok(Self { start, layout, stride, queue, generation })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let index = self.queue.pop_front()?;
        self.generation[index] = self.generation[index].saturating_add(1);
        NonNull::new(self.start.wrapping_add(index * self.stride))
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().checked_sub(self.start.addr());
        let offset = offset.ok_or(PoolError::ForeignPointer)?;
        let index = offset / self.stride;
        let generation = self.generation.get_mut(index).ok_or(PoolError::ForeignPointer)?;
        if !offset.is_multiple_of(self.stride) {
            return Err(PoolError::NotAChunk);
        }
        if *generation & 1 == 0 {
            return Err(PoolError::DoubleFree);
        }
        *generation = generation.saturating_add(1);
        self.queue.push_back(index);
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.stride
    }

    pub fn total_chunks(&self) -> usize {
        self.generation.len()
    }

    pub fn available(&self) -> usize {
        self.queue.len()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.start, self.layout) };
    }
}
