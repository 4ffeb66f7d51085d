//@ run: ok
//@ c: ffi/record.c
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
use std::mem::offset_of;

#[repr(C)]
struct Record {
    kind: u8,
    length: u32,
    port: u16,
}

unsafe extern "C" {
    safe fn record_size() -> usize;
    safe fn record_port_offset() -> usize;
    safe fn record_length(record: Record) -> u32;
}

fn main() {
    assert_eq!(size_of::<Record>(), record_size());
    assert_eq!(offset_of!(Record, port), record_port_offset());
    println!("{} bytes on both sides", record_size());
    println!("{}", record_length(Record { kind: 1, length: 258, port: 80 }));
}
// ANCHOR_END: all
