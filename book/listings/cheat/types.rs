//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::cell::UnsafeCell;
use std::marker::{PhantomData, PhantomPinned};
use std::ptr::NonNull;

/// Owns a `T`: covariant, drops a `T`, never null.
struct Owner<T>(NonNull<T>, PhantomData<T>);

// SAFETY: shares its value with nobody.
unsafe impl<T: Send> Send for Owner<T> {}
// SAFETY: gives out `&T` and nothing else.
unsafe impl<T: Sync> Sync for Owner<T> {}

/// Borrows a `T` mutably: invariant.
struct Borrower<'a, T>(NonNull<T>, PhantomData<&'a mut T>);

/// Changes behind `&`; not `Sync`.
struct Slot<T>(UnsafeCell<T>);

/// Neither `Send` nor `Sync` nor `Unpin`; only C knows the inside.
#[repr(C)]
struct Foreign {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

fn main() {
    println!("{}", size_of::<Option<Owner<u8>>>() == size_of::<usize>());
    println!("{}", size_of::<Borrower<'static, u8>>() == size_of::<usize>());
    println!("{} {}", size_of::<Slot<u8>>(), size_of::<Foreign>());
}
// ANCHOR_END: all
