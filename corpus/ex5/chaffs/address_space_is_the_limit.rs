//! defect: a product above 2^47, what a processor can address, is called an overflow
//! class: logic
//! stage: stable
//! shows: new(2^60, 1) says CapacityOverflow
//! caught_by: unit::a_large_product_is_not_an_overflow

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
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

pub struct MemoryPool {
    start: *mut u8,
    chunks: Layout,
    /// One bit for each chunk: set while the chunk is live.
    live: *mut u64,
    bitmap: Layout,
    stride: usize,
    total: usize,
    free: *mut u8,
    available: usize,
}

// SAFETY: both allocations belong to the pool alone.
unsafe impl Send for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let stride = chunk_size
            .max(size_of::<*mut u8>())
            .checked_next_multiple_of(8)
            .ok_or(PoolError::CapacityOverflow)?;
        let bytes = stride.checked_mul(total_chunks).ok_or(PoolError::CapacityOverflow)?;
        let chunks =
            Layout::from_size_align(bytes, 8).map_err(|_| PoolError::CapacityOverflow)?;
        if bytes >> 47 > 0 {
            return Err(PoolError::CapacityOverflow);
        }
        let bitmap = Layout::array::<u64>(total_chunks.div_ceil(64))
            .map_err(|_| PoolError::CapacityOverflow)?;
        // SAFETY: the layout is not zero-sized.
        let start = unsafe { alloc(chunks) };
        if start.is_null() {
            return Err(PoolError::OutOfMemory);
        }
        // SAFETY: the layout is not zero-sized.
        let live = unsafe { alloc_zeroed(bitmap) }.cast::<u64>();
        if live.is_null() {
            // SAFETY: allocated above with this layout, and not used again.
            unsafe { dealloc(start, chunks) };
            return Err(PoolError::OutOfMemory);
        }
        let mut free = ptr::null_mut();
        for index in (0..total_chunks).rev() {
            // SAFETY: the chunk lies inside the allocation, is aligned to 8 and has
            // room for a pointer.
            unsafe {
                let chunk = start.add(index * stride);
                chunk.cast::<*mut u8>().write(free);
                free = chunk;
            }
        }
        Ok(MemoryPool {
            start,
            chunks,
            live,
            bitmap,
            stride,
            total: total_chunks,
            free,
            available: total_chunks,
        })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let chunk = NonNull::new(self.free)?;
        let index = (chunk.addr().get() - self.start.addr()) / self.stride;
        // SAFETY: a free chunk begins with a link, and nobody else writes to it; the
        // bitmap has a bit for every chunk.
        unsafe {
            self.free = chunk.cast::<*mut u8>().read();
            *self.live.add(index / 64) |= 1 << (index % 64);
        }
        self.available -= 1;
        Some(chunk)
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().wrapping_sub(self.start.addr());
        if offset >= self.chunks.size() {
            return Err(PoolError::ForeignPointer);
        }
        if !offset.is_multiple_of(self.stride) {
            return Err(PoolError::NotAChunk);
        }
        let index = offset / self.stride;
        // SAFETY: `index < total`: the bitmap has a bit for it, and the chunk lies
        // inside the allocation; the link is written through the pool's own pointer.
        unsafe {
            let word = self.live.add(index / 64);
            if *word & 1 << (index % 64) == 0 {
                return Err(PoolError::DoubleFree);
            }
            *word &= !(1 << (index % 64));
            let chunk = self.start.add(offset);
            chunk.cast::<*mut u8>().write(self.free);
            self.free = chunk;
        }
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
        // SAFETY: allocated in `new` with these layouts.
        unsafe {
            dealloc(self.start, self.chunks);
            dealloc(self.live.cast(), self.bitmap);
        }
    }
}
