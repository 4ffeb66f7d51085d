//@ run: ok
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use core::ffi::{c_int, c_void};
use std::cmp::Ordering;

unsafe extern "C" {
    fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: extern "C" fn(*const c_void, *const c_void) -> c_int,
    );
}

extern "C" fn descending(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: qsort hands out pointers to elements of the array: live, aligned,
    // initialised u32, and not changed during the call.
    let (a, b) = unsafe { (*a.cast::<u32>(), *b.cast::<u32>()) };
    match b.cmp(&a) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

fn main() {
    let mut numbers = [3u32, 1, u32::MAX, 2];
    // SAFETY: base, count and size describe `numbers`; the comparator never panics.
    unsafe {
        qsort(numbers.as_mut_ptr().cast(), numbers.len(), size_of::<u32>(), descending);
    }
    println!("{numbers:?}");
}
// ANCHOR_END: all
