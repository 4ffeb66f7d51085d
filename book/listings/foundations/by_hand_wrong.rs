//@ run: undefined
//@ miri: stacked=leak tree=leak
//@ measured: 000-0234
//@ debug: silent
//@ valgrind: definitely lost
//@ why: a leak is no undefined behaviour; the verdict is Miri's leak check

// ANCHOR: all
fn main() {
    let ptr = Box::into_raw(Box::new(42i32));
    println!("{}", unsafe { *ptr });
}
// ANCHOR_END: all
