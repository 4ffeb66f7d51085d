//@ run: abort
//@ miri: stacked=ub tree=ub
//@ measured: 000-1390
//@ why: the debug build checks the precondition; the behaviour is undefined

// ANCHOR: all
/// # Safety
///
/// `ptr` is valid for reads of `len` elements.
unsafe fn sum(ptr: *const u32, len: usize) -> u32 {
    unsafe { std::slice::from_raw_parts(ptr, len) }.iter().sum()
}

fn main() {
    println!("{}", unsafe { sum(std::ptr::null(), 0) });
}
// ANCHOR_END: all
