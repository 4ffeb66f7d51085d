//! defect: PoolError is not non_exhaustive
//! class: api
//! stage: stable
//! shows: a program may rely on there being no other error
//! caught_by: compile_fail::more_errors_may_come

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::NonNull;

/// What every chunk is aligned to.
const ALIGN: usize = 8;
/// The word of a chunk that is handed out. No index: a table of so many words
/// would exceed `isize::MAX` bytes.
const LIVE: usize = usize::MAX;
/// The word of the last free chunk; `first_free` when no chunk is free.
const END: usize = usize::MAX - 1;

// `layout` is computed for `total` words after chunks aligned to `ALIGN`: the
// words must not need a stricter alignment than the padding between the two.
const _: () = assert!(ALIGN.is_multiple_of(align_of::<usize>()));

/// Why a [`MemoryPool`] refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
pub struct MemoryPool {
    /// The allocation: chunks, then the table (INV-1).
    block: NonNull<u8>,
    /// What `block` was allocated with (INV-1).
    layout: Layout,
    /// From one chunk to the next, and the usable size of each (INV-2).
    stride: usize,
    /// How many chunks there are (INV-2).
    total: usize,
    /// The offset of the table (INV-3).
    table: usize,
    /// The first free chunk, or `END` (INV-4).
    first_free: usize,
    /// The length of the list (INV-4).
    available: usize,
}

// SAFETY: the pool owns its block (INV-1), which is tied to no thread; nothing
// in it is shared with another pool. A chunk that stays behind on the old thread
// is a raw pointer, and whoever uses it vouches for that.
unsafe impl Send for MemoryPool {}

// SAFETY: through `&MemoryPool` one can read `stride`, `total` and `available`,
// and nothing writes to these but methods that take `&mut self`.
unsafe impl Sync for MemoryPool {}

impl MemoryPool {
    /// A pool of `total_chunks` chunks with at least `chunk_size` bytes each.
    ///
    /// # Errors
    ///
    /// - [`PoolError::ZeroSize`] when either number is 0;
    /// - [`PoolError::CapacityOverflow`] when that much memory has no layout;
    /// - [`PoolError::OutOfMemory`] when the allocator has none.
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<Self, PoolError> {
        if chunk_size == 0 || total_chunks == 0 {
            return Err(PoolError::ZeroSize);
        }
        let (layout, stride, table) =
            block_layout(chunk_size, total_chunks).ok_or(PoolError::CapacityOverflow)?;
        // SAFETY: the layout is not zero-sized: it has room for one chunk of at
        // least one byte (checked above).
        let block = unsafe { alloc(layout) };
        let block = NonNull::new(block).ok_or(PoolError::OutOfMemory)?;
        let mut pool = MemoryPool {
            block,
            layout,
            stride,
            total: total_chunks,
            table,
            first_free: 0,
            available: total_chunks,
        };
        for index in 0..total_chunks {
            let next = if index + 1 < total_chunks { index + 1 } else { END };
            // SAFETY: `index < total`.
            unsafe { pool.set_word(index, next) };
        }
        Ok(pool)
    }

    /// A chunk that nobody else has, or `None` when all are in use.
    ///
    /// Its bytes are not initialised: write before you read.
    pub fn allocate(&mut self) -> Option<NonNull<u8>> {
        if self.first_free == END {
            return None;
        }
        let index = self.first_free;
        // SAFETY: the invariants hold; `first_free` is not `END`, so it is below
        // `total` (INV-4).
        self.first_free = unsafe { self.word(index) };
        // SAFETY: the same index.
        unsafe { self.set_word(index, LIVE) };
        self.available -= 1;
        // SAFETY: `index < total`, so the offset lies inside the allocation
        // (INV-1, INV-2), and the product does not overflow: it is less than
        // `table`.
        Some(unsafe { self.block.add(index * self.stride) })
    }

