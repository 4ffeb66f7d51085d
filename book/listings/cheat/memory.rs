//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::mem::{ManuallyDrop, MaybeUninit};

fn main() {
    // Allocate: size not 0, null checked, the same layout at the end.
    let layout = Layout::array::<u64>(3).expect("capacity overflow");
    // SAFETY: 24 bytes.
    let block = unsafe { alloc(layout) }.cast::<u64>();
    if block.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: three slots; each is written before it is read; freed once.
    unsafe {
        for i in 0..3 {
            block.add(i).write(i as u64);
        }
        println!("{:?}", std::slice::from_raw_parts(block, 3));
        dealloc(block.cast(), layout);
    }

    // A place without a value yet.
    let mut place = MaybeUninit::<String>::uninit();
    place.write(String::from("now there is one"));
    // SAFETY: written one line up.
    let text = unsafe { place.assume_init() };

    // A value that nobody drops by itself.
    let kept = ManuallyDrop::new(text);
    drop(ManuallyDrop::into_inner(kept));

    // Out of Rust's care, and back.
    let raw = Box::into_raw(Box::new(7));
    // SAFETY: from `into_raw`, once.
    println!("{}", unsafe { Box::from_raw(raw) });
}
// ANCHOR_END: all
