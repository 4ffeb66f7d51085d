//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ptr::{self, NonNull};

fn main() {
    let mut value = 7u32;

    // Make: safe.
    let shared: *const u32 = &raw const value;
    let unique: *mut u32 = &raw mut value;
    let never_null: NonNull<u32> = NonNull::from(&mut value);
    let null: *const u32 = ptr::null();

    // Ask: safe.
    let _ = (null.is_null(), shared.is_aligned(), shared.addr(), ptr::addr_eq(shared, unique));

    // Change the address, keep the provenance: safe.
    let _ = (shared.wrapping_add(1), shared.map_addr(|address| address & !1));

    let ptr = never_null.as_ptr();
    // SAFETY: alive, aligned, initialised, and used through `ptr` alone.
    unsafe {
        let copy = ptr.read(); // a copy of the bytes: beware of two owners
        ptr.write(copy + 1); // does not drop the old value
        *ptr += 1; // as `read` and assignment
        let place: &mut u32 = &mut *ptr; // a reference: all rules of references
        *place += 1;
        println!("{}", ptr.replace(0)); // out and in
    }
}
// ANCHOR_END: all
