//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
fn sum_twice(total: &mut i32, number: &i32) {
    *total += *number;
    *total += *number; // `number` is not read again: nobody can have changed it
}

fn main() {
    let mut total = 1;
    sum_twice(&mut total, &5);
    println!("{total}");
}
// ANCHOR_END: all
