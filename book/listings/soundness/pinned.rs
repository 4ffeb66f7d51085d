//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::cell::Cell;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr;

/// - INV-1: `first` is null, or leads into `bytes` of this very value.
struct Message {
    bytes: [u8; 4],
    first: Cell<*const u8>,
    _pinned: PhantomPinned,
}

impl Message {
    fn new(bytes: [u8; 4]) -> Pin<Box<Self>> {
        let message = Box::pin(Message {
            bytes,
            first: Cell::new(ptr::null()),
            _pinned: PhantomPinned,
        });
        // The value has its place for life now: a pointer into it stays right.
        message.first.set(message.bytes.as_ptr());
        message
    }

    fn first(self: Pin<&Self>) -> u8 {
        // SAFETY: INV-1; the value is pinned, so it did not move.
        unsafe { *self.first.get() }
    }
}

fn main() {
    let message = Message::new([1, 2, 3, 4]);
    let moved = message; // moves the box, not the value
    println!("{}", moved.as_ref().first());
}
// ANCHOR_END: all
