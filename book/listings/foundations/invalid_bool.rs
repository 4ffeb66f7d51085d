//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-2291-a
//@ debug: silent

// ANCHOR: all
fn main() {
    let byte = 2u8;
    let flag = unsafe { *(&raw const byte).cast::<bool>() };
    println!("{}", if flag { "yes" } else { "no" });
}
// ANCHOR_END: all
