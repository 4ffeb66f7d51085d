//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-0837
//@ debug: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
fn main() {
    let mut value = 42;
    let first = &mut value as *mut i32;
    let second = &mut value as *mut i32;
    unsafe {
        *second = 200;
        *first = 100;
    }
    println!("{value}");
}
// ANCHOR_END: all
