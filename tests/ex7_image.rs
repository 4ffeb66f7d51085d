//! The graded suite of exercise 7, a safe wrapper of a C image library.
//!
//! Pixels are compared with a reference in Rust that stands in this file.

#![cfg_attr(not(any(c_side, miri)), allow(unused))]

/// What a machine without a C compiler shows: one line, and nothing red.
#[cfg(not(any(c_side, miri)))]
#[test]
#[ignore = "skipped: no C compiler found (`just doctor` says how to install one)"]
fn c_compiler_is_there() {}

#[cfg(miri)]
#[path = "stand_ins/image.rs"]
mod stand_ins;

/// What csrc/image/image.h says, in Rust. Errors are the numbers of the header.
#[cfg(any(c_side, miri))]
mod reference {
    const LIMIT: usize = 1 << 28;

    pub fn size(width: usize, height: usize, channels: usize) -> Result<usize, i32> {
        if channels != 1 && channels != 3 {
            return Err(2);
        }
        let size = width.checked_mul(height).and_then(|area| area.checked_mul(channels));
        size.filter(|size| (1..=LIMIT).contains(size)).ok_or(1)
    }

    pub fn grey(pixels: &[u8]) -> Vec<u8> {
        let grey =
            |p: &[u8]| 77 * u32::from(p[0]) + 150 * u32::from(p[1]) + 29 * u32::from(p[2]);
        pixels.chunks_exact(3).map(|p| (grey(p) / 256) as u8).collect()
    }

    pub fn blur(pixels: &[u8], w: usize, h: usize, c: usize, radius: usize) -> Vec<u8> {
        let mut made = Vec::with_capacity(pixels.len());
        for y in 0..h {
            for x in 0..w {
                for channel in 0..c {
                    let (mut sum, mut count) = (0_u64, 0);
                    for v in y.saturating_sub(radius)..=y.saturating_add(radius).min(h - 1) {
                        for u in x.saturating_sub(radius)..=x.saturating_add(radius).min(w - 1)
                        {
                            sum += u64::from(pixels[(v * w + u) * c + channel]);
                            count += 1;
                        }
                    }
                    made.push((sum / count) as u8);
                }
            }
        }
        made
    }

    pub fn resize(p: &[u8], w: usize, h: usize, c: usize, to_w: usize, to_h: usize) -> Vec<u8> {
        let mut made = Vec::new();
        for y in 0..to_h {
            for x in 0..to_w {
                let from = ((y * h / to_h) * w + x * w / to_w) * c;
                made.extend_from_slice(&p[from..from + c]);
            }
        }
        made
    }

    pub fn crop(p: &[u8], w: usize, c: usize, rect: [usize; 4]) -> Vec<u8> {
        let [x, y, width, height] = rect;
        let row = |v: usize| &p[(v * w + x) * c..(v * w + x + width) * c];
        (y..y + height).flat_map(row).copied().collect()
    }

    pub fn file(w: usize, h: usize, c: usize, pixels: &[u8]) -> Vec<u8> {
        let kind = if c == 1 { 5 } else { 6 };
        [format!("P{kind}\n{w} {h}\n255\n").as_bytes(), pixels].concat()
    }

    pub fn parse(bytes: &[u8]) -> Result<(usize, usize, usize, Vec<u8>), i32> {
        let space = |byte: Option<&u8>| byte.is_some_and(|b| b" \t\n\x0b\x0c\r".contains(b));
        let channels = match bytes {
            [b'P', b'5', ..] => 1,
            [b'P', b'6', ..] => 3,
            _ => return Err(5),
        };
        let mut at = 2;
        if !space(bytes.get(at)) && bytes.get(at) != Some(&b'#') {
            return Err(if at == bytes.len() { 6 } else { 5 });
        }
        let mut numbers = [0; 3];
        for number in &mut numbers {
            while space(bytes.get(at)) || bytes.get(at) == Some(&b'#') {
                if bytes[at] == b'#' {
                    while bytes.get(at).is_some_and(|byte| *byte != b'\n') {
                        at += 1;
                    }
                } else {
                    at += 1;
                }
            }
            while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
                *number = (*number * 10 + usize::from(digit - b'0')).min(LIMIT + 1);
                at += 1;
            }
        }
        let [width, height, depth] = numbers;
        if at == bytes.len() {
            return Err(6);
        }
        if depth != 255 || !space(bytes.get(at)) {
            return Err(5);
        }
        let size = size(width, height, channels)?;
        let pixels = bytes[at + 1..].get(..size).ok_or(6)?;
        Ok((width, height, channels, pixels.to_vec()))
    }
}

#[cfg(any(c_side, miri))]
mod helpers {
    use std::hash::{BuildHasher, RandomState};
    use std::path::PathBuf;
    use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

    use unsafe_workbook::ex7_image::{Image, ImageError};

    // SAFETY: the declaration repeats csrc/image/image.h.
    unsafe extern "C" {
        pub safe fn image_live() -> usize;
    }

    /// Held by every test: C counts the images of all threads.
    pub fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of an error in image.h; 90 and above for errors of the wrapper.
    pub fn number<T>(result: &Result<T, ImageError>) -> i32 {
        match result {
            Ok(_) => 0,
            Err(ImageError::BadSize) => 1,
            Err(ImageError::BadChannels) => 2,
            Err(ImageError::NoMemory) => 3,
            Err(ImageError::CannotOpen) => 4,
            Err(ImageError::BadFormat) => 5,
            Err(ImageError::Truncated) => 6,
            Err(ImageError::CannotWrite) => 7,
            Err(ImageError::BadPath) => 90,
            Err(ImageError::OutOfBounds) => 91,
            #[allow(unreachable_patterns, reason = "more errors are allowed")]
            Err(_) => 99,
        }
    }

