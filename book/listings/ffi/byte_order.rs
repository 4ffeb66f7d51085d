//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
struct Header {
    kind: u16,
    port: u16,
}

impl Header {
    fn from_bytes(bytes: [u8; 4]) -> Header {
        let [a, b, c, d] = bytes;
        Header { kind: u16::from_be_bytes([a, b]), port: u16::from_be_bytes([c, d]) }
    }
}

fn main() {
    let header = Header::from_bytes([0, 1, 0, 80]);
    println!("kind {}, port {}", header.kind, header.port);
}
// ANCHOR_END: all
