//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// Both halves at once: safe to call, unsafe inside.
fn halves(numbers: &mut [i32]) -> (&mut [i32], &mut [i32]) {
    let len = numbers.len();
    let middle = len / 2;
    let ptr = numbers.as_mut_ptr();
    // SAFETY: `middle <= len`, so both ranges lie in the slice; they do not
    // overlap; `numbers` is borrowed as long as the results live.
    unsafe {
        (
            std::slice::from_raw_parts_mut(ptr, middle),
            std::slice::from_raw_parts_mut(ptr.add(middle), len - middle),
        )
    }
}

fn main() {
    let mut numbers = [1, 2, 3, 4, 5];
    let (left, right) = halves(&mut numbers);
    std::mem::swap(&mut left[0], &mut right[0]);
    println!("{numbers:?}");
}
// ANCHOR_END: all
