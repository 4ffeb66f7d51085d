//@ run: abort
//@ miri: stacked=ub tree=ub
//@ measured: 000-0692

// ANCHOR: all
fn main() {
    let ptr: *const i32 = std::hint::black_box(std::ptr::null());
    println!("{}", unsafe { *ptr });
}
// ANCHOR_END: all
