// A filter writes the pixels, so no slice of them may be alive.
#![allow(warnings)]
use unsafe_workbook::ex7_image::Image;

fn first(image: &mut Image) -> u8 {
    let pixels: &[u8] = image.pixels();
    image.apply_filter(|_, _, _| ());
    pixels[0]
}

fn main() {}
