//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// # Safety
///
/// - `numbers` is null and `count` is 0, or `numbers` is valid for reads of
///   `count` initialised values, aligned, in one allocation;
/// - nobody writes them during the call.
unsafe extern "C" fn total(numbers: *const u32, count: usize) -> u32 {
    if numbers.is_null() {
        return 0;
    }
    // SAFETY: not null (checked), the rest by the caller.
    unsafe { std::slice::from_raw_parts(numbers, count) }.iter().fold(0, |a, &b| a.wrapping_add(b))
}

fn main() {
    // SAFETY: null with 0; then an array of three.
    unsafe { println!("{} {}", total(std::ptr::null(), 0), total([1, 2, 3].as_ptr(), 3)) };
}
// ANCHOR_END: all
