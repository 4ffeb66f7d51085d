//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// # Safety
///
/// The buffer must have been filled before.
unsafe fn checksum(buffer: &[u8]) -> u32 {
    buffer.iter().map(|&byte| u32::from(byte)).sum()
}

fn main() {
    println!("{}", unsafe { checksum(&[1, 2, 3]) });
}
// ANCHOR_END: all
