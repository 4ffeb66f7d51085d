//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-1294-b

// ANCHOR: all
/// # Safety
///
/// `ptr` is valid, and no other thread changes the value.
unsafe fn as_shared<'a>(ptr: *mut i32) -> &'a i32 {
    unsafe { &*ptr }
}

fn main() {
    let mut number = 1;
    let ptr = &raw mut number;
    let shared = unsafe { as_shared(ptr) };
    unsafe { *ptr = 2 };
    println!("{shared}");
}
// ANCHOR_END: all
