// The pixels are freed with their image, so no slice of them may outlive it.
#![allow(warnings)]
use unsafe_workbook::ex7_image::Image;

fn first(made: Image) -> u8 {
    let pixels: &[u8];
    {
        let image = made;
        pixels = image.pixels();
    }
    pixels[0]
}

fn main() {}
