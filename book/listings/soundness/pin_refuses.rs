//@ compile-fail: E0277

// ANCHOR: all
use std::marker::PhantomPinned;

struct Message {
    _pinned: PhantomPinned,
}

fn main() {
    let mut message = Box::pin(Message { _pinned: PhantomPinned });
    let inside: &mut Message = message.as_mut().get_mut();
    let _ = inside;
}
// ANCHOR_END: all
