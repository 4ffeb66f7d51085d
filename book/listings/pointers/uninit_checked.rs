//@ compile-fail: E0381

// ANCHOR: all
fn main() {
    let value: i32;
    unsafe { println!("{value}") };
}
// ANCHOR_END: all
