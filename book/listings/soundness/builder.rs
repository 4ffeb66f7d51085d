//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
struct NoSize;
struct Size(usize);

/// A buffer cannot be built before its size is known: `build` is not there.
struct Builder<S> {
    size: S,
    fill: u8,
}

impl Builder<NoSize> {
    fn new() -> Self {
        Builder { size: NoSize, fill: 0 }
    }

    fn size(self, size: usize) -> Builder<Size> {
        Builder { size: Size(size), fill: self.fill }
    }
}

impl<S> Builder<S> {
    fn fill(self, fill: u8) -> Self {
        Builder { fill, ..self }
    }
}

impl Builder<Size> {
    fn build(self) -> Vec<u8> {
        vec![self.fill; self.size.0]
    }
}

fn main() {
    println!("{:?}", Builder::new().fill(7).size(3).build());
}
// ANCHOR_END: all