    pub fn name(number: i32) -> &'static str {
        match number {
            0 => "Ok",
            1 => "BadSize",
            2 => "BadChannels",
            3 => "NoMemory",
            4 => "CannotOpen",
            5 => "BadFormat",
            6 => "Truncated",
            7 => "CannotWrite",
            90 => "BadPath",
            91 => "OutOfBounds",
            _ => "another error",
        }
    }

    #[track_caller]
    pub fn expect<T>(result: Result<T, ImageError>, expected: i32, what: &str) {
        let seen = number(&result);
        assert!(seen == expected, "{what}: expected {}, saw {}", name(expected), name(seen));
    }

    #[track_caller]
    pub fn good<T>(result: Result<T, ImageError>, what: &str) -> T {
        let seen = number(&result);
        match result {
            Ok(value) => value,
            Err(_) => panic!("{what}: expected Ok, saw {}", name(seen)),
        }
    }

    /// An image of the given values.
    #[track_caller]
    pub fn image(width: usize, height: usize, channels: usize, pixels: &[u8]) -> Image {
        let mut made = good(Image::new(width, height, channels), "a small image");
        let slice: &mut [u8] = made.pixels_mut();
        slice.copy_from_slice(pixels);
        made
    }

    /// Values that differ from place to place.
    pub fn values(count: usize) -> Vec<u8> {
        (0..count).map(|i| (i * 37 + i / 7 * 11 + 5) as u8).collect()
    }

    /// Width, height, channels and values.
    pub fn parts(image: &Image) -> (usize, usize, usize, Vec<u8>) {
        let pixels: &[u8] = image.pixels();
        (image.width(), image.height(), image.channels(), pixels.to_vec())
    }

    /// Runs `work`; afterwards there are as many images as before.
    #[track_caller]
    pub fn leaves_no_image(work: impl FnOnce()) {
        let before = image_live();
        work();
        let after = image_live();
        assert!(
            after == before,
            "expected as many images as before ({before}), C counts {after}: {}",
            if after > before { "an image leaked" } else { "an image was freed twice" }
        );
    }

    /// A path in a folder of this process alone. Tests run at the same time, in
    /// namespaces in which the numbers of their processes repeat.
    pub fn place(name: &str) -> PathBuf {
        static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
            let number = RandomState::new().hash_one(0);
            let folder = std::env::temp_dir().join(format!("workbook-ex7-{number:016x}"));
            std::fs::create_dir_all(&folder)
                .expect("the folder for temporary files is writable");
            folder
        });
        FOLDER.join(name)
    }
}

#[cfg(any(c_side, miri))]
mod control {
    use super::helpers::*;
    use workbook_support::{graded, quiet};

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let _alone = alone();
        let made = image(2, 1, 1, &[7, 8]);
        let fooled = quiet::catch(|| assert_eq!(parts(&made), (2, 1, 1, vec![7, 9])));
        assert!(fooled.is_err(), "wrong pixels were taken for right: nothing can be trusted");
    }
}

#[cfg(any(c_side, miri))]
mod unit {
    use super::helpers::*;
    use super::reference;
    use std::path::PathBuf;
    use unsafe_workbook::ex7_image::Image;
    #[cfg(miri)]
    use unsafe_workbook::ex7_image::ImageError;
    use workbook_support::brief;
    use workbook_support::{graded, implements, quiet};

    #[test]
    fn a_new_image_is_black() {
        graded!();
        let _alone = alone();
        for (width, height, channels) in [(1, 1, 1), (3, 2, 1), (4, 5, 3), (100, 1, 3)] {
            let made = good(Image::new(width, height, channels), "a small image");
            let expected = (width, height, channels, vec![0; width * height * channels]);
            assert_eq!(parts(&made), expected, "expected the size asked for, all values 0");
        }
    }

    #[test]
    fn impossible_sizes_are_refused() {
        graded!();
        let _alone = alone();
        let half = 1_usize << (usize::BITS / 2);
        let sizes = [
            (0, 5, 1),
            (5, 0, 3),
            (0, 0, 1),
            (usize::MAX, 2, 1),
            (2, usize::MAX, 3),
            (half, half, 1),
            (half, half + 1, 3),
            (half + 1, 1, 1),
            (1, half + 1, 3),
            (usize::MAX, usize::MAX, 3),
            ((1 << 28) + 1, 1, 1),
            (1 << 28, 1, 3),
        ];
        for (width, height, channels) in sizes {
            let what =
                format!("{width} x {height} x {channels}, whatever the product overflows to");
            expect(Image::new(width, height, channels), 1, &what);
        }
        for channels in [0, 2, 4, 257, (1 << 16) + 3, half + 1, usize::MAX] {
            expect(Image::new(1, 1, channels), 2, &format!("{channels} channels"));
        }
    }

    #[test]
    fn writes_to_pixels_stay() {
        graded!();
        let _alone = alone();
        let mut made = image(3, 2, 3, &values(18));
        made.pixels_mut()[7] = 200;
        let mut expected = values(18);
        expected[7] = 200;
        assert_eq!(parts(&made), (3, 2, 3, expected), "expected the values that were written");
    }

    #[test]
    fn invert_turns_every_value_around() {
        graded!();
        let _alone = alone();
        let mut made = image(2, 1, 3, &[0, 255, 1, 254, 127, 128]);
        made.invert();
        let expected = (2, 1, 3, vec![255, 0, 254, 1, 128, 127]);
        assert_eq!(parts(&made), expected, "expected 255 less each value");
    }

    #[test]
    fn grayscale_leaves_one_channel() {
        graded!();
        let _alone = alone();
        let mut made = image(2, 2, 3, &[255, 255, 255, 255, 0, 0, 0, 255, 0, 10, 20, 30]);
        good(made.grayscale(), "an RGB image");
        assert_eq!(
            parts(&made),
            (2, 2, 1, vec![255, 76, 149, 18]),
            "expected one value for each pixel, and as many bytes in `pixels`"
        );
        expect(made.grayscale(), 2, "an image that is grey already");
        assert_eq!(parts(&made).3, [255, 76, 149, 18], "expected an error to change nothing");
    }

    #[test]
    fn blur_takes_the_mean_of_the_neighbours() {
        graded!();
        let _alone = alone();
        let mut made = image(3, 1, 1, &[0, 30, 90]);
        good(made.blur(0), "radius 0");
        assert_eq!(parts(&made).3, [0, 30, 90], "expected radius 0 to change nothing");
        good(made.blur(1), "radius 1");
        assert_eq!(parts(&made).3, [15, 40, 60], "expected the mean within the image");
        let mut made = image(2, 2, 1, &[10, 20, 30, 40]);
        good(made.blur(usize::MAX), "the largest radius");
        assert_eq!(parts(&made).3, [25; 4], "expected the mean of the whole image");
        for radius in [1 << 8, 1 << 16, 1 << (usize::BITS / 2)] {
            let mut made = image(2, 2, 1, &[10, 20, 30, 40]);
            good(made.blur(radius), "a radius larger than the image");
            assert_eq!(parts(&made).3, [25; 4], "radius {radius}: expected the mean of all");
        }
        // Further than eight bits can count, and not yet the whole image.
        let (width, radius) = brief((700, 300), (20, 15));
        let mut made = image(width, 1, 1, &values(width));
        good(made.blur(radius), "a large radius");
        let expected = reference::blur(&values(width), width, 1, 1, radius);
        assert!(parts(&made).3 == expected, "radius {radius}: expected the mean of so many");
    }

