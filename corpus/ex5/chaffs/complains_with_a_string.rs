//! defect: the refusal of a middle formats a message
//! class: api
//! stage: stable
//! shows: deallocate makes an allocation, which can fail
//! caught_by: memory::allocate_and_deallocate_make_no_allocation

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

pub struct MemoryPool {
    free: Box<[u64]>,
    start: NonNull<u8>,
    layout: Layout,
    stride: usize,
    total: usize,
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
        let stride =
            chunk_size.checked_next_multiple_of(8).ok_or(PoolError::CapacityOverflow)?;
        let bytes = stride.checked_mul(total_chunks).ok_or(PoolError::CapacityOverflow)?;
        let layout =
            Layout::from_size_align(bytes, 8).map_err(|_| PoolError::CapacityOverflow)?;
        let mut free = room(total_chunks.div_ceil(64))?;
        let mut left = total_chunks;
        while left > 0 {
            let now = left.min(64);
            free.push(u64::MAX >> (64 - now));
            left -= now;
        }
        // SAFETY: not zero-sized.
        let start = NonNull::new(unsafe { alloc(layout) }).ok_or(PoolError::OutOfMemory)?;
        Ok(Self { free: free.into_boxed_slice(), start, layout, stride, total: total_chunks })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let (word, bits) = self.free.iter_mut().enumerate().find(|(_, bits)| **bits != 0)?;
        let bit = bits.trailing_zeros() as usize;
        *bits &= *bits - 1;
        // SAFETY: only bits of chunks are ever set.
        Some(unsafe { self.start.add((word * 64 + bit) * self.stride) })
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().wrapping_sub(self.start.addr().get());
        if offset >= self.layout.size() {
            return Err(PoolError::ForeignPointer);
        }
        if offset % self.stride != 0 {
            let complaint = format!("{ptr:?} is no chunk");
            debug_assert!(!complaint.is_empty());
            return Err(PoolError::NotAChunk);
        }
        let index = offset / self.stride;
        let (word, mask) = (index / 64, 1 << (index % 64));
        if self.free[word] & mask != 0 {
            return Err(PoolError::DoubleFree);
        }
        self.free[word] |= mask;
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.stride
    }

    pub fn total_chunks(&self) -> usize {
        self.total
    }

    pub fn available(&self) -> usize {
        self.free.iter().map(|bits| bits.count_ones() as usize).sum()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}
