//! defect: chunks that were never handed out pass for live ones
//! class: soundness
//! stage: stable
//! shows: giving back a chunk that nobody has puts it on the stack, and the bump pointer hands it out again
//! caught_by: unit::chunks_not_yet_handed_out_cannot_be_given_back

use std::alloc::{Layout, alloc, dealloc};
use std::collections::TryReserveError;
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

impl From<TryReserveError> for PoolError {
    fn from(_: TryReserveError) -> Self {
        PoolError::OutOfMemory
    }
}

struct State {
    first: NonNull<u8>,
    layout: Layout,
    stride: usize,
    total: usize,
    fresh: usize,
    returned: Vec<NonNull<u8>>,
}

#[repr(transparent)]
pub struct MemoryPool(NonNull<State>);

// SAFETY: the state and all that it points to belong to the pool alone.
unsafe impl Send for MemoryPool {}

/// Ends the process when it is dropped by a panic.
struct AbortOnPanic;

impl Drop for AbortOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}

impl MemoryPool {
    pub fn new(chunk_size: usize, total_chunks: usize) -> Result<MemoryPool, PoolError> {
        if chunk_size.min(total_chunks) == 0 {
            return Err(PoolError::ZeroSize);
        }
        let stride = match chunk_size % 8 {
            0 => chunk_size,
            rest => chunk_size.checked_add(8 - rest).ok_or(PoolError::CapacityOverflow)?,
        };
        let layout = match stride.checked_mul(total_chunks) {
            Some(bytes) => {
                Layout::from_size_align(bytes, 8).map_err(|_| PoolError::CapacityOverflow)?
            }
            None => return Err(PoolError::CapacityOverflow),
        };
        let mut returned = Vec::new();
        returned.try_reserve(total_chunks)?;
        let mut room: Vec<State> = Vec::new();
        room.try_reserve_exact(1)?;
        // SAFETY: the layout is not zero-sized.
        let first = unsafe { alloc(layout) };
        let first = NonNull::new(first).ok_or(PoolError::OutOfMemory)?;
        room.push(State { first, layout, stride, total: total_chunks, fresh: 0, returned });
        let state = room.leak().as_mut_ptr();
        // SAFETY: a slice of one element is not at null.
        Ok(MemoryPool(unsafe { NonNull::new_unchecked(state) }))
    }

    fn state(&self) -> &State {
        // SAFETY: the state lives as long as the pool, and is borrowed with it.
        unsafe { self.0.as_ref() }
    }

    fn state_mut(&mut self) -> &mut State {
        // SAFETY: the state lives as long as the pool, and is borrowed with it.
        unsafe { self.0.as_mut() }
    }

    pub fn allocate(self: &mut Self) -> Option<NonNull<u8>> {
        let state = self.state_mut();
        let _guard = AbortOnPanic;
        if let Some(chunk) = state.returned.pop() {
            return Some(chunk);
        }
        (state.fresh < state.total).then(|| {
            state.fresh += 1;
            // SAFETY: fewer than `total` chunks lie before it.
            unsafe { state.first.byte_add((state.fresh - 1) * state.stride) }
        })
    }

    pub fn deallocate(self: &mut Self, ptr: NonNull<u8>) -> Result<(), PoolError> {
        let state = self.state_mut();
        let _guard = AbortOnPanic;
        let base = state.first.addr().get();
        let end = base + state.layout.size();
        let address = ptr.addr().get();
        if !(base..end).contains(&address) {
            return Err(PoolError::ForeignPointer);
        }
        if !(address - base).is_multiple_of(state.stride) {
            return Err(PoolError::NotAChunk);
        }
        if state.returned.iter().any(|chunk| chunk.addr() == ptr.addr()) {
            return Err(PoolError::DoubleFree);
        }
        // Room was reserved for every chunk. The pointer that goes into the stack is
        // the pool's own, not the one that was handed in.
        state.returned.push(state.first.with_addr(ptr.addr()));
        Ok(())
    }

    pub fn chunk_size(&self) -> usize {
        self.state().stride
    }

    pub fn total_chunks(&self) -> usize {
        self.state().total
    }

    pub fn available(&self) -> usize {
        let state = self.state();
        state.total - state.fresh + state.returned.len()
    }
}

impl Drop for MemoryPool {
    fn drop(&mut self) {
        let state = self.state();
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(state.first.as_ptr(), state.layout) };
        // SAFETY: the state is the only element of a vector with room for one or
        // more, leaked in `new`: its capacity is exactly one.
        drop(unsafe { Vec::from_raw_parts(self.0.as_ptr(), 1, 1) });
    }
}
