//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 001-0777-a
//@ debug: silent
//@ optimised: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
fn main() {
    let callback: extern "C" fn() = unsafe { std::mem::transmute(std::hint::black_box(0usize)) };
    std::hint::black_box(callback);
}
// ANCHOR_END: all
