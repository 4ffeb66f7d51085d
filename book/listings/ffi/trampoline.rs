//@ run: ok
//@ c: ffi/each.c
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use core::ffi::{c_int, c_void};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

unsafe extern "C" {
    fn each(
        count: usize,
        visit: unsafe extern "C" fn(*mut c_void, usize) -> c_int,
        data: *mut c_void,
    ) -> c_int;
}

struct State<F> {
    visit: F,
    panic: Option<Box<dyn Any + Send>>,
}

/// # Safety
///
/// `data` leads to a live `State<F>` that nobody else uses during the call.
unsafe extern "C" fn trampoline<F: FnMut(usize) -> bool>(data: *mut c_void, number: usize) -> c_int {
    // SAFETY: the caller's duty.
    let state = unsafe { &mut *data.cast::<State<F>>() };
    match catch_unwind(AssertUnwindSafe(|| (state.visit)(number))) {
        Ok(go_on) => c_int::from(!go_on),
        Err(panic) => {
            state.panic = Some(panic);
            1
        }
    }
}

/// Calls `visit` for each number below `count`, until it returns false.
fn for_each<F: FnMut(usize) -> bool>(count: usize, visit: F) {
    let mut state = State { visit, panic: None };
    // SAFETY: `each` calls the function during this call only, one at a time, with
    // the pointer it was given; `state` outlives the call.
    unsafe { each(count, trampoline::<F>, (&raw mut state).cast()) };
    if let Some(panic) = state.panic {
        resume_unwind(panic);
    }
}

fn main() {
    let mut seen = Vec::new();
    for_each(10, |number| {
        seen.push(number);
        number < 3
    });
    println!("{seen:?}");
    std::panic::set_hook(Box::new(|_| {}));
    let result = std::panic::catch_unwind(|| for_each(10, |_| panic!("in the visitor")));
    println!("{:?}", result.unwrap_err().downcast_ref::<&str>());
}
// ANCHOR_END: all
