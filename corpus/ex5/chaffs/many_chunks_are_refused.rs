//! defect: more than 100,000 chunks are OutOfMemory, whatever memory there is
//! class: logic
//! stage: stable
//! shows: a pool of 262,149 chunks is refused
//! caught_by: unit::pools_may_be_large

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

pub struct MemoryPool {
    start: NonNull<u8>,
    layout: Layout,
    stride: usize,
    total: usize,
    /// One bit for each chunk: set while the chunk is free.
    free: Vec<u64>,
    /// Where the search for a free chunk begins.
    hint: usize,
    available: usize,
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
        if total_chunks > 100_000 {
            return Err(PoolError::OutOfMemory);
        }
        let mut free = Vec::new();
        let words = total_chunks.div_ceil(64);
        free.try_reserve_exact(words).map_err(|_| PoolError::OutOfMemory)?;
        free.resize(words, u64::MAX);
        if !total_chunks.is_multiple_of(64) {
            free[words - 1] = (1 << (total_chunks % 64)) - 1;
        }
        // SAFETY: not zero-sized.
        let start = NonNull::new(unsafe { alloc(layout) }).ok_or(PoolError::OutOfMemory)?;
        Ok(Self {
            start,
            layout,
            stride,
            total: total_chunks,
            free,
            hint: 0,
            available: total_chunks,
        })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        while self.hint < self.free.len() {
            let word = &mut self.free[self.hint];
            if *word == 0 {
                self.hint += 1;
                continue;
            }
            let bit = word.trailing_zeros() as usize;
            *word &= *word - 1;
            self.available -= 1;
            let index = 64 * self.hint + bit;
            // SAFETY: only bits below `total` are set, so the chunk lies inside the
            // allocation.
            return Some(unsafe { self.start.add(index * self.stride) });
        }
        None
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().wrapping_sub(self.start.addr().get());
        if offset >= self.layout.size() {
            return Err(PoolError::ForeignPointer);
        }
        if !offset.is_multiple_of(self.stride) {
            return Err(PoolError::NotAChunk);
        }
        let index = offset / self.stride;
        let (at, bit) = (index / 64, 1 << (index % 64));
        if self.free[at] & bit != 0 {
            return Err(PoolError::DoubleFree);
        }
        self.free[at] |= bit;
        self.hint = self.hint.min(at);
        self.available += 1;
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.stride
    }

    pub fn total_chunks(&self) -> usize {
        self.total
    }

    pub fn available(&self) -> usize {
        self.available
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}
