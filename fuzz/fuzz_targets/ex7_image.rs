//! The loader of the C image library, and what follows on what it loaded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unsafe_workbook::ex7_image::Image;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut image) = Image::from_bytes(bytes) else { return };
    let (width, height, channels) = (image.width(), image.height(), image.channels());
    let size = width * height * channels;
    assert!(size > 0 && image.pixels().len() == size);
    assert!(bytes.windows(size).any(|window| window == image.pixels()));
    image.invert();
    // The first bytes choose a rectangle, inside or not.
    let at = |i: usize| bytes.get(i).map_or(0, |byte| usize::from(*byte % 16));
    let (x, y, w, h) = (at(3), at(4), at(5), at(6));
    let cut = image.crop(x, y, w, h);
    assert_eq!(cut.is_ok(), x + w <= width && y + h <= height && w > 0 && h > 0);
    if size < 4096 {
        assert!(image.blur(at(2)).is_ok());
        assert!(image.resize(w + 1, h + 1).is_ok());
        assert_eq!(image.grayscale().is_ok(), channels == 3);
        assert_eq!(image.pixels().len(), width * height);
    }
});
