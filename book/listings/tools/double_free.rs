//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-4653-3
//@ debug: abort
//@ optimised: silent
//@ asan: double-free
//@ valgrind: Invalid free()

// ANCHOR: all
fn main() {
    let ptr = Box::into_raw(Box::new(1));
    unsafe {
        drop(Box::from_raw(ptr));
        drop(Box::from_raw(ptr));
    }
}
// ANCHOR_END: all
