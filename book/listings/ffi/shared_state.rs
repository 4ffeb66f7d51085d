//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-0650-a

// ANCHOR: all
fn main() {
    let state = Box::new(1);
    let data = &*state as *const i32 as *mut i32; // "user data" for C
    let data = std::hint::black_box(data); // C has it, and hands it back
    let inside = unsafe { &mut *data }; // what the callback does
    *inside += 1;
    println!("{state}");
}
// ANCHOR_END: all
