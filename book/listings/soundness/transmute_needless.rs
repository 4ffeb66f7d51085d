//@ run: ok
//@ warns: unnecessary_transmutes
//@ miri: stacked=ok tree=ok
//@ measured: 000-1567

// ANCHOR: all
fn main() {
    let bits: u32 = unsafe { std::mem::transmute(3.14f32) };
    println!("{bits:#x} {:#x}", 3.14f32.to_bits());
}
// ANCHOR_END: all
