//! design: 64 bytes of guard on both sides of every chunk, filled once and looked at when a chunk comes back; a linear search for a free one

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

const GUARD: usize = 64;

pub struct MemoryPool {
    start: NonNull<u8>,
    layout: Layout,
    size: usize,
    live: Vec<bool>,
}

// SAFETY: the pool owns its memory.
unsafe impl Send for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let size = chunk_size.checked_next_multiple_of(8).ok_or(PoolError::CapacityOverflow)?;
        let stride = size.checked_add(2 * GUARD).ok_or(PoolError::CapacityOverflow)?;
        let bytes = stride.checked_mul(total_chunks).ok_or(PoolError::CapacityOverflow)?;
        let layout =
            Layout::from_size_align(bytes, 8).map_err(|_| PoolError::CapacityOverflow)?;
        let mut live = room(total_chunks)?;
        live.resize(total_chunks, false);
        // SAFETY: not zero-sized.
        let start = NonNull::new(unsafe { alloc(layout) }).ok_or(PoolError::OutOfMemory)?;
        // SAFETY: the whole block.
        unsafe { start.write_bytes(0xA5, bytes) };
        Ok(Self { start, layout, size, live })
    }

    fn stride(&self) -> usize {
        self.size + 2 * GUARD
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let index = self.live.iter().rposition(|live| !live)?;
        self.live[index] = true;
        // SAFETY: inside the block.
        Some(unsafe { self.start.add(index * self.stride() + GUARD) })
    }

    fn guards_are_whole(&self, index: usize) -> bool {
        (0..GUARD).all(|at| {
            let before = index * self.stride() + at;
            let behind = before + GUARD + self.size;
            // SAFETY: both guards lie inside the block and were filled in `new`.
            unsafe {
                self.start.add(before).read() == 0xA5 && self.start.add(behind).read() == 0xA5
            }
        })
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().wrapping_sub(self.start.addr().get());
        if offset >= self.layout.size() {
            return Err(PoolError::ForeignPointer);
        }
        let index = offset / self.stride();
        match offset % self.stride() {
            GUARD => {}
            at if at < GUARD || at >= GUARD + self.size => {
                return Err(PoolError::ForeignPointer);
            }
            _ => return Err(PoolError::NotAChunk),
        }
        if !self.live[index] {
            return Err(PoolError::DoubleFree);
        }
        assert!(self.guards_are_whole(index), "somebody wrote beside a chunk");
        self.live[index] = false;
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.size
    }

    pub fn total_chunks(&self) -> usize {
        self.live.len()
    }

    pub fn available(&self) -> usize {
        self.live.iter().filter(|live| !**live).count()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}
