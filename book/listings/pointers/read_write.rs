//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::mem::ManuallyDrop;

fn main() {
    let mut name = ManuallyDrop::new(String::from("first"));
    let place: *mut String = &mut *name;
    // SAFETY: `place` holds an initialised String; after `read` the place
    // counts as empty, until `write` fills it again.
    unsafe {
        let taken = place.read();
        place.write(taken + " and second");
    }
    println!("{}", ManuallyDrop::into_inner(name));
}
// ANCHOR_END: all
