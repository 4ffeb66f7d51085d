//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::{c_char, c_int, c_long, c_longlong, c_short, c_void};

fn main() {
    println!("{} {}", size_of::<c_short>(), size_of::<c_int>());
    println!("{}", size_of::<c_longlong>());
    println!("{}", size_of::<c_long>() == 8 || size_of::<c_long>() == 4);
    println!("{}", size_of::<c_char>());
    println!("{}", size_of::<Option<extern "C" fn(*mut c_void)>>() == size_of::<usize>());
}
// ANCHOR_END: all
