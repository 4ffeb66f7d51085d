//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};

const HEADER: usize = 16; // keeps blocks aligned to 16

/// A block of `size` bytes, or null. The size stands in front of it.
extern "C" fn block_new(size: usize) -> *mut u8 {
    let Some(whole) = size.checked_add(HEADER) else { return std::ptr::null_mut() };
    let Ok(layout) = Layout::from_size_align(whole, HEADER) else { return std::ptr::null_mut() };
    // SAFETY: at least HEADER bytes.
    let start = unsafe { alloc(layout) };
    if start.is_null() {
        return start;
    }
    // SAFETY: the header lies in the block, and is aligned to 16.
    unsafe {
        start.cast::<usize>().write(whole);
        start.add(HEADER)
    }
}

/// # Safety
///
/// `block` is null, or came from `block_new` and was not freed.
unsafe extern "C" fn block_free(block: *mut u8) {
    if block.is_null() {
        return;
    }
    // SAFETY: `block_new` wrote the size HEADER bytes in front, and allocated
    // with this very layout.
    unsafe {
        let start = block.sub(HEADER);
        let layout = Layout::from_size_align_unchecked(start.cast::<usize>().read(), HEADER);
        dealloc(start, layout);
    }
}

fn main() {
    let block = block_new(100);
    // SAFETY: 100 writable bytes; then freed once.
    unsafe {
        block.add(99).write(1);
        block_free(block);
    }
    println!("{}", block_new(usize::MAX).is_null());
}
// ANCHOR_END: all
