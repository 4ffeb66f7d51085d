//@ run: undefined
//@ miri: stacked=ub tree=ok
//@ measured: 000-1515
//@ debug: silent

// ANCHOR: all
fn main() {
    let mut data = [1u8, 2, 3, 4, 0, 0, 0, 0];
    let from = data.as_ptr();
    let to = data.as_mut_ptr(); // a new `&mut` to the array: `from` is finished
    unsafe { std::ptr::copy(from.add(2), to.add(4), 2) };
    println!("{data:?}");
}
// ANCHOR_END: all
