//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// Types of which every pattern of bytes is a valid, safe value.
///
/// # Safety
///
/// - No padding, no niche, no pointer, no interior mutability.
unsafe trait AnyBytes: Copy {}

// SAFETY: every pattern of four bytes is a `u32`.
unsafe impl AnyBytes for u32 {}

/// Reads a value from the start of `bytes`, aligned or not.
fn read<T: AnyBytes>(bytes: &[u8]) -> Option<T> {
    if bytes.len() < size_of::<T>() {
        return None;
    }
    // SAFETY:
    // - the bytes are there (checked) and initialised (they are `u8`);
    // - `read_unaligned` asks for no alignment;
    // - whatever they are, they are a valid `T` (`AnyBytes`).
    Some(unsafe { bytes.as_ptr().cast::<T>().read_unaligned() })
}

fn main() {
    println!("{:?} {:?}", read::<u32>(&[1, 0, 0, 0, 9]).map(u32::from_le), read::<u32>(&[1]));
}
// ANCHOR_END: all
