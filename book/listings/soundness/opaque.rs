//@ compile-fail: E0277

// ANCHOR: all
use std::marker::{PhantomData, PhantomPinned};

/// A type whose inside only the other side knows.
#[repr(C)]
pub struct Database {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

fn needs_send<T: Send>() {}

fn main() {
    needs_send::<&mut Database>();
}
// ANCHOR_END: all
