//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-1607

// ANCHOR: all
#[repr(C)]
struct Record {
    kind: u8,
    length: u32,
}

fn main() {
    let record = Record { kind: 1, length: 2 };
    let bytes = unsafe {
        std::slice::from_raw_parts((&raw const record).cast::<u8>(), size_of::<Record>())
    };
    println!("{} {}", record.kind, record.length);
    println!("{}", bytes.iter().map(|&b| u32::from(b)).sum::<u32>());
}
// ANCHOR_END: all
