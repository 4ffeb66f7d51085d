//@ run: undefined
//@ c: exercises/picture.c
//@ miri: stacked=unsupported tree=unsupported
//@ asan: heap-use-after-free

// ANCHOR: all
use std::ffi::c_int;
use std::ptr::NonNull;

// SAFETY: the declarations are those of picture.c; `u8` stands for a type that
// Rust never looks into.
unsafe extern "C" {
    fn picture_new(count: usize) -> *mut u8;
    fn picture_pixels(picture: *mut u8) -> *mut u8;
    fn picture_soften(picture: *mut u8) -> c_int;
    fn picture_free(picture: *mut u8);
}

// ANCHOR: wrapper
struct Picture {
    raw: NonNull<u8>,
    count: usize,
}

impl Picture {
    fn new(count: usize) -> Option<Picture> {
        // SAFETY: every number is allowed.
        Some(Picture { raw: NonNull::new(unsafe { picture_new(count) })?, count })
    }

    fn pixels<'a>(&self) -> &'a [u8] {
        // SAFETY: `raw` is a live picture.
        let pixels = unsafe { picture_pixels(self.raw.as_ptr()) };
        // SAFETY: `count` bytes, which C has written.
        unsafe { std::slice::from_raw_parts(pixels, self.count) }
    }

    fn soften(&self) -> bool {
        // SAFETY: `raw` is a live picture.
        unsafe { picture_soften(self.raw.as_ptr()) == 0 }
    }
}
// ANCHOR_END: wrapper

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: `raw` came from `picture_new`, and is freed nowhere else.
        unsafe { picture_free(self.raw.as_ptr()) };
    }
}

// ANCHOR: main
fn main() {
    let picture = Picture::new(16).expect("16 bytes");
    let pixels = picture.pixels();
    picture.soften();
    let first = pixels[0];
    println!("{first}");
}
// ANCHOR_END: main
// ANCHOR_END: all
