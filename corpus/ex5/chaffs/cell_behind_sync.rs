//! defect: available() counts when it is asked for the first time and keeps the result in a Cell, and the pool is declared Sync
//! class: soundness
//! stage: miri
//! shows: two threads that call available() race
//! caught_by: unit::a_shared_pool_can_be_looked_at_by_two_threads

use std::cell::Cell;
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

#[derive(Debug)]
pub struct MemoryPool {
    /// Stays empty: only its capacity is used.
    memory: Vec<u64>,
    free: Vec<usize>,
    live: Vec<bool>,
    words: usize,
    chunk_size: usize,
    counted: Cell<Option<usize>>,
}

// SAFETY: a shared pool hands out nothing.
unsafe impl Sync for MemoryPool {}

fn reserved<T>(len: usize) -> Result<Vec<T>, PoolError> {
    let mut list = Vec::new();
    list.try_reserve_exact(len).map_err(|_| PoolError::OutOfMemory)?;
    Ok(list)
}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        match chunk_size.checked_mul(total_chunks) {
            Some(0) => return Err(PoolError::ZeroSize),
            Some(bytes) if bytes <= isize::MAX as usize => {}
            _ if chunk_size == 0 || total_chunks == 0 => return Err(PoolError::ZeroSize),
            _ => return Err(PoolError::CapacityOverflow),
        }
        let words = chunk_size.div_ceil(8);
        let all = words.checked_mul(total_chunks).ok_or(PoolError::CapacityOverflow)?;
        let mut pool = MemoryPool {
            memory: reserved(all)?,
            free: reserved(total_chunks)?,
            live: reserved(total_chunks)?,
            words,
            chunk_size,
            counted: Cell::new(None),
        };
        pool.free.extend(0..total_chunks);
        pool.live.resize(total_chunks, false);
        Ok(pool)
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let index = self.free.pop()?;
        self.live[index] = true;
        self.counted.set(None);
        // SAFETY: `index < total_chunks`, so the offset lies inside the capacity.
        let chunk = unsafe { self.memory.as_mut_ptr().add(index * self.words) };
        NonNull::new(chunk.cast())
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let start = self.memory.as_ptr().addr();
        let stride = self.words * 8;
        let offset = ptr.addr().get().checked_sub(start).ok_or(PoolError::ForeignPointer)?;
        let live = self.live.get_mut(offset / stride).ok_or(PoolError::ForeignPointer)?;
        if offset % stride != 0 {
            return Err(PoolError::NotAChunk);
        }
        if !std::mem::replace(live, false) {
            return Err(PoolError::DoubleFree);
        }
        self.free.push(offset / stride);
        self.counted.set(None);
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    pub fn total_chunks(&self) -> usize {
        self.live.len()
    }

    pub fn available(&self) -> usize {
        if self.counted.get().is_none() {
            self.counted.set(Some(self.live.iter().filter(|live| !**live).count()));
        }
        self.counted.get().unwrap_or(0)
    }
}
