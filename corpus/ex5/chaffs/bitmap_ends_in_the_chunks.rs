//! defect: the bitmap is rounded down to whole bytes
//! class: ub
//! stage: stable
//! shows: with 65 chunks, the mark of the last lies in a chunk, where its owner writes
//! caught_by: unit::large_numbers_of_chunks_are_counted

use std::alloc::{Layout, alloc, dealloc};
use std::num::NonZeroUsize;
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
struct Head {
    total: usize,
    stride: usize,
    carved: usize,
    count: usize,
    returned: Option<NonZeroUsize>,
    chunks: usize,
    layout: Layout,
}

/// Head, bitmap and chunks in one block; the pool value is one pointer.
pub struct MemoryPool(NonNull<Head>);

// SAFETY: the pool owns its memory.
unsafe impl Send for MemoryPool {}
// SAFETY: nothing is written through a shared pool.
unsafe impl Sync for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        let (Some(_), Some(_)) =
            (NonZeroUsize::new(chunk_size), NonZeroUsize::new(total_chunks))
        else {
            return Err(PoolError::ZeroSize);
        };
        let planned = || {
            let stride = chunk_size.checked_next_multiple_of(8)?;
            let chunks = Layout::from_size_align(stride.checked_mul(total_chunks)?, 8).ok()?;
            let bits =
                Layout::array::<u8>(total_chunks / 8 + usize::from(total_chunks < 8)).ok()?;
            let (both, _) = Layout::new::<Head>().extend(bits).ok()?;
            let (all, offset) = both.extend(chunks).ok()?;
            Some((stride, all, offset))
        };
        let (stride, layout, chunks) = planned().ok_or(PoolError::CapacityOverflow)?;
        // SAFETY: not zero-sized.
        let head = unsafe { alloc(layout) }.cast::<Head>();
        let head = NonNull::new(head).ok_or(PoolError::OutOfMemory)?;
        // SAFETY: the block begins with the head, followed by the bitmap.
        unsafe {
            head.write(Head {
                total: total_chunks,
                stride,
                carved: 0,
                count: 0,
                returned: None,
                chunks,
                layout,
            });
            head.add(1).cast::<u8>().write_bytes(0, total_chunks.div_ceil(8));
        }
        Ok(MemoryPool(head))
    }

    fn head(&self) -> Head {
        // SAFETY: the head was written in `new`, and is plain data.
        unsafe { self.0.read() }
    }

    /// # Safety
    ///
    /// - `index` is that of a chunk.
    unsafe fn bits(&mut self, index: usize) -> (NonNull<u8>, u8) {
        // SAFETY: the bitmap has a bit for each chunk (caller).
        (unsafe { self.0.add(1).cast::<u8>().add(index / 8) }, 1 << (index % 8))
    }

    /// # Safety
    ///
    /// - `index` is that of a chunk.
    unsafe fn chunk(&self, index: usize) -> NonNull<u8> {
        let head = self.head();
        let back = head.total - 1 - index;
        // SAFETY: inside the block (caller).
        unsafe { self.0.cast::<u8>().add(head.chunks + back * head.stride) }
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let mut head = self.head();
        let index = if let Some(index) = head.returned {
            let index = index.get() - 1;
            // SAFETY: a chunk that came back begins with the next one's number.
            head.returned = unsafe { self.chunk(index).cast::<Option<NonZeroUsize>>().read() };
            head.count -= 1;
            index
        } else if head.carved < head.total {
            head.carved += 1;
            head.carved - 1
        } else {
            return None;
        };
        // SAFETY: the index is that of a chunk; the head is the pool's own.
        unsafe {
            self.0.write(head);
            let (place, mask) = self.bits(index);
            place.write(place.read() | mask);
            Some(self.chunk(index))
        }
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let mut head = self.head();
        let first = self.0.addr().get() + head.chunks;
        let offset = ptr.addr().get().checked_sub(first).ok_or(PoolError::ForeignPointer)?;
        if offset / head.stride >= head.total {
            return Err(PoolError::ForeignPointer);
        }
        if offset % head.stride > 0 {
            return Err(PoolError::NotAChunk);
        }
        let index = head.total - 1 - offset / head.stride;
        // SAFETY: the index is that of a chunk.
        let (place, mask) = unsafe { self.bits(index) };
        // SAFETY: the bitmap is initialised.
        let bits = unsafe { place.read() };
        if bits & mask == 0 {
            return Err(PoolError::DoubleFree);
        }
        // SAFETY: the chunk is the pool's again.
        unsafe {
            place.write(bits & !mask);
            self.chunk(index).cast::<Option<NonZeroUsize>>().write(head.returned);
            head.returned = NonZeroUsize::new(index + 1);
            head.count += 1;
            self.0.write(head);
        }
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.head().stride
    }

    pub fn total_chunks(&self) -> usize {
        self.head().total
    }

    pub fn available(&self) -> usize {
        let head = self.head();
        head.total - head.carved + head.count
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        let layout = self.head().layout;
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.0.as_ptr().cast(), layout) };
    }
}
