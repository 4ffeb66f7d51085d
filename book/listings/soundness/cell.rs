//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-3045-fix

// ANCHOR: all
use std::cell::UnsafeCell;

/// A place that can be changed through a shared reference.
struct Slot<T>(UnsafeCell<T>);

impl<T: Copy> Slot<T> {
    fn get(&self) -> T {
        // SAFETY: no reference to the content is ever given out, and one thread
        // alone has the slot (`UnsafeCell` is not `Sync`).
        unsafe { *self.0.get() }
    }

    fn set(&self, value: T) {
        // SAFETY: as in `get`.
        unsafe { *self.0.get() = value };
    }
}

fn main() {
    let slot = Slot(UnsafeCell::new(1));
    let (a, b) = (&slot, &slot);
    a.set(2);
    println!("{}", b.get());
}
// ANCHOR_END: all
