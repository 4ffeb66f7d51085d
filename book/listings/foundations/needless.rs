//@ run: ok
//@ warns: unused_unsafe

// ANCHOR: all
fn sum(numbers: &[u32]) -> u32 {
    unsafe { numbers.iter().sum() }
}

fn main() {
    println!("{}", sum(&[1, 2, 3]));
}
// ANCHOR_END: all
