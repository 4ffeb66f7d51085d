//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1380

// ANCHOR: all
#[repr(C)]
#[derive(Debug)]
#[allow(dead_code)]
enum Status {
    Ok = 0,
    Busy = 1,
}

extern "C" fn from_c() -> u32 {
    7
}

fn main() {
    let status: Status = unsafe { std::mem::transmute(from_c()) };
    println!("{status:?}");
}
// ANCHOR_END: all
