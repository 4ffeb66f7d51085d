//@ compile-fail: E0373

// ANCHOR: all
use std::marker::PhantomData;

struct Source;

struct Subscription<'source>(PhantomData<&'source Source>);

impl Source {
    /// The registration may outlive every scope, so nothing may be borrowed.
    fn subscribe<F: Fn() + Send + 'static>(&self, _call: F) -> Subscription<'_> {
        Subscription(PhantomData)
    }
}

fn main() {
    let source = Source;
    let name = String::from("a name on the heap");
    std::mem::forget(source.subscribe(|| println!("{name}")));
}
// ANCHOR_END: all
