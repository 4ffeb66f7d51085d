//! # Exercise 7: a safe wrapper of a C image library
//!
//! Goal: an `Image` that safe code cannot misuse, on top of `csrc/image/image.h`.
//!
//! Read that header first: it says who owns what, how long the pixels stay where
//! they are, which errors there are, and what threads may do.
//!
//! Rules that the tests check:
//!
//! - Every image is freed once, whatever happens; an error leaves nothing behind
//!   and changes nothing.
//! - Every status of the header becomes the error of its name. No size and no
//!   rectangle may panic, and none may wrap around to something that fits.
//! - A slice of pixels cannot outlive its image, nor a call that moves the pixels.
//! - A path is any bytes but NUL on Unix, and UTF-8 elsewhere.
//! - Whether `Image` is `Send` and `Sync` follows from the header.
//!
//! Work through the TODOs in order and run `just check ex7` after each one.
//! Stuck? `just hint ex7`.
#![allow(unused_variables, dead_code, reason = "stub: delete this line when you start")]

use std::marker::PhantomData;
use std::path::Path;

// TODO(ex7.1): declare the functions of image.h in an `unsafe extern "C"` block,
// with an opaque type for `struct image`.

/// Why there is no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageError {
    BadSize,
    BadChannels,
    NoMemory,
    CannotOpen,
    BadFormat,
    Truncated,
    CannotWrite,
    /// The path contains a NUL, or cannot be handed to C.
    BadPath,
    /// The rectangle does not lie inside of the image.
    OutOfBounds,
    /// A status that image.h does not list.
    Unknown(i32),
}

/// An image, owned.
pub struct Image {
    // TODO(ex7.2): the pointer that C gave you. Which invariants does it keep? Free
    // it in `Drop`.
    _raw: PhantomData<*mut u8>,
}

// TODO(ex7.9): is an image `Send`, is it `Sync`? The header has the answer.

impl Image {
    /// A black image; `channels` is 1 or 3. By `image_create`.
    pub fn new(width: usize, height: usize, channels: usize) -> Result<Image, ImageError> {
        todo!("ex7.2: let C create it; status and `out` together say what came of it")
    }

    /// Reads a PGM or PPM file. By `image_load`.
    pub fn load(path: impl AsRef<Path>) -> Result<Image, ImageError> {
        todo!("ex7.4: hand C a path that ends in NUL")
    }

    /// Reads the bytes of a PGM or PPM file. By `image_parse`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Image, ImageError> {
        todo!("ex7.4: hand C pointer and length")
    }

    /// Writes a PGM or PPM file. By `image_save`.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), ImageError> {
        todo!("ex7.4: hand C a path that ends in NUL")
    }

    /// Replaces each value by the mean of those around it. By `image_blur`.
    pub fn blur(&mut self, radius: usize) -> Result<(), ImageError> {
        todo!("ex7.5: let C blur, look at the status")
    }

    /// Turns RGB into one channel. By `image_grayscale`.
    pub fn grayscale(&mut self) -> Result<(), ImageError> {
        todo!("ex7.5: let C do it, look at the status")
    }

    /// A copy of another size. By `image_resize`.
    pub fn resize(&self, width: usize, height: usize) -> Result<Image, ImageError> {
        todo!("ex7.5: an image of its own")
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        todo!("ex7.3: ask C")
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        todo!("ex7.3: ask C")
    }

    /// 1 or 3.
    pub fn channels(&self) -> usize {
        todo!("ex7.3: ask C")
    }

    /// All values, row by row, the channels of a pixel side by side.
    pub fn pixels(&self) -> &[u8] {
        todo!("ex7.3: a slice: how long is it, and how long does it live?")
    }

    /// The same, to be written.
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        todo!("ex7.3: a slice that nobody else reads or writes")
    }

    /// Replaces each value `v` by `255 - v`. In Rust.
    pub fn invert(&mut self) {
        todo!("ex7.6: needs no unsafe code")
    }

    /// A copy of the rectangle whose upper left corner is at (`x`, `y`). In Rust.
    ///
    /// # Errors
    ///
    /// `OutOfBounds` when it does not lie inside of the image, `BadSize` when it
    /// has no pixel.
    pub fn crop(
        &self,
        x: usize,
        y: usize,
        width: usize,
        height: usize,
    ) -> Result<Image, ImageError> {
        todo!("ex7.7: what if `x + width` overflows?")
    }

    /// Lets `filter` change every pixel: it is given x, y and the channels. In Rust.
    pub fn apply_filter(&mut self, filter: impl FnMut(usize, usize, &mut [u8])) {
        todo!("ex7.8: needs no unsafe code")
    }
}
