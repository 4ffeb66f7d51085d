//@ run: ok
//@ c: ffi/counter.cpp
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use std::ffi::{CStr, c_char, c_int};
use std::marker::{PhantomData, PhantomPinned};
use std::ptr::NonNull;

mod raw {
    use super::*;

    /// `class Counter`: never looked into, never moved, never sent.
    #[repr(C)]
    pub struct Counter {
        _data: [u8; 0],
        _marker: PhantomData<(*mut u8, PhantomPinned)>,
    }

    // SAFETY: the declarations are those of counter.cpp; none of them throws.
    unsafe extern "C" {
        pub fn counter_new(name: *const c_char) -> *mut Counter;
        pub fn counter_add(counter: *mut Counter, by: i32) -> c_int;
        pub fn counter_value(counter: *const Counter) -> i64;
        pub fn counter_delete(counter: *mut Counter);
    }
}

/// INV-1: the pointer came from `counter_new`, and is ours alone.
struct Counter(NonNull<raw::Counter>);

impl Counter {
    fn new(name: &CStr) -> Option<Counter> {
        // SAFETY: `name` ends in NUL, and C++ copies it.
        NonNull::new(unsafe { raw::counter_new(name.as_ptr()) }).map(Counter)
    }

    fn add(&mut self, by: i32) -> Result<(), &'static str> {
        // SAFETY: INV-1, and nobody else uses it during `&mut self`.
        match unsafe { raw::counter_add(self.0.as_ptr(), by) } {
            0 => Ok(()),
            1 => Err("a counter counts upwards"),
            _ => Err("C++ threw something"),
        }
    }

    fn value(&self) -> i64 {
        // SAFETY: INV-1.
        unsafe { raw::counter_value(self.0.as_ptr()) }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // SAFETY: INV-1; deleted once, by the side that allocated it.
        unsafe { raw::counter_delete(self.0.as_ptr()) };
    }
}

fn main() {
    let mut pages = Counter::new(c"pages").expect("memory");
    println!("{:?} {:?} {}", pages.add(12), pages.add(-1), pages.value());
}
// ANCHOR_END: all