    /// Takes a chunk back.
    ///
    /// Safe for every pointer: only its address is looked at.
    ///
    /// # Errors
    ///
    /// - [`PoolError::ForeignPointer`] when it points outside of the chunks;
    /// - [`PoolError::NotAChunk`] when it points into one, but not at its start;
    /// - [`PoolError::DoubleFree`] when the chunk is free already.
    pub fn deallocate(&mut self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let offset = ptr
            .addr()
            .get()
            .checked_sub(self.block.addr().get())
            .filter(|offset| *offset < self.table)
            .ok_or(PoolError::ForeignPointer)?;
        if offset % self.stride != 0 {
            return Err(PoolError::NotAChunk);
        }
        let index = offset / self.stride;
        // SAFETY: the invariants hold; `offset < table == stride * total` (INV-2),
        // so `index < total`.
        if unsafe { self.word(index) } != LIVE {
            return Err(PoolError::DoubleFree);
        }
        // SAFETY: the same index.
        unsafe { self.set_word(index, self.first_free) };
        self.first_free = index;
        self.available += 1;
        Ok(())
    }

    /// How many bytes of a chunk can be used.
    pub fn chunk_size(&self) -> usize {
        self.stride
    }

    /// How many chunks the pool has, free or not.
    pub fn total_chunks(&self) -> usize {
        self.total
    }

    /// How many chunks `allocate` can still hand out.
    pub fn available(&self) -> usize {
        self.available
    }

    /// The word of chunk `index`. Not for `new`, which has yet to write it.
    ///
    /// # Safety
    ///
    /// - `index < self.total`.
    /// - The invariants hold.
    unsafe fn word(&self, index: usize) -> usize {
        // SAFETY: `index < total` (caller).
        let place = unsafe { self.word_place(index) };
        // SAFETY:
        // - valid and aligned: `word_place`;
        // - initialised: the invariants hold (caller), INV-3 and INV-5 among them.
        unsafe { place.read() }
    }

    /// Sets the word of chunk `index`.
    ///
    /// # Safety
    ///
    /// - `index < self.total`.
    unsafe fn set_word(&mut self, index: usize, word: usize) {
        debug_assert!(word == LIVE || word == END || word < self.total, "word {word}");
        // SAFETY: `index < total` (caller).
        let place = unsafe { self.word_place(index) };
        // SAFETY: valid and aligned (`word_place`), and nobody else has a pointer
        // into the table (INV-5).
        unsafe { place.write(word) };
    }

    /// Where the word of chunk `index` lies: inside the allocation, aligned.
    ///
    /// # Safety
    ///
    /// - `index < self.total`.
    unsafe fn word_place(&self, index: usize) -> NonNull<usize> {
        debug_assert!(index < self.total, "chunk {index} of {}", self.total);
        // SAFETY: the table lies inside the allocation (INV-3).
        let words = unsafe { self.block.add(self.table) }.cast::<usize>();
        // SAFETY: so do all of its `total` words, and `index < total` (caller).
        unsafe { words.add(index) }
    }
}

/// The layout of the whole block, the distance between two chunks, and the
/// offset of the table. `None` when one of them overflows.
fn block_layout(chunk_size: usize, total_chunks: usize) -> Option<(Layout, usize, usize)> {
    let stride = chunk_size.checked_next_multiple_of(ALIGN)?;
    let chunks = Layout::from_size_align(stride.checked_mul(total_chunks)?, ALIGN).ok()?;
    let words = Layout::array::<usize>(total_chunks).ok()?;
    let (layout, table) = chunks.extend(words).ok()?;
    // The chunks end at a multiple of `ALIGN`, so no padding comes between.
    debug_assert_eq!(table, chunks.size(), "the table follows the chunks");
    Some((layout, stride, table))
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        // SAFETY:
        // - `block` was allocated with `layout` (INV-1);
        // - it is freed once: `drop` runs once, and no copy of the pool exists.
        // Chunks that are still live dangle from here on.
        unsafe { dealloc(self.block.as_ptr(), self.layout) };
    }
}
