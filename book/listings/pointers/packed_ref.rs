//@ compile-fail: E0793

// ANCHOR: all
#[repr(C, packed)]
struct Header {
    kind: u8,
    length: u32,
}

fn main() {
    let header = Header { kind: 7, length: 258 };
    let length = &header.length;
    println!("{} {length}", header.kind);
}
// ANCHOR_END: all
