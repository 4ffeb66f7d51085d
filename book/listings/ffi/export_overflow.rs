//@ run: abort
//@ miri: stacked=abort tree=abort
//@ measured: 004-0138-b

// ANCHOR: all
extern "C" fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn main() {
    println!("{}", add(std::hint::black_box(i32::MAX), 1));
}
// ANCHOR_END: all
