//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1810

// ANCHOR: all
use std::sync::Arc;

pub extern "C" fn shared_new(value: u32) -> *const u32 {
    Arc::into_raw(Arc::new(value))
}

pub extern "C" fn shared_release(shared: *const u32) {
    drop(unsafe { Arc::from_raw(shared) });
}

fn main() {
    let shared = shared_new(7);
    shared_release(shared);
    shared_release(shared);
}
// ANCHOR_END: all
