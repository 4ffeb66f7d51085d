//! design: the whole state in a Mutex, so the pool is Sync by itself; chunks are atomics in a Vec, reached through raw pointers; a table of bytes says what is free

use std::ptr::NonNull;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

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

struct Table {
    free: Vec<u8>,
    left: usize,
    hint: usize,
}

pub struct MemoryPool {
    table: Mutex<Table>,
    /// Interior mutability: writes through pointers from a shared reference are allowed.
    memory: Vec<AtomicU64>,
    words: usize,
}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        let bytes = chunk_size as u128 * total_chunks as u128;
        if bytes == 0 {
            return Err(PoolError::ZeroSize);
        }
        if bytes > isize::MAX as u128 {
            return Err(PoolError::CapacityOverflow);
        }
        let words = chunk_size.div_ceil(8);
        let mut memory = Vec::new();
        let all = words.checked_mul(total_chunks).ok_or(PoolError::CapacityOverflow)?;
        memory.try_reserve(all).map_err(|_| PoolError::OutOfMemory)?;
        memory.resize_with(all, || AtomicU64::new(0));
        let mut free = Vec::new();
        free.try_reserve(total_chunks).map_err(|_| PoolError::OutOfMemory)?;
        free.resize(total_chunks, 1);
        let table = Mutex::new(Table { free, left: total_chunks, hint: 0 });
        Ok(MemoryPool { table, memory, words })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let mut table = self.table();
        if table.left == 0 {
            return None;
        }
        let total = table.free.len();
        let index =
            (0..total).map(|i| (table.hint + i) % total).find(|i| table.free[*i] == 1)?;
        table.free[index] = 0;
        table.left -= 1;
        table.hint = index + 1;
        let start = self.memory.as_ptr().cast_mut();
        // SAFETY: `index < total`, so the offset lies inside the vector.
        NonNull::new(unsafe { start.add(index * self.words) }.cast::<u8>())
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let range = self.memory.as_ptr_range();
        let address = ptr.addr().get();
        if address < range.start.addr() || address >= range.end.addr() {
            return Err(PoolError::ForeignPointer);
        }
        let offset = address - range.start.addr();
        if offset % (8 * self.words) != 0 {
            return Err(PoolError::NotAChunk);
        }
        let mut table = self.table();
        let state = &mut table.free[offset / (8 * self.words)];
        if *state == 1 {
            return Err(PoolError::DoubleFree);
        }
        *state = 1;
        table.left += 1;
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        8 * self.words
    }

    pub fn total_chunks(&self) -> usize {
        self.table().free.len()
    }

    pub fn available(&self) -> usize {
        self.table().left
    }
}
