//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-1549-fix

// ANCHOR: all
use std::mem::MaybeUninit;

fn main() {
    let mut buffer = [const { MaybeUninit::<u8>::uninit() }; 16];
    for (number, slot) in buffer.iter_mut().take(4).enumerate() {
        slot.write(number as u8);
    }
    // SAFETY: the first four slots were written by the loop.
    let filled = unsafe { std::slice::from_raw_parts(buffer.as_ptr().cast::<u8>(), 4) };
    println!("{filled:?}");
}
// ANCHOR_END: all
