//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: ok-000-0300-one-past

// ANCHOR: all
fn main() {
    let numbers = [1, 2, 3, 4, 5];
    let ptr = numbers.as_ptr();
    // SAFETY: one past the end may be computed, not read.
    let end = unsafe { ptr.add(5) };
    // SAFETY: both pointers belong to `numbers`.
    println!("{}", unsafe { end.offset_from(ptr) });
    println!("{}", ptr.wrapping_add(20).is_null()); // safe, and useless to read
}
// ANCHOR_END: all
