//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
fn main() {
    let numbers = [10i32, 20];
    let ptr = numbers.as_ptr();
    // Keep the pointer and change its address: the provenance stays.
    let second = ptr.map_addr(|address| address + size_of::<i32>());
    // SAFETY: the address is that of the second element, and `ptr` may reach it.
    println!("{}", unsafe { *second });
}
// ANCHOR_END: all
