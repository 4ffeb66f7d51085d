//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: ok-000-2587-b
//@ asan: heap-use-after-free
//@ valgrind: Invalid read

// ANCHOR: all
fn main() {
    let ptr = Box::into_raw(Box::new(42));
    // SAFETY: from `into_raw`.
    drop(unsafe { Box::from_raw(ptr) });
    println!("{}", unsafe { *ptr });
}
// ANCHOR_END: all
