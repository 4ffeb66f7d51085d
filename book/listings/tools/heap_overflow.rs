//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ debug: silent
//@ optimised: silent
//@ asan: heap-buffer-overflow
//@ valgrind: Invalid write

// ANCHOR: all
fn main() {
    let mut bytes = std::hint::black_box(vec![0u8; 10]);
    unsafe { bytes.as_mut_ptr().add(10).write(1) };
    std::hint::black_box(&bytes);
}
// ANCHOR_END: all
