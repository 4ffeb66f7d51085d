//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
mod small {
    /// At most eight numbers.
    ///
    /// - INV-1: `len <= 8`.
    pub struct Small {
        items: [u32; 8],
        len: usize,
    }

    impl Small {
        pub fn new() -> Self {
            Small { items: [0; 8], len: 0 }
        }

        pub fn push(&mut self, item: u32) -> bool {
            if self.len == 8 {
                return false;
            }
            self.items[self.len] = item;
            self.len += 1;
            true
        }

        pub fn last(&self) -> Option<u32> {
            let index = self.len.checked_sub(1)?;
            // SAFETY: `index < len <= 8` (INV-1).
            Some(unsafe { *self.items.get_unchecked(index) })
        }
    }
}

fn main() {
    let mut numbers = small::Small::new();
    println!("{:?}", numbers.last());
    numbers.push(7);
    println!("{:?}", numbers.last());
}
// ANCHOR_END: all
