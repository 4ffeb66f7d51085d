//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-0837-fix

// ANCHOR: all
fn main() {
    let mut value = 42;
    let first = &raw mut value;
    let second = first; // a copy, not a new reference
    // SAFETY: `value` is alive and used through these two alone.
    unsafe {
        *second = 200;
        *first = 100;
    }
    println!("{value}");
}
// ANCHOR_END: all
