//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// A fixed block of memory, handed out front to back.
///
/// - INV-1: `used <= memory.len()`.
pub struct Bump {
    memory: Box<[u8]>,
    used: usize,
}

impl Bump {
    pub fn new(size: usize) -> Self {
        Bump { memory: vec![0; size].into_boxed_slice(), used: 0 }
    }

    pub fn allocate(&mut self, size: usize) -> Option<&mut [u8]> {
        let end = self.used.checked_add(size)?;
        let chunk = self.memory.get_mut(self.used..end)?;
        self.used = end;
        Some(chunk)
    }
}

fn main() {
    let mut bump = Bump::new(16);
    println!("{:?}", bump.allocate(8).map(|chunk| chunk.len()));
    println!("{:?}", bump.allocate(usize::MAX - 7).is_none());
}
// ANCHOR_END: all
