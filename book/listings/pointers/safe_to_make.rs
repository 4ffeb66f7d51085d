//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ptr;

fn main() {
    let gone: *const i32 = {
        let local = 7;
        &raw const local
    };
    let nowhere = ptr::without_provenance::<i32>(0x1234);
    // Both exist, are printed, compared, copied. Nothing reads through them.
    println!("{} {:?}", gone.is_null(), nowhere);
}
// ANCHOR_END: all
