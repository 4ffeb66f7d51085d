// What a mutable slice may change must not be read at the same time.
#![allow(warnings)]
use unsafe_workbook::ex7_image::Image;

fn both(image: &mut Image) -> u8 {
    let write: &mut [u8] = image.pixels_mut();
    let read: &[u8] = image.pixels();
    write[0] = 1;
    read[0]
}

fn main() {}
