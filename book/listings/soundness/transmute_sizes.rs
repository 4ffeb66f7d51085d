//@ compile-fail: E0512

// ANCHOR: all
fn main() {
    let wide: u64 = unsafe { std::mem::transmute(1u32) };
    println!("{wide}");
}
// ANCHOR_END: all
