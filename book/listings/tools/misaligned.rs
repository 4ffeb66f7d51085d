//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-0302
//@ debug: abort
//@ optimised: silent
//@ asan: misaligned pointer dereference
//@ valgrind: silent

// ANCHOR: all
#[repr(align(8))]
struct Packet([u8; 16]);

fn main() {
    let packet = std::hint::black_box(Packet([1; 16]));
    let ptr = packet.0.as_ptr();
    std::hint::black_box(unsafe { *ptr.add(1).cast::<u64>() });
}
// ANCHOR_END: all
