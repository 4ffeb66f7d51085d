//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
#[repr(C, packed)]
struct Header {
    kind: u8,
    length: u32,
}

fn main() {
    let bytes = [7u8, 1, 2, 3, 4];
    // SAFETY: bytes 1 to 4 lie in the array and are initialised.
    let length = unsafe { bytes.as_ptr().add(1).cast::<u32>().read_unaligned() };
    println!("{}", length == u32::from_ne_bytes([1, 2, 3, 4]));

    let header = Header { kind: 7, length: 258 };
    let field = &raw const header.length; // a pointer: no reference is made
    // SAFETY: the field is initialised; `read_unaligned` asks for no alignment.
    println!("{} {}", header.kind, unsafe { field.read_unaligned() });
}
// ANCHOR_END: all
