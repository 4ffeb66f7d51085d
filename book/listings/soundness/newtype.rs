//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// An even number.
///
/// - INV-1: the number is even.
#[derive(Clone, Copy, Debug)]
pub struct Even(u32);

impl Even {
    pub fn new(number: u32) -> Option<Even> {
        number.is_multiple_of(2).then_some(Even(number))
    }

    /// # Safety
    ///
    /// `number` is even.
    pub unsafe fn new_unchecked(number: u32) -> Even {
        debug_assert!(number.is_multiple_of(2));
        Even(number)
    }

    pub fn half(self) -> u32 {
        // SAFETY: INV-1: no rest.
        unsafe { std::hint::assert_unchecked(self.0.is_multiple_of(2)) };
        self.0 / 2
    }
}

fn main() {
    // SAFETY: 4 is even.
    let four = unsafe { Even::new_unchecked(4) };
    println!("{} {:?}", four.half(), Even::new(3));
}
// ANCHOR_END: all
