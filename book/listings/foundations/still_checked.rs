//@ compile-fail: E0502, E0381

// ANCHOR: all
fn main() {
    unsafe {
        let mut numbers = vec![1, 2, 3];
        let first = &numbers[0];
        numbers.push(4);
        println!("{first}");

        let total: i32;
        println!("{total}");
    }
}
// ANCHOR_END: all
