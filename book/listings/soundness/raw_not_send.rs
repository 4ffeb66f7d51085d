//@ compile-fail: E0277

// ANCHOR: all
fn main() {
    let mut number = 0;
    let ptr = &raw mut number;
    std::thread::spawn(move || unsafe { *ptr = 1 });
}
// ANCHOR_END: all
