//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-use-after-free

// ANCHOR: all
use std::cell::Cell;
use std::ffi::c_void;

type Callback = unsafe extern "C" fn(*mut c_void);

thread_local! {
    /// The stand-in for the C library: one function with its user data.
    static SLOT: Cell<Option<(Callback, *mut c_void)>> = const { Cell::new(None) };
    /// The only subscription.
    static KEPT: Cell<Option<Subscription>> = const { Cell::new(None) };
}

fn fire() {
    if let Some((call, user)) = SLOT.get() {
        // SAFETY: registered by `subscribe`, and not yet taken back.
        unsafe { call(user) };
    }
}

struct Subscription {
    closure: *mut c_void,
    free: unsafe fn(*mut c_void),
}

/// # Safety
///
/// - `user` leads to a live `F` that nobody else uses.
unsafe extern "C" fn trampoline<F: FnMut()>(user: *mut c_void) {
    // SAFETY: the caller's duty.
    unsafe { (*user.cast::<F>())() };
}

fn subscribe<F: FnMut() + 'static>(call: F) -> Subscription {
    let closure = Box::into_raw(Box::new(call)).cast();
    SLOT.set(Some((trampoline::<F>, closure)));
    // SAFETY: called once, with what `into_raw` gave.
    let free = |closure: *mut c_void| unsafe { drop(Box::from_raw(closure.cast::<F>())) };
    Subscription { closure, free }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        SLOT.set(None);
        // SAFETY: nobody can call the closure any more.
        unsafe { (self.free)(self.closure) };
    }
}

fn main() {
    let name = String::from("once");
    KEPT.set(Some(subscribe(move || {
        drop(KEPT.take()); // the subscription of this very closure
        println!("{name}");
    })));
    fire();
}
// ANCHOR_END: all
