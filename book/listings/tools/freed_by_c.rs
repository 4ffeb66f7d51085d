//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-1900-a
//@ debug: silent
//@ optimised: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
unsafe extern "C" {
    fn free(ptr: *mut core::ffi::c_void);
}

fn main() {
    let ptr = Box::into_raw(Box::new(1));
    unsafe { free(ptr.cast()) };
}
// ANCHOR_END: all
