//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1350
//@ asan: stack-buffer-overflow
//@ valgrind: silent
//@ debug: silent

// ANCHOR: all
fn main() {
    let numbers = [1u32, 2, 3];
    let mut sum = 0u32;
    for i in 0..=numbers.len() {
        sum = sum.wrapping_add(unsafe { *numbers.as_ptr().add(i) });
    }
    std::hint::black_box(sum);
}
// ANCHOR_END: all
