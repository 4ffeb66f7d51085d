//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-4653-2-ub
//@ debug: silent

// ANCHOR: all
fn main() {
    let mut value = 1;
    let outer = &mut value;
    let raw = outer as *mut i32;
    let inner = unsafe { &mut *raw };
    *outer = 3; // the outer one: inner is finished
    *inner = 2;
    println!("{value}");
}
// ANCHOR_END: all
