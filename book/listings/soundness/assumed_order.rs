//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
// The default layout may change at any time.
struct Pair {
    small: u8,
    large: u32,
}

fn main() {
    let pair = Pair { small: 1, large: 2 };
    // Ask for the offset, never assume it.
    println!("{}", std::mem::offset_of!(Pair, large).is_multiple_of(4));
    println!("{} {}", pair.small, pair.large);
}
// ANCHOR_END: all
