//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// Copies the first `count` elements of `from` to `to`.
///
/// # Safety
///
/// - `from` is valid for reads of `count` elements, all initialised.
/// - `to` is valid for writes of `count` elements.
/// - Both are aligned, and the two ranges do not overlap.
unsafe fn copy_elements<T: Copy>(from: *const T, to: *mut T, count: usize) {
    debug_assert!(from.is_aligned() && to.is_aligned());
    // SAFETY: the caller's duties are exactly those of the function called.
    unsafe { std::ptr::copy_nonoverlapping(from, to, count) }
}

/// The same with everything proved: no duty is left.
fn copy_slice<T: Copy>(from: &[T], to: &mut [T]) {
    let count = from.len().min(to.len());
    // SAFETY: `count` elements lie in both slices; `&mut` overlaps nothing.
    unsafe { copy_elements(from.as_ptr(), to.as_mut_ptr(), count) }
}

fn main() {
    let mut target = [0; 3];
    copy_slice(&[1, 2], &mut target);
    println!("{target:?}");
}
// ANCHOR_END: all
