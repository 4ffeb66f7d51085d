//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-1900-b

// ANCHOR: all
use core::ffi::c_void;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
}

fn main() {
    let number = unsafe { malloc(4) }.cast::<i32>();
    unsafe { number.write(7) };
    let owned = unsafe { Box::from_raw(number) };
    println!("{owned}");
}
// ANCHOR_END: all
