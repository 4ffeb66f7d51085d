//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-buffer-overflow

// ANCHOR: all
/// A fixed block of memory, handed out front to back.
pub struct Bump {
    start: *mut u8,
    size: usize,
    used: usize,
}

impl Bump {
    pub fn new(size: usize) -> Self {
        let start = Box::leak(vec![0u8; size].into_boxed_slice()).as_mut_ptr();
        Bump { start, size, used: 0 }
    }

    pub fn allocate(&mut self, size: usize) -> Option<*mut u8> {
        if self.used.wrapping_add(size) > self.size {
            return None;
        }
        let ptr = unsafe { self.start.add(self.used) };
        self.used = self.used.wrapping_add(size);
        Some(ptr)
    }
}

fn main() {
    let mut bump = Bump::new(16);
    bump.allocate(8);
    bump.allocate(usize::MAX - 7);
    let ptr = bump.allocate(16).unwrap();
    bump.allocate(usize::MAX);
    let below = bump.allocate(1).unwrap();
    unsafe {
        ptr.add(16).write(1);
        println!("{}", below.read());
    }
}
// ANCHOR_END: all
