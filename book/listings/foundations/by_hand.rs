//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};

fn main() {
    let layout = Layout::new::<i32>();
    // SAFETY: the size is 4, not 0.
    let ptr = unsafe { alloc(layout) }.cast::<i32>();
    if ptr.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: fresh memory for one i32, aligned by the layout.
    unsafe { ptr.write(42) };
    // SAFETY: written one line up.
    println!("{}", unsafe { ptr.read() });
    // SAFETY: from `alloc` with this layout, and not used again.
    unsafe { dealloc(ptr.cast::<u8>(), layout) };
}
// ANCHOR_END: all