    #[test]
    fn resize_takes_the_pixel_at_the_same_place() {
        graded!();
        let _alone = alone();
        let made = image(2, 2, 1, &[1, 2, 3, 4]);
        let larger = good(made.resize(4, 2), "twice as wide");
        assert_eq!(parts(&larger), (4, 2, 1, vec![1, 1, 2, 2, 3, 3, 4, 4]), "twice as wide");
        let smaller = good(larger.resize(1, 1), "one pixel");
        assert_eq!(parts(&smaller), (1, 1, 1, vec![1]), "one pixel");
        assert_eq!(parts(&made), (2, 2, 1, vec![1, 2, 3, 4]), "expected the source unchanged");
        let half = 1_usize << (usize::BITS / 2);
        let sizes = [(0, 1), (1, 0), (usize::MAX, 2), (usize::MAX / 2 + 1, 2), (half + 1, 1)];
        for (width, height) in sizes.into_iter().chain([(1, half + 1)]) {
            expect(made.resize(width, height), 1, "an impossible size");
        }
    }

    #[test]
    fn crop_copies_the_rectangle() {
        graded!();
        let _alone = alone();
        let made = image(4, 3, 3, &values(36));
        for rect in [[0, 0, 4, 3], [1, 1, 2, 2], [3, 2, 1, 1], [0, 2, 4, 1], [2, 0, 1, 3]] {
            let [x, y, width, height] = rect;
            let cut = good(made.crop(x, y, width, height), "a rectangle inside of the image");
            let expected = reference::crop(&values(36), 4, 3, rect);
            assert_eq!(parts(&cut), (width, height, 3, expected), "expected {rect:?} of 4 x 3");
        }
        assert_eq!(parts(&made), (4, 3, 3, values(36)), "expected the source unchanged");
    }

    #[test]
    fn crop_outside_of_the_image_is_refused() {
        graded!();
        let _alone = alone();
        let made = image(4, 3, 1, &values(12));
        const MAX: usize = usize::MAX;
        const HALF: usize = 1 << (usize::BITS / 2);
        let outside = [
            [0, 0, 5, 1],
            [0, 0, 1, 4],
            [4, 0, 1, 1],
            [0, 3, 1, 1],
            [3, 0, 2, 1],
            [MAX, 0, 2, 1],
            [2, 0, MAX, 1],
            [0, MAX, 1, 2],
            [0, 1, 1, MAX],
            [MAX, MAX, MAX, MAX],
            [MAX - 1, 0, 4, 1],
            [1 << (usize::BITS - 1), 0, 1 << (usize::BITS - 1), 1],
            [HALF, 0, 1, 1],
            [0, HALF, 1, 1],
            [0, 0, HALF + 1, 1],
            [1 << 16, 0, 1, 1],
            [0, 1 << 8, 1, 1],
        ];
        for [x, y, width, height] in outside {
            let what =
                format!("{width} x {height} at ({x}, {y}) of 4 x 3, sums that overflow too");
            let cut = quiet::catch(|| number(&made.crop(x, y, width, height)));
            let Ok(cut) = cut else { panic!("{what}: expected OutOfBounds, saw a panic") };
            assert!(cut == 91, "{what}: expected OutOfBounds, saw {}", name(cut));
        }
        expect(made.crop(1, 1, 0, 1), 1, "a rectangle without a pixel");
        expect(made.crop(1, 1, 1, 0), 1, "a rectangle without a pixel");
    }

    #[test]
    fn a_filter_sees_every_pixel_and_its_place() {
        graded!();
        let _alone = alone();
        let mut made = image(3, 2, 3, &values(18));
        let mut seen = Vec::new();
        made.apply_filter(|x, y, pixel: &mut [u8]| {
            seen.push((x, y, pixel.to_vec()));
            pixel.reverse();
        });
        seen.sort();
        let all = values(18);
        let mut expected: Vec<(usize, usize, Vec<u8>)> = Vec::new();
        for x in 0..3 {
            for y in 0..2 {
                expected.push((x, y, all[(y * 3 + x) * 3..][..3].to_vec()));
            }
        }
        assert_eq!(seen, expected, "expected each pixel once, with its place and its channels");
        let reversed: Vec<u8> =
            all.chunks(3).flat_map(|pixel| pixel.iter().rev()).copied().collect();
        assert_eq!(parts(&made).3, reversed, "expected what the filter wrote");
    }

