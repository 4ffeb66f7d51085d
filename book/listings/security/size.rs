//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// The size of an image in bytes, or `None` where it does not fit.
fn image_size(width: usize, height: usize, channels: usize) -> Option<usize> {
    let size = width.checked_mul(height)?.checked_mul(channels)?;
    (size <= isize::MAX as usize).then_some(size)
}

fn main() {
    println!("{:?}", image_size(640, 480, 3));
    println!("{:?}", image_size(1 << 62, 4, 1));
}
// ANCHOR_END: all
