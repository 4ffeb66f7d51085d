//@ run: undefined
//@ miri: stacked=ub tree=ok

// ANCHOR: all
fn main() {
    let mut v = 2;
    let p = &raw mut v;
    v = 3;
    unsafe { *p = v + 1 };
    println!("{v}");
}
// ANCHOR_END: all
