//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: double-free

// ANCHOR: all
struct Image {
    pixels: Box<[u8]>, // the stand-in for what C allocated
}

impl Image {
    fn apply(&mut self, filter: impl Fn(Image) -> Image) {
        // SAFETY: `self` is readable; the new image takes the place of the old one.
        unsafe {
            let taken = std::ptr::read(self);
            std::ptr::write(self, filter(taken));
        }
    }
}

fn main() {
    let mut image = Image { pixels: Box::new([0; 16]) };
    image.apply(|taken| {
        assert!(taken.pixels.len() == 9, "this filter wants nine pixels");
        taken
    });
}
// ANCHOR_END: all
