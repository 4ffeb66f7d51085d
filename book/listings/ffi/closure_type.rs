//@ compile-fail: E0308

// ANCHOR: all
unsafe extern "C" {
    fn atexit(callback: extern "C" fn()) -> i32;
}

fn main() {
    unsafe { atexit(|| println!("goodbye")) };
}
// ANCHOR_END: all
