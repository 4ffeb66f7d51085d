//@ compile-fail: invalid_reference_casting

// ANCHOR: all
fn main() {
    let value = 1;
    unsafe { *(&value as *const i32 as *mut i32) = 2 };
    std::hint::black_box(value);
}
// ANCHOR_END: all
