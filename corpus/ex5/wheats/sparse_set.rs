//! design: a permutation of the chunks and its inverse: the first `live` of them are live; four-byte indexes, so at most 2^32 chunks

use std::alloc::{Layout, alloc_zeroed, dealloc};
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
    layout: Layout,
    stride: usize,
    order: Vec<u32>,
    place: Vec<u32>,
    live: usize,
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
        let count = u32::try_from(total_chunks).map_err(|_| PoolError::OutOfMemory)?;
        let mut order = room(total_chunks)?;
        let mut place = room(total_chunks)?;
        // SAFETY: not zero-sized.
        let start =
            NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or(PoolError::OutOfMemory)?;
        order.extend(0..count);
        place.extend(0..count);
        Ok(Self { start, layout, stride, order, place, live: 0 })
    }

    fn exchange(&mut self, one: usize, other: usize) {
        self.order.swap(one, other);
        self.place[self.order[one] as usize] = one as u32;
        self.place[self.order[other] as usize] = other as u32;
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let left = self.available();
        if left == 0 {
            return None;
        }
        let chosen = self.live + left / 2;
        self.exchange(self.live, chosen);
        let index = self.order[self.live] as usize;
        self.live += 1;
        // SAFETY: the index is below the number of chunks.
        Some(unsafe { self.start.add(index * self.stride) })
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let first = self.start.addr().get();
        let end = first + self.layout.size();
        let address = ptr.addr().get();
        if address < first || address >= end {
            return Err(PoolError::ForeignPointer);
        }
        let (index, rest) = ((address - first) / self.stride, (address - first) % self.stride);
        if rest != 0 {
            return Err(PoolError::NotAChunk);
        }
        let place = self.place[index] as usize;
        if place >= self.live {
            return Err(PoolError::DoubleFree);
        }
        self.live -= 1;
        self.exchange(place, self.live);
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.stride
    }

    pub fn total_chunks(&self) -> usize {
        self.order.len()
    }

    pub fn available(&self) -> usize {
        self.order.len() - self.live
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}
