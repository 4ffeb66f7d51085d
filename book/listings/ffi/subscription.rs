//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::c_void;
use std::cell::Cell;

type Callback = unsafe extern "C" fn(*mut c_void);

thread_local! {
    /// A stand-in for the C library: one callback with its user data.
    static SLOT: Cell<Option<(Callback, *mut c_void)>> = const { Cell::new(None) };
}

fn library_fire() {
    if let Some((callback, data)) = SLOT.get() {
        // SAFETY: registered by `subscribe`, and not yet unregistered.
        unsafe { callback(data) };
    }
}

/// Calls a closure at every event, as long as it lives.
///
/// - INV-1: `data` came from `Box::into_raw`, and is registered.
struct Subscription {
    data: *mut Cell<u32>,
}

unsafe extern "C" fn count(data: *mut c_void) {
    // SAFETY: `data` leads to the live Cell of a subscription; shared references
    // only, so a callback within a callback is fine.
    let counter = unsafe { &*data.cast::<Cell<u32>>() };
    counter.set(counter.get() + 1);
}

impl Subscription {
    fn new() -> Self {
        let data = Box::into_raw(Box::new(Cell::new(0)));
        SLOT.set(Some((count, data.cast())));
        Subscription { data }
    }

    fn events(&self) -> u32 {
        // SAFETY: INV-1.
        unsafe { &*self.data }.get()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        SLOT.set(None); // first nobody can call it, then it goes
        // SAFETY: INV-1, and no longer registered.
        drop(unsafe { Box::from_raw(self.data) });
    }
}

fn main() {
    let subscription = Subscription::new();
    library_fire();
    library_fire();
    println!("{}", subscription.events());
    drop(subscription);
    library_fire();
}
// ANCHOR_END: all
