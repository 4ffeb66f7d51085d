//@ run: panic
//@ miri: stacked=leak tree=leak

// ANCHOR: all
/// A pointer to a `T`, and one bit, in one word.
struct Tagged<T>(usize, std::marker::PhantomData<*mut T>);

impl<T> Tagged<T> {
    fn new(value: T, tag: bool) -> Self {
        let address = Box::into_raw(Box::new(value)) as usize;
        assert_eq!(address & 1, 0, "the lowest bit must be free");
        Tagged(address | usize::from(tag), std::marker::PhantomData)
    }
}

fn main() {
    println!("{:#x}", Tagged::new(7u32, true).0 & 1);
    println!("{:#x}", Tagged::new((), true).0 & 1);
}
// ANCHOR_END: all
