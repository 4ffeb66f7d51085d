//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-2291-a
//@ debug: silent
//@ optimised: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
fn main() {
    let byte = std::hint::black_box(2u8);
    let flag = unsafe { *(&raw const byte).cast::<bool>() };
    std::hint::black_box(flag);
}
// ANCHOR_END: all
