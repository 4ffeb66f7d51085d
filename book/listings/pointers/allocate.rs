//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// Room for `count` values of type `T`, uninitialised.
fn allocate<T>(count: usize) -> NonNull<T> {
    let layout = Layout::array::<T>(count).expect("capacity overflow");
    if layout.size() == 0 {
        return NonNull::dangling();
    }
    // SAFETY: the size is not 0.
    let memory = unsafe { alloc(layout) };
    NonNull::new(memory.cast()).unwrap_or_else(|| handle_alloc_error(layout))
}

/// # Safety
///
/// `ptr` came from `allocate::<T>(count)` and is not used again.
unsafe fn free<T>(ptr: NonNull<T>, count: usize) {
    let layout = Layout::array::<T>(count).expect("the same layout was allocated");
    if layout.size() != 0 {
        // SAFETY: the same layout, and the caller's duties.
        unsafe { dealloc(ptr.as_ptr().cast(), layout) }
    }
}

fn main() {
    let four = allocate::<u64>(4);
    println!("{}", four.is_aligned());
    // SAFETY: as requested, and not used again.
    unsafe { free(four, 4) };
    // SAFETY: as requested, and not used again.
    unsafe { free(allocate::<()>(4), 4) };
}
// ANCHOR_END: all
