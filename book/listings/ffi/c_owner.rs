//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::c_void;
use std::ptr::NonNull;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(ptr: *mut c_void);
}

/// A number in memory of C's allocator.
///
/// - INV-1: from `malloc`, large enough and aligned, initialised, ours alone.
struct CNumber(NonNull<i32>);

impl CNumber {
    fn new(number: i32) -> Option<Self> {
        // SAFETY: any size is allowed.
        let ptr = NonNull::new(unsafe { malloc(size_of::<i32>()) }.cast::<i32>())?;
        // SAFETY: 4 fresh bytes, aligned as malloc promises.
        unsafe { ptr.write(number) };
        Some(CNumber(ptr))
    }

    fn get(&self) -> i32 {
        // SAFETY: INV-1.
        unsafe { self.0.read() }
    }
}

impl Drop for CNumber {
    fn drop(&mut self) {
        // SAFETY: INV-1; freed once, by the allocator it came from.
        unsafe { free(self.0.as_ptr().cast()) };
    }
}

fn main() {
    println!("{:?}", CNumber::new(7).map(|number| number.get()));
}
// ANCHOR_END: all
