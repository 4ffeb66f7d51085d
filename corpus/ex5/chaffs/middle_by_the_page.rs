//! defect: the middle of a chunk is looked for within its page
//! class: arithmetic
//! stage: stable
//! shows: a pointer 4,096 bytes into a large chunk frees it
//! caught_by: unit::large_chunks_work_like_small_ones

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

fn room<T>(len: usize) -> Result<Vec<T>, PoolError> {
    let mut list = Vec::new();
    list.try_reserve_exact(len).map_err(|_| PoolError::OutOfMemory)?;
    Ok(list)
}

const PAGE: usize = 4096;

pub struct MemoryPool {
    start: NonNull<u8>,
    layout: Layout,
    shift: u32,
    asked: usize,
    free: Vec<usize>,
    live: Vec<bool>,
}

// SAFETY: the pool owns its memory.
unsafe impl Send for MemoryPool {}
// SAFETY: nothing is written through a shared pool.
unsafe impl Sync for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let power = chunk_size.max(8).checked_next_power_of_two();
        let stride = power.ok_or(PoolError::CapacityOverflow)?;
        let bytes = stride.checked_mul(total_chunks).ok_or(PoolError::CapacityOverflow)?;
        let layout =
            Layout::from_size_align(bytes, PAGE).map_err(|_| PoolError::CapacityOverflow)?;
        let mut live = room(total_chunks)?;
        let mut free = room(total_chunks)?;
        // SAFETY: not zero-sized.
        let start = NonNull::new(unsafe { alloc(layout) }).ok_or(PoolError::OutOfMemory)?;
        live.resize(total_chunks, false);
        free.extend(0..total_chunks);
        Ok(Self {
            start,
            layout,
            shift: stride.trailing_zeros(),
            asked: chunk_size,
            free,
            live,
        })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let index = self.free.pop()?;
        self.live[index] = true;
        // SAFETY: inside the block.
        Some(unsafe { self.start.add(index << self.shift) })
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().wrapping_sub(self.start.addr().get());
        let index = offset >> self.shift;
        if index >= self.live.len() {
            return Err(PoolError::ForeignPointer);
        }
        if offset % PAGE & ((1 << self.shift) - 1) != 0 {
            return Err(PoolError::NotAChunk);
        }
        if !self.live[index] {
            return Err(PoolError::DoubleFree);
        }
        self.live[index] = false;
        self.free.push(index);
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.asked
    }

    pub fn total_chunks(&self) -> usize {
        self.live.len()
    }

    pub fn available(&self) -> usize {
        self.free.len()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}
