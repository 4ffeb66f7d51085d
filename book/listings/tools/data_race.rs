//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-1055-b
//@ debug: silent
//@ optimised: silent
//@ asan: silent
//@ valgrind: silent

// ANCHOR: all
struct Anywhere(*mut u32);

unsafe impl Send for Anywhere {}

impl Anywhere {
    fn set(&self, value: u32) {
        unsafe { *self.0 = value };
    }
}

fn main() {
    let mut value = 0;
    let ptr = &raw mut value;
    let there = Anywhere(ptr);
    std::thread::scope(|scope| {
        scope.spawn(move || there.set(1));
        unsafe { *ptr = 2 };
    });
    std::hint::black_box(value);
}
// ANCHOR_END: all
