//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-0754

// ANCHOR: all
fn main() {
    let number = 42i32;
    let ptr = (&raw const number).cast::<f32>();
    // SAFETY: same size, same alignment, every bit pattern is an f32.
    println!("{:e}", unsafe { ptr.read() });
}
// ANCHOR_END: all
