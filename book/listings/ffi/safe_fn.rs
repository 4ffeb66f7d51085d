//@ run: ok
//@ miri: stacked=unsupported tree=unsupported
//@ measured: 000-1365

// ANCHOR: all
unsafe extern "C" {
    // No `int` can harm it: a call needs no block.
    safe fn abs(number: i32) -> i32;
}

fn main() {
    println!("{}", abs(-5));
}
// ANCHOR_END: all
