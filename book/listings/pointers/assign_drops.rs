//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
struct Loud(&'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped: {}", self.0);
    }
}

fn main() {
    let mut slot = Loud("first");
    let place = &raw mut slot;
    // SAFETY: `place` is aligned and holds an initialised Loud.
    unsafe { *place = Loud("second") }; // drops the old value
    println!("--");
    // SAFETY: `place` is aligned; the old value is not dropped and never will be.
    unsafe { place.write(Loud("third")) };
    println!("--");
}
// ANCHOR_END: all
