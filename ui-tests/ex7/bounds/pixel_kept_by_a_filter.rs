//@ error: E0521
// The pixels are freed with their image, so no filter may keep one of them for ever.
#![allow(warnings)]
use std::sync::Mutex;
use unsafe_workbook::ex7_image::Image;

static KEPT: Mutex<Vec<&'static mut [u8]>> = Mutex::new(Vec::new());

fn keep(image: &mut Image) {
    image.apply_filter(|_, _, pixel: &mut [u8]| KEPT.lock().unwrap().push(pixel)); //~
}

fn main() {}
