//! design: files are read and written in Rust, C parses; crop by apply_filter; an out-pointer that is a MaybeUninit; errors with details

use std::ffi::c_int;
use std::fmt;
use std::path::Path;
use std::ptr::NonNull;
use std::slice;

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
    fn image_parse(bytes: *const u8, count: usize, out: *mut *mut RawImage) -> c_int;
    fn image_resize(
        image: *const RawImage,
        width: usize,
        height: usize,
        out: *mut *mut RawImage,
    ) -> c_int;
    fn image_blur(image: *mut RawImage, radius: usize) -> c_int;
    fn image_grayscale(image: *mut RawImage) -> c_int;
    fn image_width(image: *const RawImage) -> usize;
    fn image_height(image: *const RawImage) -> usize;
    fn image_channels(image: *const RawImage) -> usize;
    fn image_pixels(image: *mut RawImage) -> *mut u8;
    fn image_free(image: *mut RawImage);
}

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
    BadPath,
    OutOfBounds,
    Io(std::io::ErrorKind),
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
            ImageError::Io(kind) => write!(f, "{kind}"),
            ImageError::BadPath => f.write_str("the path cannot be handed to C"),
            ImageError::OutOfBounds => f.write_str("the rectangle leaves the image"),
            ImageError::Unknown(status) => write!(f, "unknown status {status}"),
        }
    }
}

impl std::error::Error for ImageError {}

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

pub struct Image {
    raw: NonNull<RawImage>,
}

// SAFETY: the header lets different threads use different images, and an image.
unsafe impl Send for Image {}

impl Image {
    pub fn new(width: usize, height: usize, channels: usize) -> Result<Image, ImageError> {
        // SAFETY: `out` may be written; C checks the numbers, their product.
        Image::receive(|out| unsafe { image_create(width, height, channels, out) })
    }

    pub fn load<P>(path: P) -> Result<Image, ImageError>
    where
        P: AsRef<Path>,
    {
        match std::fs::read(path) {
            Ok(bytes) => Image::from_bytes(&bytes),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
                Err(ImageError::BadPath)
            }
            Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
                Err(ImageError::Io(error.kind()))
            }
            Err(_) => Err(ImageError::CannotOpen),
        }
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Image, ImageError> {
        // SAFETY: pointer and length come from one slice; `out` may be written.
        Image::receive(|out| unsafe { image_parse(bytes.as_ptr(), bytes.len(), out) })
    }

    pub fn save<P: AsRef<Path>>(&self, path: P) -> Result<(), ImageError> {
        use std::io::Write;
        let kind = if self.channels() == 1 { 5 } else { 6 };
        let mut file = match std::fs::File::create(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
                return Err(ImageError::BadPath);
            }
            Err(_) => return Err(ImageError::CannotOpen),
        };
        write!(file, "P{kind}\n{} {}\n255\n", self.width(), self.height())
            .and_then(|()| file.write_all(self.pixels()))
            .and_then(|()| file.flush())
            .map_err(|_| ImageError::CannotWrite)
    }

    pub fn blur(&mut self, radius: usize) -> Result<(), ImageError> {
        // SAFETY: the image exists (INV-1); the pixels move, and `&mut self` says.
        check(unsafe { image_blur(self.raw.as_ptr(), radius) })
    }

    pub fn grayscale(&mut self) -> Result<(), ImageError> {
        // SAFETY: as for `blur`.
        check(unsafe { image_grayscale(self.raw.as_ptr()) })
    }

    pub fn resize(&self, width: usize, height: usize) -> Result<Image, ImageError> {
        // SAFETY: the image exists (INV-1); C writes to its table, and no other.
        Image::receive(|out| unsafe { image_resize(self.raw.as_ptr(), width, height, out) })
    }

    pub fn width(&self) -> usize {
        // SAFETY: the image exists (INV-1).
        unsafe { image_width(self.raw.as_ptr()) }
    }

    pub fn height(&self) -> usize {
        // SAFETY: the image exists (INV-1).
        unsafe { image_height(self.raw.as_ptr()) }
    }

    pub fn channels(&self) -> usize {
        // SAFETY: the image exists (INV-1).
        unsafe { image_channels(self.raw.as_ptr()) }
    }

    fn size(&self) -> usize {
        self.width() * self.height() * self.channels()
    }

    pub fn pixels(&self) -> &[u8] {
        // SAFETY: by the invariants of the type.
        unsafe { slice::from_raw_parts(image_pixels(self.raw.as_ptr()), self.size()) }
    }

    pub fn pixels_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `pixels`; and nobody else reaches the pixels, since the.
        unsafe { slice::from_raw_parts_mut(image_pixels(self.raw.as_ptr()), self.size()) }
    }

    pub fn invert(&mut self) {
        for value in self.pixels_mut() {
            *value = !*value;
        }
    }

    pub fn crop(
        &self,
        x: usize,
        y: usize,
        width: usize,
        height: usize,
    ) -> Result<Image, ImageError> {
        if width > self.width() || height > self.height() {
            return Err(ImageError::OutOfBounds);
        }
        if x > self.width() - width || y > self.height() - height {
            return Err(ImageError::OutOfBounds);
        }
        let mut made = Image::new(width, height, self.channels())?;
        let all: Vec<&[u8]> = self.pixels().chunks(self.channels()).collect();
        made.apply_filter(|to_x, to_y, pixel| {
            pixel.copy_from_slice(all[(y + to_y) * self.width() + x + to_x]);
        });
        Ok(made)
    }

    pub fn apply_filter(&mut self, mut filter: impl FnMut(usize, usize, &mut [u8])) {
        let (width, channels) = (self.width(), self.channels());
        for (i, pixel) in self.pixels_mut().chunks_exact_mut(channels).enumerate() {
            filter(i % width, i / width, pixel);
        }
    }

    fn receive(make: impl FnOnce(*mut *mut RawImage) -> c_int) -> Result<Image, ImageError> {
        let mut raw = std::mem::MaybeUninit::uninit();
        check(make(raw.as_mut_ptr()))?;
        // SAFETY: C writes it whatever the status.
        let raw = unsafe { raw.assume_init() };
        NonNull::new(raw).map(|raw| Image { raw }).ok_or(ImageError::NoMemory)
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // SAFETY: nobody frees the image but we, here, once (INV-1).
        unsafe { image_free(self.raw.as_ptr()) };
    }
}
