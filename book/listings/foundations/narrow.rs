//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// The element `index`, counted from the end.
fn from_end(numbers: &[u32], index: usize) -> Option<u32> {
    let position = numbers.len().checked_sub(index.checked_add(1)?)?;
    // SAFETY: `position = len - (index + 1)`, so `position < len`.
    Some(unsafe { *numbers.get_unchecked(position) })
}

fn main() {
    let numbers = [1, 2, 3];
    println!("{:?} {:?}", from_end(&numbers, 0), from_end(&numbers, usize::MAX));
}
// ANCHOR_END: all
