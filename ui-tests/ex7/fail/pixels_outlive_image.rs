// The pixels are freed with their image, so no slice of them may outlive it.
#![allow(warnings)]
use unsafe_workbook::ex7_image::Image;

fn free(_: Image) {}

fn first(image: Image) -> u8 {
    let pixels: &[u8] = image.pixels();
    free(image);
    pixels[0]
}

fn main() {}
