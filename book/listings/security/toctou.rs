//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::cell::Cell;

/// Memory that somebody else may change at any time.
struct Shared<'a>(&'a Cell<usize>, &'a dyn Fn());

impl Shared<'_> {
    fn length(&self) -> usize {
        let length = self.0.get();
        (self.1)(); // the other side acts here
        length
    }
}

fn main() {
    let length = Cell::new(4);
    let raise = || length.set(4000);
    let shared = Shared(&length, &raise);

    let buffer = [0u8; 8];
    if shared.length() <= buffer.len() {
        // The checked number is not the number that is used.
        println!("used: {}, room: {}", shared.length(), buffer.len());
    }

    length.set(4);
    let once = shared.length(); // read once, check, use
    println!("used: {}", once.min(buffer.len()));
}
// ANCHOR_END: all
