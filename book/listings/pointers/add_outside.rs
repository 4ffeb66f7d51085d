//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-0300
//@ debug: silent

// ANCHOR: all
fn main() {
    let numbers = [1, 2, 3, 4, 5];
    let ptr = numbers.as_ptr();
    let far = unsafe { ptr.add(20) };
    println!("{}", far.is_null());
}
// ANCHOR_END: all
