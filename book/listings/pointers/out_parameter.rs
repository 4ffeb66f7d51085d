//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::mem::MaybeUninit;

struct Settings {
    name: String,
    size: u32,
}

fn settings() -> Settings {
    let mut place = MaybeUninit::<Settings>::uninit();
    let ptr = place.as_mut_ptr();
    // SAFETY: both fields lie in `place`; `write` reads nothing; no reference to
    // an uninitialised field is made.
    unsafe {
        (&raw mut (*ptr).name).write(String::from("page"));
        (&raw mut (*ptr).size).write(4096);
    }
    // SAFETY: every field was written.
    unsafe { place.assume_init() }
}

fn main() {
    let settings = settings();
    println!("{} {}", settings.name, settings.size);
}
// ANCHOR_END: all
