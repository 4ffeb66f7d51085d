//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ptr::NonNull;

/// An owner, like `Box`.
struct Owner<T>(NonNull<T>);

// SAFETY: the owner shares its value with nobody, so sending it sends a `T`.
unsafe impl<T: Send> Send for Owner<T> {}

// SAFETY: a shared owner gives out `&T` and nothing else.
unsafe impl<T: Sync> Sync for Owner<T> {}

impl<T> Owner<T> {
    fn new(value: T) -> Self {
        Owner(NonNull::from(Box::leak(Box::new(value))))
    }

    fn get(&self) -> &T {
        // SAFETY: from `Box::leak`; the reference borrows the owner.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Drop for Owner<T> {
    fn drop(&mut self) {
        // SAFETY: from `Box::leak`, and dropped once.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

fn main() {
    let owner = Owner::new(7);
    println!("{}", std::thread::spawn(move || *owner.get()).join().unwrap());
}
// ANCHOR_END: all
