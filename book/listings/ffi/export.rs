//@ run: ok
//@ c: ffi/caller.c
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
/// `*sum = a + b`; 0 for success, 1 for an overflow, 2 for a null pointer.
///
/// # Safety
///
/// `sum` is null, or valid for a write of an `int32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn workbook_add(a: i32, b: i32, sum: *mut i32) -> i32 {
    if sum.is_null() {
        return 2;
    }
    let Some(result) = a.checked_add(b) else { return 1 };
    // SAFETY: not null (checked), else the caller's duty.
    unsafe { sum.write(result) };
    0
}

unsafe extern "C" {
    fn call_rust(a: i32, b: i32) -> i32;
}

fn main() {
    // SAFETY: no pointer is involved.
    unsafe { println!("{} {}", call_rust(20, 22), call_rust(i32::MAX, 1)) };
}
// ANCHOR_END: all
