//@ run: ok
//@ c: ffi/image.c
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
mod raw {
    #[repr(C)]
    pub struct Image {
        _data: [u8; 0],
        _marker: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)>,
    }

    // SAFETY: the declarations are those of image.c.
    unsafe extern "C" {
        pub fn image_new(width: u32, height: u32) -> *mut Image;
        pub fn image_data(image: *mut Image) -> *mut u8;
        pub fn image_free(image: *mut Image);
        pub safe fn image_live() -> core::ffi::c_long;
    }
}

/// An image of grey pixels.
///
/// - INV-1: `ptr` came from `image_new(width, height)` and is ours alone.
pub struct Image {
    ptr: std::ptr::NonNull<raw::Image>,
    width: u32,
    height: u32,
}

impl Image {
    pub fn new(width: u32, height: u32) -> Option<Self> {
        // The product must fit a slice of this side, too.
        isize::try_from(u64::from(width) * u64::from(height)).ok()?;
        // SAFETY: any numbers are allowed; null means no.
        let ptr = std::ptr::NonNull::new(unsafe { raw::image_new(width, height) })?;
        Some(Image { ptr, width, height })
    }

    pub fn pixels_mut(&mut self) -> &mut [u8] {
        let len = self.width as usize * self.height as usize;
        // SAFETY: INV-1: `len` bytes, initialised by calloc, alive as long as the
        // image, and borrowed from it uniquely.
        unsafe { std::slice::from_raw_parts_mut(raw::image_data(self.ptr.as_ptr()), len) }
    }

    /// The pixel at `x`, `y`.
    pub fn get(&mut self, x: u32, y: u32) -> Option<u8> {
        let inside = x < self.width && y < self.height;
        let index = y as usize * self.width as usize + x as usize;
        inside.then(|| self.pixels_mut()[index])
    }

    /// The part of `width` by `height` pixels at `x`, `y`.
    pub fn crop(&mut self, x: u32, y: u32, width: u32, height: u32) -> Option<Image> {
        let right = x.checked_add(width)?;
        let bottom = y.checked_add(height)?;
        if right > self.width || bottom > self.height {
            return None;
        }
        let mut part = Image::new(width, height)?;
        let stride = self.width as usize;
        let source = self.pixels_mut();
        let rows = part.pixels_mut().chunks_exact_mut(width as usize);
        for (row, target) in rows.enumerate() {
            let start = (y as usize + row) * stride + x as usize;
            target.copy_from_slice(&source[start..start + width as usize]);
        }
        Some(part)
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // SAFETY: INV-1; freed once, by C.
        unsafe { raw::image_free(self.ptr.as_ptr()) };
    }
}

fn main() {
    let mut image = Image::new(4, 2).unwrap();
    image.pixels_mut().copy_from_slice(&[0, 1, 2, 3, 4, 5, 6, 7]);
    let mut part = image.crop(1, 0, 2, 2).unwrap();
    println!("{:?} {:?}", part.pixels_mut(), image.get(3, 1));
    println!("{}", image.crop(u32::MAX, 0, 2, 1).is_none());
    println!("{}", Image::new(0, 4).is_none());
    drop((image, part));
    println!("{} images alive", raw::image_live());
}
// ANCHOR_END: all
