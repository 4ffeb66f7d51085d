//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-1515-fix

// ANCHOR: all
fn main() {
    let mut data = [1u8, 2, 3, 4, 0, 0, 0, 0];
    let ptr = data.as_mut_ptr();
    // SAFETY: 2..4 and 4..6 lie in the array; both pointers come from `ptr`.
    unsafe { std::ptr::copy(ptr.add(2), ptr.add(4), 2) };
    println!("{data:?}");
}
// ANCHOR_END: all
