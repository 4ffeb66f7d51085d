//! defect: from_bytes makes a copy for C with one byte more than there is
//! class: memory
//! stage: stable
//! shows: a file at the end of memory ends in a segmentation fault
//! caught_by: memory::nothing_behind_the_input_is_read

use std::ffi::{CString, c_char, c_int};
use std::fmt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::slice;

/// The C side of an image.
#[repr(C)]
struct RawImage {
    _fields: [u8; 0],
}

// SAFETY: the declarations repeat csrc/image/image.h.
unsafe extern "C" {
    fn image_create(
        width: usize,
        height: usize,
        channels: usize,
        out: *mut *mut RawImage,
    ) -> c_int;
    fn image_load(path: *const c_char, out: *mut *mut RawImage) -> c_int;
    fn image_parse(bytes: *const u8, count: usize, out: *mut *mut RawImage) -> c_int;
    fn image_resize(
        image: *const RawImage,
        width: usize,
        height: usize,
        out: *mut *mut RawImage,
    ) -> c_int;
    fn image_save(image: *const RawImage, path: *const c_char) -> c_int;
    fn image_blur(image: *mut RawImage, radius: usize) -> c_int;
    fn image_grayscale(image: *mut RawImage) -> c_int;
    fn image_width(image: *const RawImage) -> usize;
    fn image_height(image: *const RawImage) -> usize;
    fn image_channels(image: *const RawImage) -> usize;
    fn image_pixels(image: *mut RawImage) -> *mut u8;
    fn image_free(image: *mut RawImage);
}

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

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImageError::BadSize => f.write_str("a side is 0, or the image is too large"),
            ImageError::BadChannels => f.write_str("the number of channels does not fit"),
            ImageError::NoMemory => f.write_str("out of memory"),
            ImageError::CannotOpen => f.write_str("the file cannot be opened"),
            ImageError::BadFormat => f.write_str("the file is neither PGM nor PPM"),
            ImageError::Truncated => f.write_str("the file ends too early"),
            ImageError::CannotWrite => f.write_str("the file cannot be written"),
            ImageError::BadPath => f.write_str("the path cannot be handed to C"),
            ImageError::OutOfBounds => f.write_str("the rectangle leaves the image"),
            ImageError::Unknown(status) => write!(f, "unknown status {status}"),
        }
    }
}

impl std::error::Error for ImageError {}

/// `Ok` for `IMAGE_OK`, the error of that number otherwise.
fn check(status: c_int) -> Result<(), ImageError> {
    Err(match status {
        0 => return Ok(()),
        1 => ImageError::BadSize,
        2 => ImageError::BadChannels,
        3 => ImageError::NoMemory,
        4 => ImageError::CannotOpen,
        5 => ImageError::BadFormat,
        6 => ImageError::Truncated,
        7 => ImageError::CannotWrite,
        other => ImageError::Unknown(other),
    })
}

/// A path as C wants it. On Unix any bytes but NUL; elsewhere UTF-8.
fn c_path(path: &Path) -> Result<CString, ImageError> {
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    #[cfg(not(unix))]
    let bytes = path.to_str().ok_or(ImageError::BadPath)?.as_bytes();
    CString::new(bytes).map_err(|_| ImageError::BadPath)
}

/// An image, owned.
pub struct Image {
    /// Not null and ours alone (INV-1).
    raw: NonNull<RawImage>,
}

// SAFETY: the header lets different threads use different images, and an image
// belongs to no thread: who owns it may take it along. (It is not `Sync`: C
// writes to images that it takes as `const`.)
unsafe impl Send for Image {}

impl Image {
    /// A black image; `channels` is 1 or 3.
    ///
    /// # Errors
    ///
    /// What image.h says of `image_create`.
    pub fn new(width: usize, height: usize, channels: usize) -> Result<Image, ImageError> {
        // SAFETY: `out` may be written; C checks the numbers, their product
        // included.
        Image::receive(|out| unsafe { image_create(width, height, channels, out) })
    }

    /// Reads a PGM or PPM file.
    ///
    /// # Errors
    ///
    /// What image.h says of `image_load`; `BadPath` for a path with a NUL.
    pub fn load(path: impl AsRef<Path>) -> Result<Image, ImageError> {
        let path = c_path(path.as_ref())?;
        // SAFETY: `path` ends in NUL and lives until after the call; `out` may be
        // written.
        Image::receive(|out| unsafe { image_load(path.as_ptr(), out) })
    }

