//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
#[repr(C)]
struct Header {
    kind: u16,
    port: u16,
}

fn main() {
    // Four bytes from a network: kind 1, port 80.
    let bytes: [u8; 4] = [0, 1, 0, 80];
    // SAFETY: every four bytes are a `Header`; the read may be unaligned.
    let header = unsafe { bytes.as_ptr().cast::<Header>().read_unaligned() };
    println!("kind {}, port {}", header.kind, header.port);
}
// ANCHOR_END: all
