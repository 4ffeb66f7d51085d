//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// Reads a record: a length, then as many bytes. Must survive any input.
fn parse(input: &[u8]) -> Option<&[u8]> {
    let (&length, rest) = input.split_first()?;
    rest.get(..usize::from(length))
}

/// What a fuzzer calls with bytes of its choice.
fn target(input: &[u8]) {
    if let Some(body) = parse(input) {
        assert_eq!(body.len(), usize::from(input[0]));
    }
}

fn main() {
    // A fuzzer in miniature: all inputs of up to two bytes.
    target(&[]);
    for first in 0..=255 {
        target(&[first]);
        for second in 0..=255 {
            target(&[first, second]);
        }
    }
    println!("{} inputs", 1 + 256 + 65536);
}
// ANCHOR_END: all
