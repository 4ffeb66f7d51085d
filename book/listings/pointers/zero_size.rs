//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-2150
//@ debug: silent

// ANCHOR: all
use std::alloc::{Layout, alloc};

/// Room for four values of type `T`.
fn room_for_four<T>() -> *mut T {
    let layout = Layout::array::<T>(4).unwrap();
    unsafe { alloc(layout).cast() }
}

fn main() {
    let ptr = room_for_four::<()>();
    println!("{}", ptr.is_aligned());
}
// ANCHOR_END: all
