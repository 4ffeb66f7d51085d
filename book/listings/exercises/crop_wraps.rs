//@ run: panic
//@ release: ok
//@ miri: stacked=panic tree=panic

// ANCHOR: all
use std::hint::black_box;

/// Does the span of `length` at `start` lie within `size`?
fn fits(size: usize, start: usize, length: usize) -> bool {
    start + length <= size
}

fn main() {
    // The numbers come from a file, so the compiler does not know them.
    println!("fits: {}", fits(black_box(4), black_box(usize::MAX), black_box(2)));
}
// ANCHOR_END: all
