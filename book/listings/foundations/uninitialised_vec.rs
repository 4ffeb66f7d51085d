//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: ok-003-0084

// ANCHOR: all
fn main() {
    let mut numbers: Vec<i32> = Vec::with_capacity(4);
    // The elements are not initialised. Nothing has read one yet.
    unsafe { numbers.set_len(4) };
    println!("{}", numbers.len());
    // SAFETY: 0 <= capacity, and no element has to be initialised.
    unsafe { numbers.set_len(0) };
}
// ANCHOR_END: all
