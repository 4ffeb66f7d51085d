//! Input that ends where memory ends: who reads one byte too many, falls.
//!
//! What lies behind a slice is mostly memory as well, and reading it goes
//! unnoticed. Here it is a page that nobody may touch, where pages can be had;
//! elsewhere, and under Miri, which sees the byte itself, it is plain memory.

/// Calls `look` with a copy of `bytes` behind which nothing can be read.
pub fn at_the_edge<R>(bytes: &[u8], look: impl FnOnce(&[u8]) -> R) -> R {
    #[cfg(all(target_os = "linux", not(miri)))]
    if let Some(mut pages) = pages::Pages::new(bytes.len()) {
        return look(pages.fill(bytes));
    }
    look(&Box::<[u8]>::from(bytes))
}

/// The same with a text.
///
/// # Panics
///
/// Never: what was a text stays one.
pub fn text_at_the_edge<R>(text: &str, look: impl FnOnce(&str) -> R) -> R {
    at_the_edge(text.as_bytes(), |bytes| look(std::str::from_utf8(bytes).expect("a text")))
}

#[cfg(all(target_os = "linux", not(miri)))]
mod pages {
    use std::{ptr, slice};

    /// A multiple of every size that pages have.
    const UNIT: usize = 64 << 10;

    /// Memory in whole units, the last of which cannot be touched.
    pub struct Pages {
        // INV-1: `start` is what `mmap` gave for `size` bytes, a multiple of `UNIT`;
        //        nobody else has it, and it is mapped until the drop.
        // INV-2: all but the last `UNIT` bytes can be read and written.
        start: *mut u8,
        size: usize,
    }

    impl Pages {
        /// Room for `len` bytes, where the system gives it.
        pub fn new(len: usize) -> Option<Pages> {
            let size = len.checked_next_multiple_of(UNIT)?.checked_add(UNIT)?;
            // SAFETY: a new mapping at an address of the system's choice touches
            // nothing that is there.
            let start = unsafe {
                libc::mmap(
                    ptr::null_mut(),
                    size,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                    -1,
                    0,
                )
            };
            if start == libc::MAP_FAILED {
                return None;
            }
            // INV-1, INV-2
            let pages = Pages { start: start.cast(), size };
            // SAFETY: `size` is at least `UNIT` (it was added above), so the address
            // lies inside the mapping.
            let edge = unsafe { pages.start.add(size - UNIT) };
            // SAFETY: the last unit of the mapping, which is ours alone (INV-1), and in
            // which nothing has been put.
            let answer = unsafe { libc::mprotect(edge.cast(), UNIT, libc::PROT_NONE) };
            (answer == 0).then_some(pages)
        }

        /// A copy of `bytes`, of which there are at most as many as room was made for,
        /// at the very end of what can be read.
        pub fn fill(&mut self, bytes: &[u8]) -> &[u8] {
            let room = self.size - UNIT;
            assert!(bytes.len() <= room, "{} bytes for a room of {room}", bytes.len());
            // SAFETY: `room - len` is at most `room`, which lies inside the mapping
            // (INV-1).
            let to = unsafe { self.start.add(room - bytes.len()) };
            // SAFETY: `len` bytes from `to` on end at `room`, so they can be written
            // (INV-2); they are ours alone (INV-1), so they do not overlap `bytes`.
            unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            // SAFETY: the bytes were written by the line above, and nobody changes them
            // while `self` is borrowed.
            unsafe { slice::from_raw_parts(to, bytes.len()) }
        }
    }

    impl Drop for Pages {
        fn drop(&mut self) {
            // SAFETY: the mapping is ours alone and still there (INV-1); what `fill`
            // gave out has ended with its borrow.
            unsafe { libc::munmap(self.start.cast(), self.size) };
        }
    }
}
