//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-1214

// ANCHOR: all
use std::cell::UnsafeCell;

struct Counter(UnsafeCell<u64>);

// "It is only a counter."
unsafe impl Sync for Counter {}

impl Counter {
    fn add(&self) {
        unsafe { *self.0.get() += 1 };
    }
}

fn main() {
    let counter = Counter(UnsafeCell::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..1000).for_each(|_| counter.add()));
        }
    });
    println!("{}", counter.0.into_inner());
}
// ANCHOR_END: all
