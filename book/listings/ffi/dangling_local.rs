//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-0601

// ANCHOR: all
/// What C would call back later.
static mut REGISTERED: *mut u32 = std::ptr::null_mut();

fn register() {
    let mut state = 7;
    unsafe { REGISTERED = &raw mut state };
    #[allow(forgetting_copy_types)]
    std::mem::forget(state); // "so that it stays alive"
}

fn fire() -> u32 {
    unsafe {
        let state = &mut *REGISTERED;
        *state += 1;
        *state
    }
}

fn main() {
    register();
    println!("{}", fire());
}
// ANCHOR_END: all
