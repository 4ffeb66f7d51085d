//! The loader of the C image library, and what follows on what it loaded.
//!
//! The C code is not instrumented, so nothing would lead the fuzzer through a header:
//! the first bytes choose one, piece by piece, and the rest follows it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unsafe_workbook::ex7_image::Image;

const KINDS: [&str; 6] = ["P5", "P6", "P5#", "P4", "p6", "P"];
const BLANKS: [&str; 6] = [" ", "\n", "\t\r\n", " # remark\n", "#", ""];
const SIDES: [&str; 12] = [
    "1",
    "2",
    "3",
    "7",
    "16",
    "0",
    "255",
    "65537",
    "4294967297",
    "18446744073709551617",
    "-1",
    "",
];
const DEPTHS: [&str; 5] = ["255", "0255", "65535", "1", ""];
const ENDS: [&str; 4] = [" ", "\n", "\n\n", ""];

/// A file with the header that the first bytes choose.
fn file(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes.iter().copied();
    let mut file = String::new();
    for list in [&KINDS[..], &BLANKS, &SIDES, &BLANKS, &SIDES, &BLANKS, &DEPTHS, &ENDS] {
        file += list[usize::from(rest.next().unwrap_or(0)) % list.len()];
    }
    file.into_bytes().into_iter().chain(rest).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let bytes = &file(bytes)[..];
    let Ok(mut image) = Image::from_bytes(bytes) else { return };
    let (width, height, channels) = (image.width(), image.height(), image.channels());
    let size = width * height * channels;
    assert!(size > 0 && image.pixels().len() == size);
    assert!(bytes.windows(size).any(|window| window == image.pixels()));
    image.invert();
    // The last bytes choose a rectangle, inside or not.
    let at = |i: usize| usize::from(bytes[bytes.len() - i] % 16);
    let (x, y, w, h) = (at(1), at(2), at(3), at(4));
    let cut = image.crop(x, y, w, h);
    assert_eq!(cut.is_ok(), x + w <= width && y + h <= height && w > 0 && h > 0);
    if size < 4096 {
        assert!(image.blur(at(2)).is_ok());
        assert!(image.resize(w + 1, h + 1).is_ok());
        assert_eq!(image.grayscale().is_ok(), channels == 3);
        assert_eq!(image.pixels().len(), width * height);
    }
});
