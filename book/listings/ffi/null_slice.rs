//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1606

// ANCHOR: all
extern "C" fn total(numbers: *const u32, count: usize) -> u32 {
    unsafe { std::slice::from_raw_parts(numbers, count) }.iter().sum()
}

fn main() {
    println!("{}", total(std::ptr::null(), 0));
}
// ANCHOR_END: all
