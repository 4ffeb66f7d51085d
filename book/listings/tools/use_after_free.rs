//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: ok-000-2587-b
//@ debug: silent
//@ optimised: silent
//@ asan: heap-use-after-free
//@ valgrind: Invalid read

// ANCHOR: all
fn main() {
    let ptr = Box::into_raw(Box::new(42));
    unsafe { drop(Box::from_raw(ptr)) };
    std::hint::black_box(unsafe { *ptr });
}
// ANCHOR_END: all
