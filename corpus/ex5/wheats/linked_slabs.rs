//! design: slabs of sixty-four chunks in a list, each with a link and a word of bits in front; no table of any kind

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::{self, NonNull};

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

/// What stands in front of the chunks of a slab.
#[repr(C, align(8))]
struct Slab {
    next: *mut Slab,
    /// One bit for each chunk: set while it is free.
    free: u64,
}

const FRONT: usize = size_of::<Slab>();

pub struct MemoryPool {
    first: *mut Slab,
    stride: usize,
    layout: Layout,
    total: usize,
    available: usize,
}

// SAFETY: the slabs belong to the pool alone.
unsafe impl Send for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        if chunk_size.checked_mul(total_chunks).is_none_or(|n| n > isize::MAX as usize) {
            return Err(PoolError::CapacityOverflow);
        }
        let stride =
            chunk_size.checked_next_multiple_of(8).ok_or(PoolError::CapacityOverflow)?;
        let layout = stride
            .checked_mul(total_chunks.min(64))
            .and_then(|n| n.checked_add(FRONT))
            .and_then(|n| Layout::from_size_align(n, 8).ok())
            .ok_or(PoolError::CapacityOverflow)?;
        // Its drop frees the slabs so far when there is no memory for another.
        let mut pool = MemoryPool {
            first: ptr::null_mut(),
            stride,
            layout,
            total: total_chunks,
            available: 0,
        };
        while pool.available < total_chunks {
            let here = (total_chunks - pool.available).min(64);
            // SAFETY: the layout is not zero-sized.
            let slab = unsafe { alloc(layout) }.cast::<Slab>();
            if slab.is_null() {
                return Err(PoolError::OutOfMemory);
            }
            let free = u64::MAX >> (64 - here);
            // SAFETY: fresh memory with room for a slab, aligned to 8.
            unsafe { slab.write(Slab { next: pool.first, free }) };
            pool.first = slab;
            pool.available += here;
        }
        Ok(pool)
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let mut slab = self.first;
        while !slab.is_null() {
            // SAFETY: the list holds live slabs, and no reference to one is kept.
            let free = unsafe { (*slab).free };
            if free != 0 {
                let index = free.trailing_zeros() as usize;
                self.available -= 1;
                // SAFETY: the bit stands for a chunk of this slab.
                unsafe {
                    (*slab).free = free & (free - 1);
                    let chunk = slab.cast::<u8>().add(FRONT + index * self.stride);
                    return NonNull::new(chunk);
                }
            }
            // SAFETY: a live slab.
            slab = unsafe { (*slab).next };
        }
        None
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let mut slab = self.first;
        while !slab.is_null() {
            let start = slab.addr() + FRONT;
            let offset = ptr.addr().get().wrapping_sub(start);
            if offset < self.layout.size() - FRONT {
                if offset % self.stride != 0 {
                    return Err(PoolError::NotAChunk);
                }
                let bit = 1 << (offset / self.stride);
                // SAFETY: a live slab.
                let free = unsafe { &mut (*slab).free };
                if *free & bit != 0 {
                    return Err(PoolError::DoubleFree);
                }
                // The bits behind the last chunk of the pool are never live.
                if slab == self.first && !self.total.is_multiple_of(64) {
                    let here = self.total % 64;
                    if offset / self.stride >= here {
                        return Err(PoolError::ForeignPointer);
                    }
                }
                *free |= bit;
                self.available += 1;
                return Ok(());
            }
            // SAFETY: a live slab.
            slab = unsafe { (*slab).next };
        }
        Err(PoolError::ForeignPointer)
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
        while !self.first.is_null() {
            // SAFETY: a live slab, allocated with this layout; the list goes on behind it.
            unsafe {
                let next = (*self.first).next;
                dealloc(self.first.cast(), self.layout);
                self.first = next;
            }
        }
    }
}
