//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::cell::Cell;

struct Lock(Cell<bool>);
struct Guard<'a>(&'a Lock);

impl Lock {
    fn lock(&self) -> Option<Guard<'_>> {
        // `then`, not `then_some`: the guard is made only when the lock was free.
        (!self.0.replace(true)).then(|| Guard(self))
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.0.set(false);
    }
}

fn main() {
    let lock = Lock(Cell::new(false));
    drop(lock.lock());
    println!("free again: {}", lock.lock().is_some());
}
// ANCHOR_END: all
