//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-3045
//@ asan: heap-use-after-free

// ANCHOR: all
use std::cell::UnsafeCell;

struct Slot<T>(UnsafeCell<T>);

impl<T> Slot<T> {
    fn get(&self) -> &T {
        unsafe { &*self.0.get() }
    }

    fn set(&self, value: T) {
        unsafe { *self.0.get() = value };
    }
}

fn main() {
    let slot = Slot(UnsafeCell::new(String::from("first")));
    let first: &str = slot.get();
    slot.set(String::from("second"));
    println!("{first}");
}
// ANCHOR_END: all
