//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// Does `offset + length` lie within `size`?
fn fits(size: usize, offset: usize, length: usize) -> bool {
    offset.checked_add(length).is_some_and(|end| end <= size)
}

fn main() {
    let numbers = [0, 1, 7, 8, 9, usize::MAX - 1, usize::MAX];
    let mut cases = 0;
    for size in numbers {
        for offset in numbers {
            for length in numbers {
                // The same question in arithmetic that cannot wrap.
                let exact = offset as u128 + length as u128 <= size as u128;
                assert_eq!(fits(size, offset, length), exact, "{size} {offset} {length}");
                cases += 1;
            }
        }
    }
    println!("{cases} cases");
}
// ANCHOR_END: all
