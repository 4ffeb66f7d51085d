//! defect: the live chunks stand in a HashSet with room for all, which still grows when many came and went
//! class: allocation-failure
//! stage: stable
//! shows: after some thousand calls, allocate makes an allocation
//! caught_by: memory::allocate_and_deallocate_make_no_allocation

use std::alloc::{Layout, alloc, dealloc};
use std::collections::HashSet;
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
    live: HashSet<usize>,
    /// Chunks that came back.
    free: Vec<usize>,
    /// Chunks that were handed out at least once.
    used: usize,
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
        let (mut live, mut free) = (HashSet::new(), Vec::new());
        live.try_reserve(total_chunks).map_err(|_| PoolError::OutOfMemory)?;
        free.try_reserve_exact(total_chunks).map_err(|_| PoolError::OutOfMemory)?;
        // SAFETY: not zero-sized.
        let start = NonNull::new(unsafe { alloc(layout) }).ok_or(PoolError::OutOfMemory)?;
        Ok(Self {
            start,
            layout,
            stride,
            total: total_chunks,
            live,
            free,
            used: 0,
            available: total_chunks,
        })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.used < self.total => {
                self.used += 1;
                self.used - 1
            }
            None => return None,
        };
        self.live.insert(index);
        self.available -= 1;
        // SAFETY: the index is below `total`.
        Some(unsafe { self.start.add(index * self.stride) })
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
        if !self.live.remove(&index) {
            return Err(PoolError::DoubleFree);
        }
        self.free.push(index);
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
