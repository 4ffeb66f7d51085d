//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-use-after-free

// ANCHOR: all
use std::cell::Cell;
use std::ffi::c_void;

type Callback = unsafe extern "C" fn(*mut c_void, i32);

thread_local! {
    /// The stand-in for the C library: one function with its user data.
    static SLOT: Cell<Option<(Callback, *mut c_void)>> = const { Cell::new(None) };
}

fn fire(value: i32) {
    if let Some((call, user)) = SLOT.get() {
        // SAFETY: registered by `while_subscribed`, and not yet taken back.
        unsafe { call(user, value) };
    }
}

/// # Safety
///
/// - `user` leads to a live `F` that nobody else uses.
unsafe extern "C" fn trampoline<F: FnMut(i32)>(user: *mut c_void, value: i32) {
    // SAFETY: the caller's duty.
    unsafe { (*user.cast::<F>())(value) };
}

fn while_subscribed<F: FnMut(i32)>(mut call: F, run: impl FnOnce()) {
    SLOT.set(Some((trampoline::<F>, (&raw mut call).cast())));
    run();
    SLOT.set(None);
}

fn main() {
    let mut seen = vec![7];
    let log = |value| {
        for old in &seen {
            if value == 1 {
                fire(2);
            }
            let old = *old;
            println!("{old} came before {value}");
        }
        seen.push(value);
    };
    while_subscribed(log, || fire(1));
}
// ANCHOR_END: all
