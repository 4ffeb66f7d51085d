//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 001-0191-c

// ANCHOR: all
fn main() {
    let mut value = 10;
    let ptr: *const i32 = &raw mut value; // *const by type, from a mutable place
    // SAFETY: `value` is alive, mutable, and used through `ptr` alone.
    unsafe { ptr.cast_mut().write(20) };
    println!("{value}");
}
// ANCHOR_END: all
