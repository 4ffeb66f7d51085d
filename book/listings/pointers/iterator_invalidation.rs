//@ compile-fail: E0502

// ANCHOR: all
fn main() {
    let mut numbers = vec![1, 2, 3];
    for number in &numbers {
        if *number == 2 {
            numbers.push(4);
        }
    }
}
// ANCHOR_END: all
