//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1415-b
//@ debug: silent

// ANCHOR: all
struct Counter(u32);

impl Counter {
    fn add(&self) {
        let ptr = &raw const self.0;
        unsafe { ptr.cast_mut().write(ptr.read() + 1) };
    }
}

fn main() {
    let counter = Counter(0);
    counter.add();
    println!("{}", counter.0);
}
// ANCHOR_END: all
