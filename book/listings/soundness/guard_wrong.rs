//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-2514

// ANCHOR: all
use std::cell::Cell;

struct Lock(Cell<bool>);
struct Guard<'a>(&'a Lock);

impl Lock {
    fn lock(&self) -> Option<Guard<'_>> {
        (!self.0.replace(true)).then_some(Guard(self))
    }
}

fn main() {
    let lock = Lock(Cell::new(false));
    drop(lock.lock());
    println!("free again: {}", lock.lock().is_some());
}
// ANCHOR_END: all
