//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 001-0977-a
//@ debug: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};

fn main() {
    let asked = Layout::from_size_align(16, 1).unwrap();
    let returned = Layout::from_size_align(1, 1).unwrap();
    unsafe {
        let memory = alloc(asked);
        dealloc(memory, returned);
    }
}
// ANCHOR_END: all
