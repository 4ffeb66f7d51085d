//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-1627-exposed

// ANCHOR: all
use std::ptr;

fn main() {
    let number = 42i32;
    let address = (&raw const number).expose_provenance();
    let again: *const i32 = ptr::with_exposed_provenance(address);
    // SAFETY: the provenance of a live allocation was exposed at this address.
    println!("{}", unsafe { *again });
}
// ANCHOR_END: all
