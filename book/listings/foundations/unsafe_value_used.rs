//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-2704-c

// ANCHOR: all
fn main() {
    let bytes = std::hint::black_box([0xFFu8, 0xFE]);
    let text = unsafe { std::str::from_utf8_unchecked(&bytes[..1]) };
    println!("{:?}", text.chars().next());
}
// ANCHOR_END: all
