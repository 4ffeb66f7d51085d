//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: ok-003-0095-b

// ANCHOR: all
/// INV-1: never 0. The compiler knows nothing of it.
#[derive(Clone, Copy)]
struct Positive(u32);

fn main() {
    let zero: Positive = unsafe { std::mem::transmute(0u32) };
    println!("{}", zero.0);
    println!("{} {}", size_of::<Option<Positive>>(), size_of::<Option<std::num::NonZeroU32>>());
}
// ANCHOR_END: all
