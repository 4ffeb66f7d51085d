//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1913

// ANCHOR: all
use std::cell::UnsafeCell;

/// What the library keeps inside: a counter without a lock.
struct Handle(UnsafeCell<u32>);

/// "The C library is surely thread-safe."
struct Connection(*mut Handle);
unsafe impl Send for Connection {}
unsafe impl Sync for Connection {}

impl Connection {
    fn query(&self) {
        unsafe { *(*self.0).0.get() += 1 };
    }
}

fn main() {
    let connection = Connection(Box::into_raw(Box::new(Handle(UnsafeCell::new(0)))));
    std::thread::scope(|scope| {
        scope.spawn(|| connection.query());
        connection.query();
    });
    drop(unsafe { Box::from_raw(connection.0) });
}
// ANCHOR_END: all
