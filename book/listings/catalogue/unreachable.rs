//@ run: abort
//@ miri: stacked=ub tree=ub

// ANCHOR: all
fn half_of_even(number: u32) -> u32 {
    match number % 2 {
        0 => number / 2,
        // A promise to the compiler: never here.
        _ => unsafe { std::hint::unreachable_unchecked() },
    }
}

fn main() {
    println!("{}", half_of_even(std::hint::black_box(3)));
}
// ANCHOR_END: all
