//@ compile-fail: static_mut_refs

// ANCHOR: all
static mut LOG: Vec<u32> = Vec::new();

fn main() {
    unsafe { LOG.push(1) };
}
// ANCHOR_END: all
