//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-2704-b
//@ why: the str is valid, not safe; only its length is asked for

// ANCHOR: all
fn main() {
    let bytes = std::hint::black_box([0xFFu8, 0xFE]);
    let text = unsafe { std::str::from_utf8_unchecked(&bytes) };
    println!("{} bytes", text.len());
}
// ANCHOR_END: all
