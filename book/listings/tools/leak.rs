//@ run: undefined
//@ why: a leak is defined behaviour; the entry stands for the leak checks
//@ miri: stacked=leak tree=leak
//@ measured: 000-0234
//@ debug: silent
//@ optimised: silent
//@ asan: detected memory leaks
//@ valgrind: definitely lost

// ANCHOR: all
fn main() {
    let ptr = Box::into_raw(Box::new(42));
    std::hint::black_box(unsafe { *ptr });
}
// ANCHOR_END: all
