//! defect: chunk_size() counts the gap on both sides of a chunk as usable
//! class: ub
//! stage: stable
//! shows: a caller who fills the last chunk writes past the block, and chunks overlap
//! caught_by: unit::every_chunk_can_be_written_whole

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::fmt;
use std::ptr::NonNull;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PoolError {
    Unlucky,
    DoubleFree,
    NotAChunk,
    ForeignPointer,
    OutOfMemory,
    CapacityOverflow,
    ZeroSize,
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the pool refused: {self:?}")
    }
}

impl std::error::Error for PoolError {}

const GAP: usize = 128;

pub struct MemoryPool {
    block: NonNull<u8>,
    layout: Layout,
    usable: usize,
    total: usize,
    live: Box<[bool]>,
    count: usize,
    dice: u64,
}

// SAFETY: the block belongs to the pool alone.
unsafe impl Send for MemoryPool {}
// SAFETY: nothing is written through a shared reference.
unsafe impl Sync for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let overflow = PoolError::CapacityOverflow;
        // One slot more than chunks: which one is spare changes all the time.
        let slots = total_chunks.checked_add(1).ok_or(overflow)?;
        let usable = chunk_size.checked_next_multiple_of(128).ok_or(overflow)?;
        let stride = usable.checked_add(GAP).ok_or(overflow)?;
        let bytes = stride.checked_mul(slots).ok_or(overflow)?;
        let layout = Layout::from_size_align(bytes, 128).map_err(|_| overflow)?;
        let mut live = Vec::new();
        live.try_reserve_exact(slots).map_err(|_| PoolError::OutOfMemory)?;
        live.resize(slots, false);
        // SAFETY: the layout is not zero-sized.
        let block = unsafe { alloc_zeroed(layout) };
        let block = NonNull::new(block).ok_or(PoolError::OutOfMemory)?;
        let live = live.into_boxed_slice();
        Ok(MemoryPool { block, layout, usable, total: total_chunks, live, count: 0, dice: 1 })
    }

    fn stride(&self) -> usize {
        self.usable + GAP
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        if self.count == self.total {
            return None;
        }
        self.dice =
            self.dice.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let slots = self.live.len();
        let from = (self.dice >> 33) as usize % slots;
        let index = (from..slots).chain(0..from).find(|index| !self.live[*index])?;
        self.live[index] = true;
        self.count += 1;
        // SAFETY: `index` is that of a slot, and all slots lie inside the block.
        Some(unsafe { self.block.add(index * self.stride()) })
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        if !self.contains(ptr) {
            return Err(PoolError::ForeignPointer);
        }
        let offset = ptr.addr().get() - self.block.addr().get();
        let (index, within) = (offset / self.stride(), offset % self.stride());
        if within != 0 {
            return Err(PoolError::NotAChunk);
        }
        if !self.live[index] {
            return Err(PoolError::DoubleFree);
        }
        self.live[index] = false;
        self.count -= 1;
        Ok(())
    }

    /// Whether the address lies inside the memory of this pool.
    pub fn contains(&self, ptr: NonNull<u8>) -> bool {
        let begin = self.block.addr().get();
        (begin..begin + self.layout.size()).contains(&ptr.addr().get())
    }

    pub fn chunk_size(&self) -> usize {
        self.usable + 2 * GAP
    }

    pub fn total_chunks(&self) -> usize {
        self.total
    }

    pub fn available(&self) -> usize {
        self.total - self.count
    }
}

impl fmt::Debug for MemoryPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} chunks live", self.count, self.total)
    }
}

/// A pool of the same kind, with memory of its own and no chunk live.
impl Clone for MemoryPool {
    fn clone(&self) -> Self {
        MemoryPool::new(self.usable, self.total).expect("memory for one more pool")
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.block.as_ptr(), self.layout) };
    }
}
