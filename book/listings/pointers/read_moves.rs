//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: double-free
//@ valgrind: Invalid free()

// ANCHOR: all
fn main() {
    let name = Box::new(7);
    let ptr = &raw const name;
    let copy = unsafe { ptr.read() };
    println!("{copy}");
}
// ANCHOR_END: all
