//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-0518

// ANCHOR: all
/// The element `index` of the `len` elements at `ptr`.
fn element(ptr: *const u32, index: usize, len: usize) -> Option<u32> {
    unsafe {
        if index < len {
            Some(*ptr.add(index))
        } else {
            None
        }
    }
}

fn main() {
    let numbers = [1, 2, 3];
    println!("{:?}", element(numbers.as_ptr(), 9, 10));
}
// ANCHOR_END: all
