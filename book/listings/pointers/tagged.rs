//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ptr::NonNull;

/// A pointer to a `T`, and one bit, in one word.
///
/// - INV-1: without its lowest bit, `word` came from `Box::into_raw`.
struct Tagged<T> {
    word: NonNull<T>,
}

impl<T> Tagged<T> {
    /// The lowest bit of an address is free where the alignment is at least 2.
    const ALIGNED: () = assert!(align_of::<T>() >= 2);

    fn new(value: T, tag: bool) -> Self {
        let () = Self::ALIGNED;
        let ptr = Box::into_raw(Box::new(value));
        let word = ptr.map_addr(|address| address | usize::from(tag));
        // SAFETY: `ptr` is not null, and no bit was taken away.
        Tagged { word: unsafe { NonNull::new_unchecked(word) } }
    }

    fn tag(&self) -> bool {
        self.word.addr().get() & 1 == 1
    }

    fn ptr(&self) -> *mut T {
        self.word.as_ptr().map_addr(|address| address & !1)
    }
}

impl<T> Drop for Tagged<T> {
    fn drop(&mut self) {
        // SAFETY: INV-1; `drop` runs once.
        drop(unsafe { Box::from_raw(self.ptr()) });
    }
}

fn main() {
    let tagged = Tagged::new(7u32, true);
    // SAFETY: INV-1.
    println!("{} {}", tagged.tag(), unsafe { *tagged.ptr() });
}
// ANCHOR_END: all
