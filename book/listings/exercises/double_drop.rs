//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: double-free

// ANCHOR: all
use std::mem::MaybeUninit;

struct Slots {
    slots: [MaybeUninit<Box<u8>>; 2],
    len: usize,
}

impl Slots {
    fn pop(&mut self) -> Option<Box<u8>> {
        if self.len == 0 {
            return None;
        }
        let value = unsafe { self.slots[self.len - 1].assume_init_read() };
        // forgotten: self.len -= 1;
        Some(value)
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        for slot in &mut self.slots[..self.len] {
            unsafe { slot.assume_init_drop() };
        }
    }
}

fn main() {
    let mut slots = Slots {
        slots: [MaybeUninit::new(Box::new(1)), MaybeUninit::new(Box::new(2))],
        len: 2,
    };
    println!("{:?}", slots.pop());
}
// ANCHOR_END: all
