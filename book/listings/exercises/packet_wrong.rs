//@ run: ok
//@ c: exercises/packet.c
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use std::mem::offset_of;

struct Packet {
    kind: u8,
    time: u64,
    port: u16,
}

// SAFETY: the declarations are those of packet.c.
unsafe extern "C" {
    safe fn packet_size() -> usize;
    safe fn packet_time_offset() -> usize;
    safe fn packet_port_offset() -> usize;
}

fn main() {
    println!("        Rust   C");
    println!("size    {:4} {:3}", size_of::<Packet>(), packet_size());
    println!("time    {:4} {:3}", offset_of!(Packet, time), packet_time_offset());
    println!("port    {:4} {:3}", offset_of!(Packet, port), packet_port_offset());
}
// ANCHOR_END: all
