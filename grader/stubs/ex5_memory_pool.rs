//! # Exercise 5: `MemoryPool`, audit and repair
//!
//! Goal: find what is wrong with a pool that works in every ordinary test, say
//! so in an audit, and turn it into a pool that safe code cannot misuse.
//!
//! The pool below compiles, hands out chunks and takes them back. It also has
//! undefined behaviour, most of it within reach of code without `unsafe`. Its
//! comments belong to what you audit: some state no cause, some are wrong.
//!
//! - TODO(ex5.1): read every line. For each defect add a finding to
//!   `exercises/ex5_audit.toml`. Line numbers are those of this file as shipped;
//!   `exercises/ex5_flawed_pool.txt` keeps them while you edit.
//! - TODO(ex5.2): write down the invariants of a sound pool.
//! - TODO(ex5.3): repair `new`: every size that it cannot serve is an `Err`.
//! - TODO(ex5.4): repair `allocate`, so that no byte that is written to a chunk
//!   can mislead the pool.
//! - TODO(ex5.5): repair `deallocate`, so that every pointer may be handed in.
//! - TODO(ex5.6): repair what is left, `Drop` and the threads among it.
//!
//! Rules that the tests check:
//!
//! - `new`: `ZeroSize` when either number is 0, `CapacityOverflow` when their
//!   product exceeds `isize::MAX`, `OutOfMemory` when any allocation fails.
//! - A chunk has `chunk_size()` usable bytes, at least as many as asked for, is
//!   aligned to 8, overlaps no other live chunk, and stays where it is when the
//!   pool moves. `allocate` and `deallocate` make no allocation.
//! - Any bytes may be written to all of a live chunk.
//! - `deallocate` is safe for every pointer: `ForeignPointer` outside of the
//!   pool, `NotAChunk` inside but at no chunk's start, `DoubleFree` for a chunk
//!   that is free. It judges by address, and touches memory only through the
//!   pool's own pointer. An `Err` changes nothing.
//! - The pool is `Send`. Dropping it frees its memory once.
//!
//! Run `just check ex5` after each step. Stuck? `just hint ex5`.

// The pool as shipped: delete this line when you start to repair it.

use std::alloc::{Layout, alloc, dealloc};
use std::cell::Cell;
use std::ptr::NonNull;

/// Why a [`MemoryPool`] refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolError {
    /// The chunk size or the number of chunks is 0.
    ZeroSize,
    /// All chunks together exceed `isize::MAX` bytes.
    CapacityOverflow,
    /// The allocator has no memory for the pool.
    OutOfMemory,
    /// The pointer points outside of the pool.
    ForeignPointer,
    /// The pointer points into the pool, but not at the start of a chunk.
    NotAChunk,
    /// The chunk is free already.
    DoubleFree,
}

/// Chunks of equal size, all from one block of memory.
///
/// A free chunk begins with a link: a pointer to the next free chunk.
pub struct MemoryPool {
    block: *mut u8,
    chunk_size: usize,
    total_chunks: usize,
    /// Null when every chunk is in use.
    first_free: *mut u8,
    /// How many chunks are free, once somebody has counted.
    counted: Cell<Option<usize>>,
}

// SAFETY: the block belongs to the pool alone and is tied to no thread: whoever
// has the pool has the block.
unsafe impl Send for MemoryPool {}

// SAFETY: a shared pool hands out no chunks.
unsafe impl Sync for MemoryPool {}

impl MemoryPool {
    /// A pool of `total_chunks` chunks with `chunk_size` bytes each.
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        let bytes = chunk_size * total_chunks;
        let layout = Layout::from_size_align(bytes, 8).expect("the layout is valid");

        // SAFETY: the layout was checked in the line above.
        let block = unsafe { alloc(layout) };

        // Each chunk links to its neighbour; the last has none, its link is null.
        for i in 0..total_chunks - 1 {
            // SAFETY: both chunks lie inside the block.
            unsafe {
                let link = block.add(i * chunk_size).cast::<*mut u8>();
                link.write(block.add((i + 1) * chunk_size));
            }
        }

        let counted = Cell::new(Some(total_chunks));
        Ok(MemoryPool { block, chunk_size, total_chunks, first_free: block, counted })
    }

    /// A chunk that nobody else has, or `None` when all are in use.
    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        let chunk = NonNull::new(self.first_free)?;
        // SAFETY: `chunk` is free, and a free chunk begins with a link.
        self.first_free = unsafe { chunk.cast::<*mut u8>().read() };
        self.counted.set(None);
        Some(chunk)
    }

    /// Takes a chunk back.
    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        // SAFETY: the chunk is given back, so its bytes are the pool's again.
        unsafe { ptr.cast::<*mut u8>().write(self.first_free) };
        self.first_free = ptr.as_ptr();
        self.counted.set(None);
        Ok(())
    }

    /// How many bytes of a chunk can be used.
    pub fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    /// How many chunks the pool has, free or not.
    pub fn total_chunks(&self) -> usize {
        self.total_chunks
    }

    /// How many chunks `allocate` can still hand out.
    pub fn available(&self) -> usize {
        if let Some(count) = self.counted.get() {
            return count;
        }
        let end = self.block.wrapping_add(self.chunk_size * self.total_chunks);
        let (mut count, mut chunk) = (0, self.first_free);
        while (self.block..end).contains(&chunk) && count < self.total_chunks {
            count += 1;
            // SAFETY: a free chunk begins with a link.
            chunk = unsafe { chunk.cast::<*mut u8>().read() };
        }
        self.counted.set(Some(count));
        count
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        let bytes = self.chunk_size * self.total_chunks;
        let layout = Layout::from_size_align(bytes, 8).expect("the layout is valid");
        // SAFETY: the block was allocated with this layout.
        unsafe { dealloc(self.block, layout) };
    }
}
