//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-4653-2-ub
//@ debug: silent
//@ optimised: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
fn main() {
    let mut value = 1;
    let outer = &mut value;
    let inner = unsafe { &mut *(outer as *mut i32) };
    *outer = 3;
    *inner = 2;
    std::hint::black_box(value);
}
// ANCHOR_END: all
