//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
unsafe fn read(ptr: *const i32) -> i32 {
    // SAFETY: the caller promises a pointer that can be read.
    unsafe { ptr.read() }
}

fn zero(_: *const i32) -> i32 {
    0
}

fn main() {
    // A safe function asks for less than an unsafe one may: it fits.
    let readers: [unsafe fn(*const i32) -> i32; 2] = [read, zero];
    for reader in readers {
        // SAFETY: the pointer comes from a reference that lives for the call.
        println!("{}", unsafe { reader(&7) });
    }
}
// ANCHOR_END: all
