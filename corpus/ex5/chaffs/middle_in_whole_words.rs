//! defect: the middle of a chunk is tested in units of eight bytes
//! class: soundness
//! stage: stable
//! shows: a pointer three bytes into a chunk frees it
//! caught_by: unit::the_middle_of_a_chunk_is_no_chunk

use std::mem::MaybeUninit;
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

const END: u32 = u32::MAX;

#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Unit([u8; 8]);

pub struct MemoryPool {
    units: *mut [MaybeUninit<Unit>],
    per_chunk: usize,
    first_free: u32,
}

// SAFETY: the units belong to the pool alone.
unsafe impl Send for MemoryPool {}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let per_chunk = chunk_size.div_ceil(8);
        let units = per_chunk
            .checked_mul(total_chunks)
            .filter(|units| *units <= isize::MAX as usize / 8)
            .ok_or(PoolError::CapacityOverflow)?;
        if total_chunks >= END as usize {
            return Err(PoolError::OutOfMemory);
        }
        let mut memory: Vec<MaybeUninit<Unit>> = Vec::new();
        memory.try_reserve_exact(units).map_err(|_| PoolError::OutOfMemory)?;
        // SAFETY: `MaybeUninit` needs no initialisation, and the capacity is there.
        unsafe { memory.set_len(units) };
        let units = Box::into_raw(memory.into_boxed_slice());
        let mut pool = MemoryPool { units, per_chunk, first_free: END };
        for index in (0..total_chunks as u32).rev() {
            pool.link(index);
        }
        Ok(pool)
    }

    fn place(&self, index: u32) -> *mut u8 {
        let offset = index as usize * self.per_chunk;
        assert!(offset < self.units.len());
        // SAFETY: the offset lies inside the slice.
        unsafe { self.units.cast::<Unit>().add(offset).cast() }
    }

    fn link(&mut self, index: u32) {
        let place = self.place(index);
        // SAFETY: the chunk is free, aligned to 8, and has room for four bytes.
        unsafe { place.cast::<u32>().write(self.first_free) };
        self.first_free = index;
    }

    fn free(&self) -> impl Iterator<Item = u32> + '_ {
        let mut next = self.first_free;
        std::iter::from_fn(move || {
            let index = next;
            if index == END {
                return None;
            }
            // SAFETY: a free chunk begins with its link.
            next = unsafe { self.place(index).cast::<u32>().read() };
            Some(index)
        })
    }

    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let mut free = self.free();
        let index = free.next()?;
        let next = free.next().unwrap_or(END);
        drop(free);
        self.first_free = next;
        NonNull::new(self.place(index))
    }

    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr.addr().get().wrapping_sub(self.units.addr());
        if offset >= self.units.len() * 8 {
            Err(PoolError::ForeignPointer)
        } else if offset / 8 % self.per_chunk != 0 {
            Err(PoolError::NotAChunk)
        } else {
            let index = (offset / (self.per_chunk * 8)) as u32;
            if self.free().any(|free| free == index) {
                return Err(PoolError::DoubleFree);
            }
            self.link(index);
            Ok(())
        }
    }

    pub fn chunk_size(&self) -> usize {
        self.per_chunk * 8
    }

    pub fn total_chunks(&self) -> usize {
        self.units.len() / self.per_chunk
    }

    pub fn available(&self) -> usize {
        self.free().count()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        let units: *mut [MaybeUninit<Unit>] = self.units;
        // SAFETY: came from `Box::into_raw` and is freed once, here.
        drop(unsafe { Box::from_raw(units) });
    }
}
