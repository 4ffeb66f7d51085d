//@ run: panic
//@ release: ok
//@ miri: stacked=panic tree=panic

// ANCHOR: all
/// May `data` be written at `offset`?
fn allowed(buffer: &[u8], offset: usize, data: &[u8]) -> bool {
    offset + data.len() <= buffer.len()
}

fn main() {
    let offset = std::hint::black_box(usize::MAX);
    println!("{}", allowed(&[0; 8], offset, &[1, 2]));
}
// ANCHOR_END: all
