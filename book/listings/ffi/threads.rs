//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::cell::UnsafeCell;
use std::ptr::NonNull;
use std::sync::Mutex;

struct Handle(UnsafeCell<u32>);

/// - INV-1: from `Box::into_raw` (in real life: from the library), ours alone.
struct Connection(NonNull<Handle>);

// SAFETY: the library documents that a handle may be used from any thread, one
// at a time. No `Sync`: it says nothing about two at once.
unsafe impl Send for Connection {}

impl Connection {
    fn new() -> Self {
        Connection(NonNull::from(Box::leak(Box::new(Handle(UnsafeCell::new(0))))))
    }

    fn query(&mut self) -> u32 {
        // SAFETY: INV-1, and `&mut self`: one at a time.
        unsafe {
            let count = self.0.as_ref().0.get();
            *count += 1;
            *count
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: INV-1.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

fn main() {
    let connection = Mutex::new(Connection::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| connection.lock().unwrap().query());
        }
    });
    println!("{}", connection.lock().unwrap().query());
}
// ANCHOR_END: all
