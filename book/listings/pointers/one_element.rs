//@ run: undefined
//@ miri: stacked=ub tree=ok
//@ measured: 000-3601-a
//@ debug: silent

// ANCHOR: all
fn main() {
    let numbers = [1, 2, 3];
    let first: *const i32 = &numbers[0]; // a reference to one element
    let all = unsafe { std::slice::from_raw_parts(first, 3) };
    println!("{}", all.len());
}
// ANCHOR_END: all
