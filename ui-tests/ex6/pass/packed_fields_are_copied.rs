// Copies of a packed struct's fields, and raw pointers to them, are fine.
use unsafe_workbook::ex6_layout::Frame;

fn main() {
    let mut frame = Frame::sealed(1, 2, 3);
    let length: u32 = frame.length;
    assert_eq!(length, 2);
    frame.stamp = 4;
    let stamp: *const u64 = &raw const frame.stamp;
    // SAFETY: the pointer comes from the live local above, and the read needs no
    // alignment.
    assert_eq!(unsafe { stamp.read_unaligned() }, 4);
}
