// One image must not give out two mutable slices that live at the same time.
#![allow(warnings)]
use unsafe_workbook::ex7_image::Image;

fn twice(image: &mut Image) {
    let first: &mut [u8] = image.pixels_mut();
    let second: &mut [u8] = image.pixels_mut();
    first[0] = 1;
    second[0] = 2;
}

fn main() {}
