//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
fn main() {
    let numbers = [1, 2, 3];
    let first = numbers.as_ptr(); // a pointer to all elements
    // SAFETY: three elements, initialised, borrowed from `numbers`.
    let all = unsafe { std::slice::from_raw_parts(first, 3) };
    println!("{}", all.len());
}
// ANCHOR_END: all
