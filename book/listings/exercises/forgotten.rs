//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-use-after-free

// ANCHOR: all
use std::cell::Cell;
use std::ffi::c_void;
use std::marker::PhantomData;

type Callback = unsafe extern "C" fn(*mut c_void);

thread_local! {
    /// The stand-in for the C library: one function with its user data.
    static SLOT: Cell<Option<(Callback, *mut c_void)>> = const { Cell::new(None) };
}

fn fire() {
    if let Some((call, user)) = SLOT.get() {
        // SAFETY: registered by `subscribe`, and not yet taken back.
        unsafe { call(user) };
    }
}

/// # Safety
///
/// - `user` leads to a live `F`.
unsafe extern "C" fn trampoline<F: Fn()>(user: *mut c_void) {
    // SAFETY: the caller's duty.
    unsafe { (*user.cast::<F>())() };
}

// ANCHOR: subscribe
/// Ends the registration when it is dropped. Borrows what the closure borrows.
struct Subscription<'closure>(PhantomData<&'closure ()>);

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        SLOT.set(None);
    }
}

fn subscribe<'closure, F: Fn() + 'closure>(call: F) -> Subscription<'closure> {
    SLOT.set(Some((trampoline::<F>, Box::into_raw(Box::new(call)).cast())));
    Subscription(PhantomData)
}
// ANCHOR_END: subscribe

// ANCHOR: main
fn main() {
    let name = String::from("a name on the heap");
    std::mem::forget(subscribe(|| println!("{name}")));
    drop(name);
    fire();
}
// ANCHOR_END: main
// ANCHOR_END: all
