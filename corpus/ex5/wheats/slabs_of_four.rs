//! design: blocks of four chunks each, allocated one by one, with a byte of bits each; what belongs to others may lie in between

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

const EACH: usize = 4;

struct Slab {
    start: NonNull<u8>,
    count: u8,
    free: u8,
}

pub struct MemoryPool {
    slabs: Vec<Slab>,
    stride: usize,
    total: usize,
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
        Layout::from_size_align(bytes, 8).map_err(|_| PoolError::CapacityOverflow)?;
        let slabs = room(total_chunks.div_ceil(EACH))?;
        let mut pool = Self { slabs, stride, total: total_chunks };
        let mut left = total_chunks;
        while left > 0 {
            let count = left.min(EACH);
            let layout = pool.layout(count as u8);
            // SAFETY: not zero-sized.
            let start = NonNull::new(unsafe { alloc(layout) }).ok_or(PoolError::OutOfMemory)?;
            pool.slabs.push(Slab { start, count: count as u8, free: (1 << count) - 1 });
            left -= count;
        }
        Ok(pool)
    }

    fn layout(&self, count: u8) -> Layout {
        match Layout::from_size_align(self.stride * usize::from(count), 8) {
            Ok(layout) => layout,
            Err(_) => unreachable!("checked for all chunks together"),
        }
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let slab = self.slabs.iter_mut().rev().find(|slab| slab.free != 0)?;
        let index = slab.free.trailing_zeros() as usize;
        slab.free &= !(1 << index);
        // SAFETY: inside the slab.
        Some(unsafe { slab.start.add(index * self.stride) })
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        for slab in &mut self.slabs {
            let offset = ptr.addr().get().wrapping_sub(slab.start.addr().get());
            if offset >= self.stride * usize::from(slab.count) {
                continue;
            }
            if offset % self.stride != 0 {
                return Err(PoolError::NotAChunk);
            }
            let bit = 1 << (offset / self.stride);
            if slab.free & bit != 0 {
                return Err(PoolError::DoubleFree);
            }
            slab.free |= bit;
            return Ok(());
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
        self.slabs.iter().map(|slab| slab.free.count_ones() as usize).sum()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        for slab in &self.slabs {
            // SAFETY: allocated in `new` with this layout.
            unsafe { dealloc(slab.start.as_ptr(), self.layout(slab.count)) };
        }
    }
}