    #[test]
    fn a_filter_may_use_other_images() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            let mut made = image(2, 2, 1, &[1, 2, 3, 4]);
            let mut other = image(2, 1, 3, &values(6));
            made.apply_filter(|_, _, pixel: &mut [u8]| {
                let mut copy = good(other.crop(0, 0, 1, 1), "crop");
                good(copy.blur(1), "blur");
                other.apply_filter(|_, _, inner: &mut [u8]| {
                    assert_eq!(inner.len(), 3, "expected the pixel of the inner image");
                    inner[0] = inner[0].wrapping_add(1);
                });
                assert_eq!(pixel.len(), 1, "expected the pixel of the outer image");
                pixel[0] += 10;
            });
            assert_eq!(parts(&made).3, [11, 12, 13, 14], "expected what the filter wrote");
            let mut expected = values(6);
            expected[0] += 4;
            expected[3] += 4;
            assert_eq!(parts(&other).3, expected, "expected what the inner filter wrote");
        });
    }

    #[test]
    fn an_image_survives_a_filter_that_panics() {
        graded!();
        let _alone = alone();
        let mut made = image(2, 2, 1, &[1, 2, 3, 4]);
        let mut calls = 0;
        let result = quiet::catch(|| {
            made.apply_filter(|_, _, pixel: &mut [u8]| {
                calls += 1;
                assert!(calls < 3, "the filter gave up");
                pixel[0] = 9;
            });
        });
        assert!(result.is_err(), "expected the panic of the filter to reach the caller");
        // Whether the image has what the filter did before its panic is open.
        let seen = parts(&made);
        let whole = seen.3.iter().zip([1, 2, 3, 4]).all(|(seen, old)| [old, 9].contains(seen));
        let changed = seen.3.iter().filter(|value| **value == 9).count();
        assert!(
            whole && changed <= 2 && (seen.0, seen.1, seen.2) == (2, 2, 1),
            "expected a whole image, each pixel as it was or as the filter left it: {seen:?}"
        );
        good(made.blur(1), "an image that is still good");
    }

    #[test]
    fn long_sides_are_not_cut() {
        graded!();
        let _alone = alone();
        let sizes = brief(
            [(70_000, 1, 1), (1, 70_000, 3), (300, 301, 3)],
            [(40, 2, 1), (1, 40, 3), (20, 1, 3)],
        );
        for (width, height, channels) in sizes {
            let all = values(width * height * channels);
            let what = format!("{width} x {height} x {channels}");
            let file = reference::file(width, height, channels, &all);
            let mut made = good(Image::from_bytes(&file), &what);
            let expected = (width, height, channels, all.clone());
            assert!(parts(&made) == expected, "{what}: expected the image of the file");

            let (x, y) = (width - 1, height - 1);
            let corner = good(made.crop(x, y, 1, 1), &what);
            let last = &all[all.len() - channels..];
            assert_eq!(corner.pixels(), last, "{what}: expected the pixel at ({x}, {y})");
            let wide = good(made.crop(x / 2, y / 2, width - x / 2, height - y / 2), &what);
            let rect = [x / 2, y / 2, width - x / 2, height - y / 2];
            let expected = reference::crop(&all, width, channels, rect);
            assert!(parts(&wide).3 == expected, "{what}: expected the rectangle {rect:?}");

            let source = image(2, 1, channels, &values(2 * channels));
            let made_larger = good(source.resize(width, height), &what);
            let expected = reference::resize(source.pixels(), 2, 1, channels, width, height);
            assert!(
                parts(&made_larger) == (width, height, channels, expected),
                "resize to {what}: expected the pixel at the same relative place"
            );

            made.invert();
            let wrong = made.pixels().iter().zip(&all).position(|(new, old)| *new != !old);
            assert!(wrong.is_none(), "{what}: expected every value inverted, saw {wrong:?}");
            let mut seen = vec![0_u8; width * height];
            made.apply_filter(|x, y, pixel: &mut [u8]| {
                assert!(x < width && y < height, "{what}: saw a pixel at ({x}, {y})");
                let due = !all[(y * width + x) * channels];
                assert!(pixel[0] == due, "{what}: saw another pixel at ({x}, {y})");
                seen[y * width + x] += 1;
            });
            let wrong = seen.iter().position(|calls| *calls != 1);
            assert!(wrong.is_none(), "{what}: expected each pixel once, saw {wrong:?}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "a quarter of a gigabyte is too much for Miri")]
    fn the_largest_image_is_possible() {
        graded!();
        let _alone = alone();
        for (width, height) in [(1 << 28, 1), (1 << 14, 1 << 14)] {
            let result = Image::new(width, height, 1);
            let seen = number(&result);
            assert!(
                seen == 0 || seen == 3,
                "{width} x {height}: expected an image, or NoMemory, saw {}",
                name(seen)
            );
            if let Ok(made) = result {
                assert_eq!(made.pixels().len(), 1 << 28, "expected all of its pixels");
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "needs files, which Miri cannot have")]
    fn what_is_saved_can_be_loaded() {
        graded!();
        let _alone = alone();
        for (width, height, channels) in [(1, 1, 1), (7, 3, 1), (80, 80, 3), (5, 4, 3)] {
            let count = width * height * channels;
            let made = image(width, height, channels, &values(count));
            let path = place("round-trip.pnm");
            good(made.save(&path), "a file that can be written");
            let bytes = std::fs::read(&path).expect("the file is there");
            // How the numbers of the header are set apart is open.
            let expected = (width, height, channels, values(count));
            assert!(
                reference::parse(&bytes) == Ok(expected),
                "expected a PGM or PPM file of {width} x {height} x {channels}"
            );
            assert!(
                bytes.ends_with(&values(count)),
                "expected the file to end with the pixels: no byte of an older file may follow"
            );
            let again = good(Image::load(&path), "the file that was just written");
            assert_eq!(parts(&again), parts(&made), "expected the image that was saved");
        }
        std::fs::remove_file(place("round-trip.pnm")).expect("the file can be removed");
    }

    #[test]
    #[cfg_attr(miri, ignore = "needs files, which Miri cannot have")]
    fn files_on_disk_are_judged_as_well() {
        graded!();
        let _alone = alone();
        let path = place("hostile.pnm");
        let files: [(&[u8], i32); 5] = [
            (b"", 5),
            (b"GIF89a", 5),
            (b"P5 1 1 65535 ab", 5),
            (b"P5 0 1 255 a", 1),
            (b"P6 2 2 255 eleven byte", 6),
        ];
        for (bytes, expected) in files {
            std::fs::write(&path, bytes).expect("the file can be written");
            let what = format!("a file with {:?}", String::from_utf8_lossy(bytes));
            expect(Image::load(&path), expected, &what);
        }
        std::fs::remove_file(&path).expect("the file can be removed");
    }

    #[test]
    #[cfg(unix)]
    #[cfg_attr(miri, ignore = "needs files, which Miri cannot have")]
    fn paths_may_be_long_and_strange() {
        graded!();
        let _alone = alone();
        let long = "./".repeat(300) + "long.pgm";
        let longer = "./".repeat(1500) + "longer.pgm";
        for name in [" padded ", "two\nlines\n", "%s%n", "größe 🦀", "'\"\\", &long, &longer]
        {
            let path = place(name);
            if std::fs::write(&path, b"P5 1 1 255\nx").is_err() {
                continue;
            }
            let made = good(Image::load(&path), &format!("the path {path:?}"));
            good(image(1, 1, 1, b"y").save(&path), &format!("the path {path:?}"));
            assert_eq!(made.pixels(), b"x", "expected the image of {path:?}");
            let bytes = std::fs::read(&path).expect("the file is there");
            assert_eq!(bytes.last(), Some(&b'y'), "expected {path:?} to be written");
            std::fs::remove_file(&path).expect("the file can be removed");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "needs files, which Miri cannot have")]
    fn files_that_cannot_be_had_are_errors() {
        graded!();
        let _alone = alone();
        let made = image(1, 1, 1, &[1]);
        expect(Image::load(place("there-is-no-such-file")), 4, "a file that is not there");
        expect(Image::load(place("")), 4, "a folder in place of a file");
        expect(
            made.save(place("").join("no/such/folder.pgm")),
            4,
            "a folder that is not there",
        );
        expect(Image::load(""), 4, "an empty path, which no file has");
        expect(made.save(""), 4, "an empty path, which no file has");
        expect(Image::load("a\0b"), 90, "a path with a NUL, which C would cut off");
        let path = place("cut");
        expect(made.save(format!("{}\0.pgm", path.display())), 90, "a path with a NUL");
        assert!(!path.exists(), "expected no file under the first half of the path");
        #[cfg(target_os = "linux")]
        {
            let large = good(Image::new(1000, 1000, 1), "a larger image");
            expect(large.save("/dev/full"), 7, "a device without room");
        }
    }

    #[test]
    #[cfg(unix)]
    #[cfg_attr(miri, ignore = "needs files, which Miri cannot have")]
    fn paths_need_not_be_utf8() {
        graded!();
        use std::os::unix::ffi::OsStringExt;
        let _alone = alone();
        // Some systems refuse such names: then there is nothing to be seen here.
        let mut bytes = place("").into_os_string().into_vec();
        bytes.extend_from_slice(b"\xff\xfe.pgm");
        let path = PathBuf::from(std::ffi::OsString::from_vec(bytes));
        if std::fs::write(&path, b"P5 1 1 255\nx").is_err() {
            return;
        }
        let made = good(Image::load(&path), "a path on Unix is any bytes but NUL");
        assert_eq!(parts(&made), (1, 1, 1, vec![b'x']), "expected the image of that file");
        good(made.save(&path), "a path on Unix is any bytes but NUL");
        std::fs::remove_file(&path).expect("the file can be removed");
    }

    #[test]
    fn files_are_parsed() {
        graded!();
        let _alone = alone();
        type Parts = (usize, usize, usize, &'static [u8]);
        let files: [(&[u8], Parts); 5] = [
            (b"P5 2 1 255 ab", (2, 1, 1, b"ab")),
            (b"P5\n# a comment\n1 # another\n2\n255\nab", (1, 2, 1, b"ab")),
            (b"P6 1 1 255\nabc", (1, 1, 3, b"abc")),
            (b"P6\r\n1\t1\n255\n\n\n\n", (1, 1, 3, b"\n\n\n")),
            (b"P5 1 1 255 \0and more", (1, 1, 1, b"\0")),
        ];
        for (bytes, (width, height, channels, pixels)) in files {
            let what = String::from_utf8_lossy(bytes).into_owned();
            let made = good(Image::from_bytes(bytes), &what);
            assert_eq!(parts(&made), (width, height, channels, pixels.to_vec()), "{what:?}");
        }
    }

    #[test]
    fn hostile_files_are_refused() {
        graded!();
        let _alone = alone();
        let files: [(&[u8], i32); 15] = [
            (b"", 5),
            (b"P", 5),
            (b"P4 1 1 255 a", 5),
            (b"GIF89a", 5),
            (b"P5x1 1 255 a", 5),
            (b"P5 1 1 65535 ab", 5),
            (b"P5 1 1 0 a", 5),
            (b"P5 -1 1 255 a", 5),
            (b"P5 0 1 255 a", 1),
            (b"P5 1 0 255 a", 1),
            (b"P6 4294967295 4294967295 255 a", 1),
            (b"P5 18446744073709551617 1 255 a", 1),
            (b"P5 99999999999999999999999999999999 1 255 a", 1),
            (b"P6 2 2 255 eleven byte", 6),
            (b"P5 16384 16384 255 a", 6),
        ];
        for (bytes, expected) in files {
            expect(Image::from_bytes(bytes), expected, &String::from_utf8_lossy(bytes));
        }
        let whole = b"P6\n2 1\n255\nabcdef";
        for len in 0..whole.len() {
            let result = Image::from_bytes(&whole[..len]);
            assert!(result.is_err(), "expected the first {len} bytes of a file to be refused");
        }
    }

    #[test]
    fn slices_stay_good_while_the_image_is_read() {
        graded!();
        let _alone = alone();
        let made = image(3, 2, 3, &values(18));
        let held: &[u8] = made.pixels();
        // All that takes `&self`. Miri sees whether something of it ends the slice.
        assert_eq!((made.width(), made.height(), made.channels()), (3, 2, 3));
        drop((made.crop(1, 0, 2, 2), made.crop(9, 9, 9, 9)));
        drop((made.resize(5, 4), made.resize(0, 1)));
        assert!(made.save("a\0b").is_err(), "a NUL in the path");
        if !cfg!(miri) {
            assert!(made.save("no/such/folder/a.pgm").is_err(), "no folder");
        }
        let again: &[u8] = made.pixels();
        assert_eq!(held, again, "expected two slices of the same pixels");
        assert_eq!(held, values(18), "expected nothing that takes `&self` to change a pixel");
    }

    #[test]
    fn every_status_has_its_error() {
        graded!();
        let _alone = alone();
        expect(Image::new(0, 1, 1), 1, "no pixels");
        expect(Image::new(1, 1, 2), 2, "two channels");
        expect(Image::from_bytes(b"P7"), 5, "neither PGM nor PPM");
        // That memory is short, or that a later version of the library has more to
        // say, can be had only where Rust stands in for C.
        #[cfg(miri)]
        for (status, due) in [(3, 3), (8, 99), (256, 99), (-1, 99), (i32::MIN, 99)] {
            let mut made = image(2, 1, 3, &values(6));
            let seen = quiet::catch(|| {
                super::stand_ins::answer(status);
                let errors = [
                    Image::new(1, 1, 1).err(),
                    Image::from_bytes(b"P5 1 1 255 a").err(),
                    made.resize(1, 1).err(),
                    made.blur(1).err(),
                    made.grayscale().err(),
                    made.crop(0, 0, 1, 1).err(),
                ];
                errors.map(|error| match error {
                    Some(ImageError::Unknown(other)) => (99, other),
                    Some(error) => (number::<()>(&Err(error)), status),
                    None => (0, status),
                })
            });
            super::stand_ins::answer(0);
            let Ok(seen) = seen else {
                panic!("C answered with status {status}: expected an error, saw a panic");
            };
            let calls = ["new", "from_bytes", "resize", "blur", "grayscale", "crop"];
            for (call, (number, other)) in calls.into_iter().zip(seen) {
                assert!(
                    number == due && other == status,
                    "{call}, where C answered with status {status}: expected {}, saw {}",
                    if due == 99 { format!("Unknown({status})") } else { name(due).into() },
                    if number == 99 {
                        format!("Unknown({other})")
                    } else {
                        name(number).into()
                    },
                );
            }
            assert_eq!(
                parts(&made),
                (2, 1, 3, values(6)),
                "expected an error to change nothing"
            );
        }
    }

    #[test]
    fn an_image_is_send_and_not_sync() {
        graded!();
        let _alone = alone();
        drop(good(Image::new(1, 1, 1), "a small image"));
        assert!(implements!(Image: Send), "nothing ties an image to its thread");
        assert!(
            !implements!(Image: Sync),
            "image_resize writes to the image that it takes as const: two threads must not \
             share it"
        );
    }
}

#[cfg(any(c_side, miri))]
mod property {
    use super::helpers::*;
    use super::reference;
    use quickcheck::{Arbitrary, Gen};
    use unsafe_workbook::ex7_image::Image;
    use workbook_support::brief;
    use workbook_support::graded;
    use workbook_support::property::check;

    #[derive(Clone, Debug)]
    struct Picture {
        width: usize,
        height: usize,
        channels: usize,
        pixels: Vec<u8>,
    }

    impl Picture {
        fn image(&self) -> Image {
            image(self.width, self.height, self.channels, &self.pixels)
        }
    }

    impl Arbitrary for Picture {
        fn arbitrary(g: &mut Gen) -> Picture {
            let side = |g: &mut Gen| 1 + usize::from(u8::arbitrary(g)) % g.size();
            let (width, height) = (side(g), side(g));
            let channels = if bool::arbitrary(g) { 3 } else { 1 };
            let pixels = (0..width * height * channels).map(|_| u8::arbitrary(g)).collect();
            Picture { width, height, channels, pixels }
        }
    }

    const SIZE: usize = brief(12, 4);

    fn same(
        seen: (usize, usize, usize, Vec<u8>),
        expected: (usize, usize, usize, Vec<u8>),
    ) -> Result<(), String> {
        if seen == expected {
            Ok(())
        } else {
            Err(format!("it became {seen:?}, expected {expected:?}"))
        }
    }

    #[test]
    fn blur_matches_the_reference() {
        graded!();
        let _alone = alone();
        check(brief(150, 4), SIZE, |(picture, radius): &(Picture, u8)| {
            let radius = usize::from(radius % 7);
            let Picture { width, height, channels, pixels } = picture.clone();
            let mut made = picture.image();
            good(made.blur(radius), "blur");
            let expected = reference::blur(&pixels, width, height, channels, radius);
            same(parts(&made), (width, height, channels, expected))
        });
    }

    #[test]
    fn grayscale_matches_the_reference() {
        graded!();
        let _alone = alone();
        check(brief(150, 4), SIZE, |picture: &Picture| {
            let Picture { width, height, channels, pixels } = picture.clone();
            let mut made = picture.image();
            if channels == 1 {
                return match number(&made.grayscale()) {
                    2 => same(parts(&made), (width, height, channels, pixels)),
                    other => Err(format!("{}, not BadChannels", name(other))),
                };
            }
            good(made.grayscale(), "grayscale");
            same(parts(&made), (width, height, 1, reference::grey(&pixels)))
        });
    }

    #[test]
    fn resize_matches_the_reference() {
        graded!();
        let _alone = alone();
        check(brief(150, 4), SIZE, |(picture, w, h): &(Picture, u8, u8)| {
            let Picture { width, height, channels, pixels } = picture.clone();
            let (w, h) = (1 + usize::from(w % 20), 1 + usize::from(h % 20));
            let made = good(picture.image().resize(w, h), "resize");
            let expected = reference::resize(&pixels, width, height, channels, w, h);
            same(parts(&made), (w, h, channels, expected))
        });
    }

    #[test]
    fn crop_matches_the_reference() {
        graded!();
        let _alone = alone();
        check(brief(300, 4), SIZE, |(picture, rect): &(Picture, (u8, u8, u8, u8))| {
            let rect = [rect.0, rect.1, rect.2, rect.3].map(|side| usize::from(side % 10));
            let [x, y, w, h] = rect;
            let Picture { width, height, channels, pixels } = picture.clone();
            let result = picture.image().crop(x, y, w, h);
            let expected = match (x + w <= width && y + h <= height, w > 0 && h > 0) {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 91,
                // Both reasons hold: either may be given.
                (false, false) => match number(&result) {
                    1 => 1,
                    _ => 91,
                },
            };
            let seen = number(&result);
            if seen != expected {
                return Err(format!("{}, expected {}", name(seen), name(expected)));
            }
            match result {
                Ok(cut) => same(
                    parts(&cut),
                    (w, h, channels, reference::crop(&pixels, width, channels, rect)),
                ),
                Err(_) => Ok(()),
            }
        });
    }

    /// One call that changes an image, or puts a new one in its place.
    #[derive(Clone, Copy, Debug)]
    enum Change {
        Write(u16, u8),
        Blur(u8),
        Grayscale,
        Invert,
        Filter(u8),
        Crop(u8, u8, u8, u8),
        Resize(u8, u8),
    }

    impl Arbitrary for Change {
        fn arbitrary(g: &mut Gen) -> Change {
            let mut byte = || u8::arbitrary(g);
            match byte() % 16 {
                0..=3 => Change::Write(u16::from(byte()) * 7, byte()),
                4..=6 => Change::Blur(byte() % 3),
                7 => Change::Grayscale,
                8 | 9 => Change::Invert,
                10 | 11 => Change::Filter(byte()),
                12 | 13 => Change::Crop(byte(), byte(), byte(), byte()),
                _ => Change::Resize(1 + byte() % 9, 1 + byte() % 9),
            }
        }
    }

    /// Does the same to an image and to what it must be.
    fn apply(change: Change, made: &mut Image, due: &mut Picture) -> Result<(), String> {
        let Picture { width, height, channels, pixels } = due.clone();
        match change {
            Change::Write(at, value) => {
                let at = usize::from(at) % pixels.len();
                made.pixels_mut()[at] = value;
                due.pixels[at] = value;
            }
            Change::Blur(radius) => {
                let radius = usize::from(radius);
                good(made.blur(radius), "blur");
                due.pixels = reference::blur(&pixels, width, height, channels, radius);
            }
            Change::Grayscale if channels == 1 => {
                expect(made.grayscale(), 2, "grayscale of a grey image");
            }
            Change::Grayscale => {
                good(made.grayscale(), "grayscale");
                (due.channels, due.pixels) = (1, reference::grey(&pixels));
            }
            Change::Invert => {
                made.invert();
                due.pixels = pixels.iter().map(|value| 255 - value).collect();
            }
            Change::Filter(by) => {
                let mut wrong = None;
                made.apply_filter(|x, y, pixel: &mut [u8]| {
                    let from = (y * width + x) * channels;
                    if x >= width || y >= height || *pixel != pixels[from..from + channels] {
                        wrong = Some((x, y, pixel.to_vec()));
                    }
                    pixel.rotate_left(channels / 2);
                    pixel[0] = pixel[0].wrapping_add(by);
                });
                if let Some(wrong) = wrong {
                    return Err(format!("the filter was given {wrong:?}, of {due:?}"));
                }
                for pixel in due.pixels.chunks_exact_mut(channels) {
                    pixel.rotate_left(channels / 2);
                    pixel[0] = pixel[0].wrapping_add(by);
                }
            }
            Change::Crop(x, y, w, h) => {
                let (x, y) = (usize::from(x) % width, usize::from(y) % height);
                let w = 1 + usize::from(w) % (width - x);
                let h = 1 + usize::from(h) % (height - y);
                *made = good(made.crop(x, y, w, h), "a rectangle inside of the image");
                (due.width, due.height) = (w, h);
                due.pixels = reference::crop(&pixels, width, channels, [x, y, w, h]);
            }
            Change::Resize(w, h) => {
                let (w, h) = (usize::from(w), usize::from(h));
                *made = good(made.resize(w, h), "resize");
                (due.width, due.height) = (w, h);
                due.pixels = reference::resize(&pixels, width, height, channels, w, h);
            }
        }
        let Picture { width, height, channels, pixels } = due.clone();
        same(parts(made), (width, height, channels, pixels))
    }

    #[test]
    fn any_story_fits_the_model() {
        graded!();
        let _alone = alone();
        check(brief(300, 6), brief(9, 4), |(picture, changes): &(Picture, Vec<Change>)| {
            let mut due = picture.clone();
            let mut made = picture.image();
            for (at, change) in changes.iter().enumerate() {
                apply(*change, &mut made, &mut due)
                    .map_err(|problem| format!("after {:?}: {problem}", &changes[..=at]))?;
            }
            Ok(())
        });
    }

    #[test]
    fn any_bytes_are_parsed_as_the_header_says() {
        graded!();
        let _alone = alone();
        const PIECES: [&[u8]; 12] = [
            b"P5", b"P6", b" ", b"\n", b"#x\n", b"1", b"2", b"3", b"255", b"255\n", b"abcdef",
            b"9",
        ];
        check(brief(3000, 20), 14, |(start, picks): &(bool, Vec<u8>)| {
            let mut bytes = if *start { b"P5 2 1 255\nab".to_vec() } else { b"P6 ".to_vec() };
            for pick in picks {
                match usize::from(*pick) {
                    pick if pick < 200 => bytes.extend_from_slice(PIECES[pick % PIECES.len()]),
                    pick => {
                        let at = pick % bytes.len();
                        bytes[at] = bytes[at].wrapping_add(*picks.last().unwrap());
                    }
                }
            }
            let result = Image::from_bytes(&bytes);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match reference::parse(&bytes) {
                Ok(expected) => match &result {
                    Ok(made) => same(parts(made), expected),
                    Err(_) => Err(format!("{text:?} was refused")),
                },
                Err(_) if result.is_err() => Ok(()),
                Err(_) => Err(format!("{text:?} became an image")),
            }
        });
    }
}

#[cfg(any(c_side, miri))]
mod compile_fail {
    use workbook_support::{graded, ui};

    const MODE: &str = if cfg!(feature = "solutions") { "solutions" } else { "exercises" };

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn wrong_programs_are_refused() {
        graded!();
        ui::assert_refused("ex7", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn filters_cannot_keep_a_pixel() {
        graded!();
        // A signature means something once there is an image.
        drop(super::helpers::image(1, 1, 1, &[1]));
        ui::assert_refused_with_code("ex7", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex7", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        // On the stub, the first call of all says what is missing.
        drop(super::helpers::image(1, 1, 1, &[1]));
        ui::assert_accepted("ex7");
    }
}

#[cfg(any(c_side, miri))]
mod memory {
    use super::helpers::*;
    use unsafe_workbook::ex7_image::Image;
    use workbook_support::audit::scope;
    use workbook_support::brief;
    use workbook_support::cliff::at_the_edge;
    use workbook_support::ledger::{catch_planned, planned_panic};
    use workbook_support::{graded, quiet};

    #[test]
    fn nothing_behind_the_input_is_read() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            let file = b"P6 2 1 255 abcdef";
            for len in 0..=file.len() {
                at_the_edge(&file[..len], |bytes| {
                    let made = Image::from_bytes(bytes);
                    assert_eq!(made.is_ok(), len == file.len(), "{len} bytes of a file");
                });
            }
        });
    }

    #[test]
    fn every_image_is_freed_once() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            let first = image(2, 2, 3, &values(12));
            let second = good(Image::from_bytes(b"P5 1 1 255 a"), "a small file");
            assert_eq!(image_live(), 2, "expected two images");
            let moved = Box::new(first);
            drop(second);
            assert_eq!(image_live(), 1, "expected drop to free one image, a move none");
            drop(moved);
        });
    }

    #[test]
    fn many_images_live_at_once() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            // More than a number of eight or of sixteen bits can tell apart.
            let count = brief(66_000, 20);
            let images: Vec<Image> =
                (0..count).map(|n: usize| image(1, 1, 1, &[n as u8])).collect();
            for (n, made) in images.iter().enumerate() {
                let pixels: &[u8] = made.pixels();
                assert!(pixels == [n as u8], "image {n} of {count} is another one: {pixels:?}");
            }
        });
    }

    #[test]
    fn derived_images_are_freed_once() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            let source = image(4, 4, 3, &values(48));
            let mut resized = good(source.resize(7, 3), "resize");
            let cropped = good(source.crop(1, 1, 2, 2), "crop");
            assert_eq!(image_live(), 3, "expected the source and two images made from it");
            drop(source);
            good(resized.grayscale(), "grayscale");
            good(resized.blur(2), "blur");
            assert_eq!(image_live(), 2, "expected grayscale and blur to work in place");
            assert_eq!(parts(&resized).3.len(), 21, "expected an image that stands alone");
            assert_eq!(parts(&cropped).3.len(), 12, "expected an image that stands alone");
        });
    }

    #[test]
    fn errors_leave_no_image_behind() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            let made = image(2, 2, 1, &values(4));
            assert!(Image::new(0, 0, 1).is_err(), "no pixels");
            assert!(Image::from_bytes(b"P6 2 2 255 short").is_err(), "too short");
            assert!(made.resize(0, 3).is_err(), "no pixels");
            assert!(made.crop(0, 0, 0, 0).is_err(), "no pixels");
            assert!(made.crop(1, 1, 2, 2).is_err(), "outside of the image");
            assert!(Image::load("a\0b").is_err(), "a NUL in the path");
            if !cfg!(miri) {
                assert!(Image::load("no/such/file").is_err(), "no file");
                assert!(made.save("no/such/folder/a.pgm").is_err(), "no folder");
            }
        });
    }

    #[test]
    fn nothing_is_left_on_the_heap_of_rust() {
        graded!();
        let _alone = alone();
        let work = || {
            let mut made = good(Image::from_bytes(b"P6 2 1 255 abcdef"), "a small file");
            good(made.blur(1), "blur");
            good(made.grayscale(), "grayscale");
            made.invert();
            made.apply_filter(|x, y, pixel: &mut [u8]| pixel[0] = (x + y) as u8);
            catch_planned(|| made.apply_filter(|_, _, _| planned_panic()));
            drop((made.crop(0, 0, 1, 1), made.resize(3, 3), made.crop(9, 9, 9, 9)));
            assert!(Image::load("a\0b").is_err(), "a NUL in the path");
            assert!(made.save("a\0b").is_err(), "a NUL in the path");
            if !cfg!(miri) {
                let path = place("heap.pgm");
                good(made.save(&path), "a file that can be written");
                drop(good(Image::load(&path), "the file that was just written"));
                std::fs::remove_file(&path).expect("the file can be removed");
                assert!(Image::load("no/such/file").is_err(), "no file");
                assert!(made.save("no/such/folder/a.pgm").is_err(), "no folder");
            }
        };
        // What is set up once is not the subject.
        work();
        let ((), report) = scope(work);
        report.assert_clean();
    }

    #[test]
    fn a_panicking_filter_frees_nothing_twice() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            let mut made = image(2, 2, 1, &values(4));
            let result = quiet::catch(move || made.apply_filter(|_, _, _| panic!("at once")));
            assert!(result.is_err(), "expected the panic of the filter to reach the caller");
        });
    }

    /// Lets this process have no more than a few megabytes on top of what it has.
    #[cfg(all(target_os = "linux", target_pointer_width = "64", not(miri)))]
    fn leave_little_memory() {
        #[repr(C)]
        struct Limits {
            now: u64,
            most: u64,
        }
        // SAFETY: the declarations repeat POSIX, with the types of 64-bit Linux.
        unsafe extern "C" {
            fn getrlimit(resource: i32, limits: *mut Limits) -> i32;
            fn setrlimit(resource: i32, limits: *const Limits) -> i32;
        }
        const RLIMIT_AS: i32 = 9;
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
        let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
        let kilobytes = size.and_then(|size| size.split_whitespace().next());
        let kilobytes: u64 = kilobytes.and_then(|n| n.parse().ok()).expect("a size in kB");
        let mut limits = Limits { now: 0, most: 0 };
        // SAFETY: both structs live until after the calls.
        let done = unsafe {
            let known = getrlimit(RLIMIT_AS, &raw mut limits);
            limits.now = (kilobytes << 10) + (8 << 20);
            known + setrlimit(RLIMIT_AS, &raw const limits)
        };
        assert_eq!(done, 0, "expected the limit of this process to be set");
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
    fn missing_memory_is_an_error() {
        graded!();
        let _alone = alone();
        drop(good(Image::new(1, 1, 1), "a small image"));
        // In a process of its own, where memory can be made scarce, and only on the
        // system where that is known to work.
        #[cfg(all(target_os = "linux", target_pointer_width = "64", not(miri)))]
        {
            use workbook_support::child::{Ending, run_refusing};
            use workbook_support::{c_heap, test_path};
            const SIDE: usize = 1 << 13;
            type Call = fn(&mut Image) -> i32;
            let calls: [(&str, Call); 4] = [
                ("new", |_| number(&Image::new(SIDE, SIDE, 1))),
                ("resize", |made| number(&made.resize(SIDE, SIDE))),
                ("blur", |made| number(&made.blur(1))),
                ("grayscale", |made| number(&made.grayscale())),
            ];
            // A checker that replaces the heap ends the process instead.
            if c_heap::bytes_in_use().is_none() {
                return;
            }
            for (at, (call, work)) in calls.into_iter().enumerate() {
                // No request of Rust is refused: this number only names the call.
                let ending = run_refusing(test_path!(), usize::MAX - at, || {
                    let mut made = good(Image::new(SIDE, SIDE, 3), "a larger image");
                    leave_little_memory();
                    let seen = work(&mut made);
                    assert!(seen == 3, "expected NoMemory, saw {}", name(seen));
                    let seen = (made.width(), made.height(), made.channels());
                    assert_eq!(seen, (SIDE, SIDE, 3), "expected an error to change nothing");
                });
                match ending {
                    // Rust itself asked for the memory: then that is the way it ends.
                    Ending::Returned | Ending::AllocError => {}
                    Ending::Panicked(text) | Ending::Other(text) => {
                        panic!("{call} without memory: {text}")
                    }
                }
            }
        }
    }

    /// Takes an image along whether or not it is `Send`: that it is, is the
    /// subject of another test.
    struct Carried(Image);
    // SAFETY: image.h lets different threads use different images.
    unsafe impl Send for Carried {}

    impl Carried {
        fn unpack(self) -> Image {
            self.0
        }
    }

    #[test]
    fn an_image_works_and_ends_on_another_thread() {
        graded!();
        let _alone = alone();
        leaves_no_image(|| {
            let carried = Carried(image(2, 1, 3, &[1, 2, 3, 4, 5, 6]));
            let worker = std::thread::spawn(move || {
                let mut moved = carried.unpack();
                moved.invert();
                parts(&moved).3
            });
            let seen = worker.join().expect("the thread ends without a panic");
            assert_eq!(seen, [254, 253, 252, 251, 250, 249], "expected the image to arrive");
        });
    }
}
