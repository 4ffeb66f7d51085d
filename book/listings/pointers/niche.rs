//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ptr::NonNull;

struct OwnPointer(*mut u8);
struct StdPointer(NonNull<u8>);

fn main() {
    println!("{} {}", size_of::<OwnPointer>(), size_of::<Option<OwnPointer>>());
    println!("{} {}", size_of::<StdPointer>(), size_of::<Option<StdPointer>>());
}
// ANCHOR_END: all
