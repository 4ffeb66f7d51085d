//@ compile-fail: E0106

// ANCHOR: all
unsafe fn first<T>(ptr: *const T) -> &T {
    unsafe { &*ptr }
}

fn main() {
    println!("{}", unsafe { first(&7) });
}
// ANCHOR_END: all
