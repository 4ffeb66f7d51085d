//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-4470

// ANCHOR: all
fn main() {
    let mut number = 1;
    let ptr = &raw mut number;
    let first = unsafe { &mut *ptr };
    let second = unsafe { &mut *ptr };
    *second = 2;
    *first = 3;
    println!("{number}");
}
// ANCHOR_END: all
