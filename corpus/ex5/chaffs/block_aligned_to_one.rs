//! defect: chunks are requested with alignment 1
//! class: ub
//! stage: stable
//! shows: whether a u64 fits is up to the allocator
//! caught_by: unit::chunks_are_aligned_to_eight

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

struct Slot {
    chunk: NonNull<u8>,
    live: bool,
}

pub struct MemoryPool {
    /// Sorted by address.
    slots: Vec<Slot>,
    layout: Layout,
    asked: usize,
}

// SAFETY: the chunks belong to the pool alone.
unsafe impl Send for MemoryPool {}
// SAFETY: a shared pool can only be read.
unsafe impl Sync for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        if chunk_size.checked_mul(total_chunks).is_none_or(|bytes| bytes > isize::MAX as usize)
        {
            return Err(PoolError::CapacityOverflow);
        }
        let layout =
            Layout::from_size_align(chunk_size, 1).map_err(|_| PoolError::CapacityOverflow)?;
        let mut slots = Vec::new();
        slots.try_reserve_exact(total_chunks).map_err(|_| PoolError::OutOfMemory)?;
        // From here on `drop` frees what there is.
        let mut pool = MemoryPool { slots, layout, asked: chunk_size };
        for _ in 0..total_chunks {
            // SAFETY: `chunk_size` is not zero.
            let chunk = unsafe { alloc(layout) };
            let chunk = NonNull::new(chunk).ok_or(PoolError::OutOfMemory)?;
            pool.slots.push(Slot { chunk, live: false });
        }
        pool.slots.sort_unstable_by_key(|slot| slot.chunk);
        Ok(pool)
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let slot = self.slots.iter_mut().find(|slot| !slot.live)?;
        slot.live = true;
        Some(slot.chunk)
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let after = self.slots.partition_point(|slot| slot.chunk <= ptr);
        let slot = match after {
            0 => return Err(PoolError::ForeignPointer),
            _ => &mut self.slots[after - 1],
        };
        match ptr.addr().get() - slot.chunk.addr().get() {
            0 if slot.live => slot.live = false,
            0 => return Err(PoolError::DoubleFree),
            offset if offset < self.asked => return Err(PoolError::NotAChunk),
            _ => return Err(PoolError::ForeignPointer),
        }
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.asked
    }

    pub fn total_chunks(&self) -> usize {
        self.slots.len()
    }

    pub fn available(&self) -> usize {
        self.slots.iter().filter(|slot| !slot.live).count()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        for slot in &self.slots {
            // SAFETY: allocated in `new` with this layout, and freed once, here.
            unsafe { dealloc(slot.chunk.as_ptr(), self.layout) };
        }
    }
}
