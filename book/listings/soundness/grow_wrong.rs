//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-2821-a

// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};

/// Room for `len` values, as a slice.
struct Buffer<T> {
    ptr: *mut T,
    len: usize,
}

impl<T> Buffer<T> {
    fn new(len: usize) -> Self {
        let layout = Layout::array::<T>(len).unwrap();
        Buffer { ptr: unsafe { alloc(layout).cast() }, len }
    }

    fn as_slice(&self) -> &[T] {
        unsafe { std::slice::from_raw_parts(self.ptr, self.len) }
    }
}

impl<T> Drop for Buffer<T> {
    fn drop(&mut self) {
        let layout = Layout::array::<T>(self.len).unwrap();
        unsafe { dealloc(self.ptr.cast(), layout) };
    }
}

fn main() {
    let flags = Buffer::<bool>::new(4);
    println!("{}", if flags.as_slice()[0] { "yes" } else { "no" });
}
// ANCHOR_END: all
