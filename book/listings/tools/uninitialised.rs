//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-2821-a
//@ debug: silent
//@ optimised: silent
//@ asan: silent
//@ valgrind: uninitialised value

// ANCHOR: all
fn main() {
    let numbers: Vec<u8> = Vec::with_capacity(4);
    let first = unsafe { *numbers.as_ptr() };
    println!("{}", if first > 100 { "large" } else { "small" }.len() == 5);
}
// ANCHOR_END: all
