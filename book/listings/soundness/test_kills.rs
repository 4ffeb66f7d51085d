//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// The elements of `bytes` as `u32`, if it is aligned and of the right length.
fn words(bytes: &[u8]) -> Option<&[u32]> {
    // SAFETY: every pattern of bytes is a `u32`.
    let (before, words, after) = unsafe { bytes.align_to::<u32>() };
    (before.is_empty() && after.is_empty()).then_some(words)
}

#[repr(align(4))]
struct Aligned([u8; 12]);

fn main() {
    let bytes = Aligned([0; 12]).0;
    let aligned = Aligned(bytes);
    assert!(words(&aligned.0).is_some());
    assert!(words(&aligned.0[..11]).is_none(), "length");
    assert!(words(&aligned.0[1..9]).is_none(), "alignment: the length is right");
    println!("both checks are needed");
}
// ANCHOR_END: all
