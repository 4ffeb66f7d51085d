//@ run: abort
//@ miri: stacked=ub tree=ub
//@ measured: 000-0634
//@ asan: misaligned pointer dereference
//@ why: the debug build aborts by a check of its own; the behaviour is undefined

// ANCHOR: all
#[repr(align(8))]
struct Packet([u8; 16]);

fn main() {
    let packet = Packet([1; 16]);
    let ptr = (&raw const packet).cast::<u8>();
    let number = unsafe { *ptr.add(1).cast::<u64>() };
    println!("{number:x}");
}
// ANCHOR_END: all
