//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-2893-a

// ANCHOR: all
/// Is this undefined when the two slices overlap?
fn copy(from: &[u8], to: &mut [u8]) {
    assert_eq!(from.len(), to.len());
    // SAFETY: equal lengths; a `&mut` overlaps no other reference.
    unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), to.as_mut_ptr(), from.len()) };
}

fn main() {
    let mut target = [0; 3];
    copy(&[1, 2, 3], &mut target);
    println!("{target:?}");
}
// ANCHOR_END: all
