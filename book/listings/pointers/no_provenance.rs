//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-1627

// ANCHOR: all
use std::ptr;

fn main() {
    let number = 42i32;
    let address: usize = (&raw const number).addr();
    let again: *const i32 = ptr::without_provenance(address);
    println!("{}", unsafe { *again });
}
// ANCHOR_END: all
