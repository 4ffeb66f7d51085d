//! Rust in place of csrc/image/image.c, for Miri, on top of the suite's own
//! reference. Files cannot be had under Miri: loading and saving fail.
//!
//! # Safety
//!
//! The functions trust their caller, as C does: what a caller gets wrong is
//! reported by Miri. Each `unsafe fn` asks, where it has such an argument:
//!
//! - CALLER-1: `image` came from one of these functions and was not freed, and
//!   nobody else uses it during the call. `image_free` takes null, too.
//! - CALLER-2: a pointer can be written to `out`.
//! - CALLER-3: `bytes` leads to `count` bytes that nobody writes during the call.

use std::ffi::c_int;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use super::reference;

struct CImage {
    width: usize,
    height: usize,
    channels: usize,
    pixels: Vec<u8>,
    /// Written by `image_resize`, as the table of the C library is.
    table: usize,
}

static LIVE: AtomicUsize = AtomicUsize::new(0);
static ANSWER: AtomicI32 = AtomicI32::new(0);

/// From now on every function with a status does nothing and answers with this
/// one; with 0 all is as before.
pub fn answer(status: i32) {
    ANSWER.store(status, Ordering::SeqCst);
}

/// The status to answer with, whatever was asked.
fn answered() -> Option<c_int> {
    Some(ANSWER.load(Ordering::SeqCst)).filter(|status| *status != 0)
}

unsafe fn deliver(
    made: Result<(usize, usize, usize, Vec<u8>), c_int>,
    out: *mut *mut CImage,
) -> c_int {
    let (image, status) = match answered().map_or(made, Err) {
        Ok((width, height, channels, pixels)) => {
            LIVE.fetch_add(1, Ordering::SeqCst);
            let image = CImage { width, height, channels, pixels, table: 0 };
            (Box::into_raw(Box::new(image)), 0)
        }
        Err(status) => (std::ptr::null_mut(), status),
    };
    // SAFETY: `out` can be written (CALLER-2).
    unsafe { out.write(image) };
    status
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_create(
    width: usize,
    height: usize,
    channels: usize,
    out: *mut *mut CImage,
) -> c_int {
    let made = reference::size(width, height, channels)
        .map(|size| (width, height, channels, vec![0; size]));
    // SAFETY: `out` can be written (CALLER-2).
    unsafe { deliver(made, out) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_parse(
    bytes: *const u8,
    count: usize,
    out: *mut *mut CImage,
) -> c_int {
    // SAFETY: `bytes` leads to `count` bytes (CALLER-3), `out` can be written (CALLER-2).
    unsafe { deliver(reference::parse(std::slice::from_raw_parts(bytes, count)), out) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_load(_path: *const u8, out: *mut *mut CImage) -> c_int {
    // SAFETY: `out` can be written (CALLER-2).
    unsafe { deliver(Err(4), out) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_save(_image: *const CImage, _path: *const u8) -> c_int {
    4
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_resize(
    image: *mut CImage,
    width: usize,
    height: usize,
    out: *mut *mut CImage,
) -> c_int {
    // SAFETY: `image` is live and used here alone (CALLER-1), `out` can be written
    // (CALLER-2).
    unsafe {
        (*image).table = width;
        let (w, h, c) = ((*image).width, (*image).height, (*image).channels);
        let made = reference::size(width, height, c).map(|_| {
            let pixels = reference::resize(&(*image).pixels, w, h, c, width, height);
            (width, height, c, pixels)
        });
        deliver(made, out)
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_blur(image: *mut CImage, radius: usize) -> c_int {
    if let Some(status) = answered() {
        return status;
    }
    // SAFETY: `image` is live and used here alone (CALLER-1).
    let image = unsafe { &mut *image };
    image.pixels =
        reference::blur(&image.pixels, image.width, image.height, image.channels, radius);
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_grayscale(image: *mut CImage) -> c_int {
    if let Some(status) = answered() {
        return status;
    }
    // SAFETY: `image` is live and used here alone (CALLER-1).
    let image = unsafe { &mut *image };
    if image.channels != 3 {
        return 2;
    }
    image.pixels = reference::grey(&image.pixels);
    image.channels = 1;
    0
}

macro_rules! getters {
    ($($name:ident $field:ident),*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(image: *const CImage) -> usize {
            // SAFETY: `image` is live (CALLER-1).
            unsafe { (*image).$field }
        }
    )*};
}
getters!(image_width width, image_height height, image_channels channels);

#[unsafe(no_mangle)]
unsafe extern "C" fn image_pixels(image: *mut CImage) -> *mut u8 {
    // SAFETY: `image` is live (CALLER-1). The vector's own pointer, without a
    // reference to the pixels that would end older ones.
    unsafe { (*(&raw mut (*image).pixels)).as_mut_ptr() }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn image_free(image: *mut CImage) {
    if !image.is_null() {
        // SAFETY: `image` is live and used here alone (CALLER-1), and its owner ends here.
        drop(unsafe { Box::from_raw(image) });
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[unsafe(no_mangle)]
extern "C" fn image_live() -> usize {
    LIVE.load(Ordering::SeqCst)
}
