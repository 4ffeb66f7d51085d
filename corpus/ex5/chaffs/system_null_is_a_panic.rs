//! defect: null from std::alloc::System is a panic
//! class: panic
//! stage: stable
//! shows: new panics for want of memory
//! caught_by: memory::memory_that_nobody_has_is_out_of_memory

use std::alloc::{GlobalAlloc, Layout, System};
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
    block: NonNull<u8>,
    layout: Layout,
    stride: usize,
    total: usize,
    live: usize,
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
        let (layout, _) = layout
            .extend(
                Layout::array::<bool>(total_chunks).map_err(|_| PoolError::CapacityOverflow)?,
            )
            .map_err(|_| PoolError::CapacityOverflow)?;
        // SAFETY: not zero-sized. All zero: no chunk is live.
        let block = unsafe { System.alloc_zeroed(layout) };
        let block = NonNull::new(block).expect("memory");
        Ok(Self { block, layout, stride, total: total_chunks, live: 0 })
    }

    fn flag(&mut self, index: usize) -> NonNull<bool> {
        assert!(index < self.total);
        // SAFETY: the flags lie behind the chunks, one for each.
        unsafe { self.block.add(self.stride * self.total + index).cast() }
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        for index in 0..self.total {
            let flag = self.flag(index);
            // SAFETY: the flags are the pool's own, zeroed in `new`.
            if unsafe { !flag.replace(true) } {
                self.live += 1;
                // SAFETY: a chunk of the block.
                return Some(unsafe { self.block.add(index * self.stride) });
            }
        }
        None
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().wrapping_sub(self.block.addr().get());
        if offset >= self.stride * self.total {
            Err(PoolError::ForeignPointer)
        } else if offset % self.stride != 0 {
            Err(PoolError::NotAChunk)
        } else {
            let flag = self.flag(offset / self.stride);
            // SAFETY: the flags are the pool's own, zeroed in `new`.
            if unsafe { flag.replace(false) } {
                self.live -= 1;
                Ok(())
            } else {
                Err(PoolError::DoubleFree)
            }
        }
    }

    pub fn chunk_size(&self) -> usize {
        self.stride
    }

    pub fn total_chunks(&self) -> usize {
        self.total
    }

    pub fn available(&self) -> usize {
        self.total - self.live
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` by the same allocator with this layout.
        unsafe { System.dealloc(self.block.as_ptr(), self.layout) };
    }
}
