//@ compile-fail: invalid_reference_casting

// ANCHOR: all
struct Counter(u32);

impl Counter {
    fn add(&self) {
        unsafe { (*(&raw const self.0).cast_mut()) += 1 };
        let number = unsafe { &mut *(&self.0 as *const u32 as *mut u32) };
        *number += 1;
    }
}

fn main() {
    let counter = Counter(0);
    counter.add();
    println!("{}", counter.0);
}
// ANCHOR_END: all
