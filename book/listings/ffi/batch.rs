//@ run: ok
//@ c: ffi/batch.c
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
unsafe extern "C" {
    fn put_one(to: *mut u8, value: u8);
    fn put_many(to: *mut u8, from: *const u8, count: usize);
    safe fn call_count() -> u64;
}

fn main() {
    let from = [7u8; 1000];
    let mut to = [0u8; 1000];
    for (place, value) in to.iter_mut().zip(from) {
        // SAFETY: one writable byte.
        unsafe { put_one(place, value) };
    }
    println!("one by one: {} calls", call_count());
    // SAFETY: 1000 bytes on both sides, which do not overlap.
    unsafe { put_many(to.as_mut_ptr(), from.as_ptr(), from.len()) };
    println!("all at once: {} more", call_count() - 1000);
}
// ANCHOR_END: all
