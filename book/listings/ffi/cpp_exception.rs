//@ run: undefined
//@ c: ffi/counter.cpp
//@ miri: stacked=unsupported tree=unsupported
//@ debug: abort

// ANCHOR: all
use std::ffi::{c_char, c_void};

// SAFETY: the declarations are those of counter.cpp, are they not?
unsafe extern "C" {
    fn counter_new(name: *const c_char) -> *mut c_void;
    fn counter_add_unguarded(counter: *mut c_void, by: i32);
}

fn main() {
    let result = std::panic::catch_unwind(|| {
        // SAFETY: the counter is live, and any number may be added.
        unsafe { counter_add_unguarded(counter_new(c"pages".as_ptr()), -1) };
    });
    println!("caught: {}", result.is_err());
}
// ANCHOR_END: all
