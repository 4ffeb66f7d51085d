//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};

fn main() {
    let counter = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..100 {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    println!("{}", counter.into_inner());
}
// ANCHOR_END: all
