//@ compile-fail: E0570

// ANCHOR: all
unsafe extern "stdcall" {
    fn from_another_world(number: i32) -> i32;
}

fn main() {
    println!("{}", unsafe { from_another_world(1) });
}
// ANCHOR_END: all
