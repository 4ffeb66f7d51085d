//@ compile-fail: E0308

// ANCHOR: all
unsafe fn read(ptr: *const i32) -> i32 {
    // SAFETY: the caller promises a pointer that can be read.
    unsafe { ptr.read() }
}

fn main() {
    // This function type promises to work for every pointer.
    let for_every_pointer: fn(*const i32) -> i32 = read;
    println!("{}", for_every_pointer(&7));
}
// ANCHOR_END: all
