//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::mem::offset_of;

#[allow(dead_code)]
struct AsRustLikes {
    kind: u8,
    length: u32,
    port: u16,
}

#[allow(dead_code)]
#[repr(C)]
struct AsDeclared {
    kind: u8,
    length: u32,
    port: u16,
}

#[allow(dead_code)]
#[repr(C, packed)]
struct Packed {
    kind: u8,
    length: u32,
    port: u16,
}

fn main() {
    println!("{} {} {}", size_of::<AsRustLikes>(), size_of::<AsDeclared>(), size_of::<Packed>());
    println!("{} {}", offset_of!(AsDeclared, length), offset_of!(AsDeclared, port));
    println!("{} {}", size_of::<Option<Box<u8>>>(), size_of::<Option<u64>>());
}
// ANCHOR_END: all
