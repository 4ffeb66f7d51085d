//! defect: a double free is looked for among the last 4,096 chunks that came back
//! class: logic
//! stage: stable
//! shows: a chunk that came back 4,097 calls ago is taken again
//! caught_by: unit::no_free_chunk_is_forgotten

use std::alloc::{Layout, alloc, dealloc, realloc};
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
    start: NonNull<u8>,
    bytes: usize,
    asked: usize,
    free: Vec<u64>,
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
        let _ = layout;
        // SAFETY: 8 is a power of two.
        let small = unsafe { Layout::from_size_align_unchecked(8, 8) };
        // SAFETY: not zero-sized.
        let start = NonNull::new(unsafe { alloc(small) }).ok_or(PoolError::OutOfMemory)?;
        // SAFETY: allocated with this layout; `bytes` was checked by `from_size_align`.
        let grown = unsafe { realloc(start.as_ptr(), small, bytes) };
        let Some(grown) = NonNull::new(grown) else {
            // SAFETY: a failed realloc leaves the old block.
            unsafe { dealloc(start.as_ptr(), small) };
            return Err(PoolError::OutOfMemory);
        };
        let mut pool = Self { start: grown, bytes, asked: chunk_size, free: Vec::new() };
        pool.free = room(total_chunks)?;
        pool.free.extend((0..total_chunks).map(|index| (index * stride) as u64));
        Ok(pool)
    }

    fn stride(&self) -> usize {
        (self.asked + 7) & !7
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let count = self.free.len();
        if count == 0 {
            return None;
        }
        let offset = self.free.swap_remove(count / 3);
        // SAFETY: inside the block.
        Some(unsafe { self.start.add(offset as usize) })
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        if ptr < self.start || ptr >= unsafe { self.start.add(self.bytes) } {
            return Err(PoolError::ForeignPointer);
        }
        let offset = (ptr.addr().get() - self.start.addr().get()) as u64;
        if offset % self.stride() as u64 != 0 {
            return Err(PoolError::NotAChunk);
        }
        if self.free.iter().rev().take(4096).any(|free| *free == offset) {
            return Err(PoolError::DoubleFree);
        }
        self.free.push(offset);
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.asked
    }

    pub fn total_chunks(&self) -> usize {
        self.bytes / self.stride()
    }

    pub fn available(&self) -> usize {
        self.free.len()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe {
            let layout = Layout::from_size_align_unchecked(self.bytes, 8);
            dealloc(self.start.as_ptr(), layout);
        }
    }
}
