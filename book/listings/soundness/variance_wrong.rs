//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-use-after-free

// ANCHOR: all
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A mutable reference by hand. NonNull is covariant.
struct MutRef<'a, T>(NonNull<T>, PhantomData<&'a ()>);

impl<'a, T> MutRef<'a, T> {
    fn new(value: &'a mut T) -> Self {
        MutRef(NonNull::from(value), PhantomData)
    }

    fn set(&mut self, value: T) {
        unsafe { *self.0.as_mut() = value };
    }
}

fn put_short<'s>(mut place: MutRef<'_, &'s str>, text: &'s str) {
    place.set(text);
}

fn main() {
    let mut long: &'static str = "static";
    {
        let short = String::from("short-lived text");
        put_short(MutRef::new(&mut long), &short);
    }
    println!("{long}");
}
// ANCHOR_END: all
