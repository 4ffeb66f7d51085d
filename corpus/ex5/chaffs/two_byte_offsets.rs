//! defect: the distance between two chunks is kept as u16
//! class: arithmetic
//! stage: stable
//! shows: chunks of 65,536 bytes or more overlap
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

#[repr(C)]
struct Header {
    live: u64,
    next: usize,
}

const HEADER: usize = size_of::<Header>();
const NONE: usize = usize::MAX;
const _: () = assert!(HEADER.is_multiple_of(8) && align_of::<Header>() <= 8);

pub struct MemoryPool {
    block: NonNull<u8>,
    layout: Layout,
    stride: u16,
    total: usize,
    first: usize,
    last: usize,
    available: usize,
}

// SAFETY: the block belongs to the pool alone.
unsafe impl Send for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let layout = chunk_size
            .checked_next_multiple_of(8)
            .and_then(|size| size.checked_add(HEADER))
            .and_then(|stride| stride.checked_mul(total_chunks))
            .and_then(|bytes| Layout::from_size_align(bytes, 8).ok())
            .ok_or(PoolError::CapacityOverflow)?;
        // SAFETY: the layout is not zero-sized.
        let block = unsafe { alloc(layout) };
        let Some(block) = NonNull::new(block) else { return Err(PoolError::OutOfMemory) };
        let pool = MemoryPool {
            block,
            layout,
            stride: (layout.size() / total_chunks) as u16,
            total: total_chunks,
            first: 0,
            last: total_chunks - 1,
            available: total_chunks,
        };
        for index in 0..total_chunks {
            let next = if index + 1 == total_chunks { NONE } else { index + 1 };
            // SAFETY: `index < total`.
            unsafe { pool.header(index).write(Header { live: 0, next }) };
        }
        Ok(pool)
    }

    /// # Safety
    ///
    /// - `index < self.total`.
    unsafe fn header(&self, index: usize) -> *mut Header {
        // SAFETY: `index < total`, so the offset lies inside the block.
        unsafe { self.block.as_ptr().add(index * usize::from(self.stride)).cast() }
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        if self.available == 0 {
            return None;
        }
        // SAFETY: a chunk is available, so `first` is the index of one; the usable
        // bytes follow the header.
        unsafe {
            let header = self.header(self.first);
            (*header).live = 1;
            self.first = (*header).next;
            self.available -= 1;
            Some(NonNull::new_unchecked(header.cast::<u8>().add(HEADER)))
        }
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let begin = self.block.addr().get();
        let address = ptr.addr().get();
        if address < begin || address - begin >= self.layout.size() {
            return Err(PoolError::ForeignPointer);
        }
        let (index, offset) = (
            (address - begin) / usize::from(self.stride),
            (address - begin) % usize::from(self.stride),
        );
        if offset != HEADER {
            return Err(PoolError::NotAChunk);
        }
        // SAFETY: `index < total`, and `last` is an index while a chunk is free.
        unsafe {
            let header = self.header(index);
            if (*header).live == 0 {
                return Err(PoolError::DoubleFree);
            }
            header.write(Header { live: 0, next: NONE });
            if self.available == 0 {
                self.first = index;
            } else {
                (*self.header(self.last)).next = index;
            }
        }
        self.last = index;
        self.available += 1;
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        usize::from(self.stride) - HEADER
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
        unsafe { dealloc(self.block.as_ptr(), self.layout) };
    }
}
