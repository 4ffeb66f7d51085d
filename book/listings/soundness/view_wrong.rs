//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-2291-a

// ANCHOR: all
/// A view of bytes as values of any type.
fn view<T>(bytes: &[u8]) -> &[T] {
    let (_, middle, _) = unsafe { bytes.align_to::<T>() };
    middle
}

fn main() {
    let flags = view::<bool>(&[0, 1, 2]);
    println!("{}", if flags[2] { "yes" } else { "no" });
}
// ANCHOR_END: all
