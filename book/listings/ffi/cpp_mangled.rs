//@ run: ok
//@ c: ffi/mangled.cpp
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use std::ffi::c_int;

// SAFETY: the symbols of the two functions in mangled.cpp, as g++ and clang name
// them on Linux and macOS.
unsafe extern "C" {
    #[link_name = "_ZN5shelf5widthEi"]
    safe fn width(books: c_int) -> c_int;
    #[link_name = "_ZN5shelf5widthEii"]
    safe fn width_with_gap(books: c_int, gap: c_int) -> c_int;
}

fn main() {
    println!("{} {}", width(10), width_with_gap(10, 1));
}
// ANCHOR_END: all