    /// Reads the bytes of a PGM or PPM file.
    ///
    /// # Errors
    ///
    /// What image.h says of `image_parse`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Image, ImageError> {
        // SAFETY: the bytes, and the one that ends them.
        let copy = unsafe { slice::from_raw_parts(bytes.as_ptr(), bytes.len() + 1) }.to_vec();
        // SAFETY: pointer and length come from one vector; `out` may be written.
        Image::receive(|out| unsafe { image_parse(copy.as_ptr(), bytes.len(), out) })
    }

    /// Writes a PGM or PPM file.
    ///
    /// # Errors
    ///
    /// What image.h says of `image_save`; `BadPath` for a path with a NUL.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), ImageError> {
        let path = c_path(path.as_ref())?;
        // SAFETY: the image exists (INV-1); `path` ends in NUL and lives until
        // after the call.
        check(unsafe { image_save(self.raw.as_ptr(), path.as_ptr()) })
    }

    /// Replaces each value by the mean of those around it.
    ///
    /// # Errors
    ///
    /// `NoMemory`; the image is then as it was.
    pub fn blur(&mut self, radius: usize) -> Result<(), ImageError> {
        // SAFETY: the image exists (INV-1); the pixels move, and `&mut self` says
        // that no slice of them is alive.
        check(unsafe { image_blur(self.raw.as_ptr(), radius) })
    }

    /// Turns RGB into one channel.
    ///
    /// # Errors
    ///
    /// `BadChannels` for a grey image, `NoMemory`; the image is then as it was.
    pub fn grayscale(&mut self) -> Result<(), ImageError> {
        // SAFETY: as for `blur`.
        check(unsafe { image_grayscale(self.raw.as_ptr()) })
    }

    /// A copy of another size: each pixel is the one at the same relative place.
    ///
    /// # Errors
    ///
    /// What image.h says of `image_resize`.
    pub fn resize(&self, width: usize, height: usize) -> Result<Image, ImageError> {
        // SAFETY: the image exists (INV-1); C writes to its table, and no other
        // thread uses the image, since it is not `Sync`; `out` may be written.
        Image::receive(|out| unsafe { image_resize(self.raw.as_ptr(), width, height, out) })
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        // SAFETY: the image exists (INV-1).
        unsafe { image_width(self.raw.as_ptr()) }
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        // SAFETY: the image exists (INV-1).
        unsafe { image_height(self.raw.as_ptr()) }
    }

    /// 1 or 3.
    pub fn channels(&self) -> usize {
        // SAFETY: the image exists (INV-1).
        unsafe { image_channels(self.raw.as_ptr()) }
    }

    /// The size of the pixels in bytes. It does not overflow (INV-2).
    fn size(&self) -> usize {
        self.width() * self.height() * self.channels()
    }

    /// All values, row by row, the channels of a pixel side by side.
    pub fn pixels(&self) -> &[u8] {
        // SAFETY:
        // - `size` initialised bytes (INV-2), at most `isize::MAX`: C's limit;
        // - they stay and do not change while the slice lives: it borrows `self`,
        //   and everything that moves or writes them takes `&mut self`.
        unsafe { slice::from_raw_parts(image_pixels(self.raw.as_ptr()), self.size()) }
    }

    /// The same, to be written.
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `pixels`; and nobody else reaches the pixels, since the
        // slice borrows `self` mutably.
        unsafe { slice::from_raw_parts_mut(image_pixels(self.raw.as_ptr()), self.size()) }
    }

    /// Replaces each value `v` by `255 - v`.
    pub fn invert(&mut self) {
        for value in self.pixels_mut() {
            *value = !*value;
        }
    }

    /// A copy of the rectangle whose upper left corner is at (`x`, `y`).
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
        let inside = |from: usize, len: usize, limit: usize| {
            // `from + len` may overflow; then it is no place in any image.
            from.checked_add(len).is_some_and(|end| end <= limit)
        };
        if !inside(x, width, self.width()) || !inside(y, height, self.height()) {
            return Err(ImageError::OutOfBounds);
        }
        let channels = self.channels();
        let mut made = Image::new(width, height, channels)?;
        let (from, stride) = (self.pixels(), self.width() * channels);
        let to = made.pixels_mut();
        for (row, line) in to.chunks_exact_mut(width * channels).enumerate() {
            let start = (y + row) * stride + x * channels;
            line.copy_from_slice(&from[start..start + line.len()]);
        }
        Ok(made)
    }

    /// Lets `filter` change every pixel: it is given x, y and the channels.
    pub fn apply_filter(&mut self, mut filter: impl FnMut(usize, usize, &mut [u8])) {
        let (width, channels) = (self.width(), self.channels());
        // PANICS HERE: `filter` may. Every value is a byte at every moment, so the
        // image is whole, only partly changed.
        for (i, pixel) in self.pixels_mut().chunks_exact_mut(channels).enumerate() {
            filter(i % width, i / width, pixel);
        }
    }

    /// Takes over the image that `make` puts into `out`.
    fn receive(make: impl FnOnce(*mut *mut RawImage) -> c_int) -> Result<Image, ImageError> {
        let mut raw = ptr::null_mut();
        check(make(&mut raw))?;
        // C says OK: the image is there, and ours (INV-1). Were it not, this is no
        // place for undefined behaviour.
        NonNull::new(raw).map(|raw| Image { raw }).ok_or(ImageError::NoMemory)
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // SAFETY: nobody frees the image but we, here, once (INV-1).
        unsafe { image_free(self.raw.as_ptr()) };
    }
}
