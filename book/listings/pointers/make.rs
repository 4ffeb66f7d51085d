//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ptr::{self, NonNull};

fn main() {
    let mut number = 5i32;
    let shared: *const i32 = &raw const number; // may not be written through
    let unique: *mut i32 = &raw mut number;
    let from_ref: *mut i32 = &mut number; // a reference becomes a pointer by itself
    let null: *const i32 = ptr::null();
    let dangling: NonNull<i32> = NonNull::dangling(); // aligned, not null, leads nowhere
    println!("{} {}", null.is_null(), dangling.as_ptr().is_aligned());
    println!("{} {}", shared == unique.cast_const(), unique == from_ref);
    println!("{} {}", size_of::<*const i32>(), size_of::<Option<NonNull<i32>>>());
}
// ANCHOR_END: all
