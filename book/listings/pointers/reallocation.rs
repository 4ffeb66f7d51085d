//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: ok-000-0730
//@ asan: heap-use-after-free
//@ valgrind: Invalid read

// ANCHOR: all
fn main() {
    let mut numbers = vec![1, 2, 3];
    let first = numbers.as_ptr();
    numbers.extend(4..100);
    println!("{}", unsafe { *first });
}
// ANCHOR_END: all
