//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-3828

// ANCHOR: all
use std::mem::MaybeUninit;

fn reply(answer: u8) -> [u8; 64] {
    let mut packet: [MaybeUninit<u8>; 64] = [const { MaybeUninit::uninit() }; 64];
    packet[0].write(answer);
    // 63 bytes of whatever stood here before
    unsafe { std::mem::transmute::<[MaybeUninit<u8>; 64], [u8; 64]>(packet) }
}

fn main() {
    println!("{}", reply(1)[0]);
}
// ANCHOR_END: all
