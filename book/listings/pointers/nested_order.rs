//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-4653-2

// ANCHOR: all
fn main() {
    let mut value = 1;
    let outer = &mut value;
    let raw = outer as *mut i32;
    let inner = unsafe { &mut *raw };
    *inner = 2; // the inner one first
    *outer = 3; // then the outer one: inner is finished
    println!("{value}");
}
// ANCHOR_END: all
