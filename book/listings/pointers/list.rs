//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ptr::NonNull;

struct Node {
    value: u32,
    next: Option<NonNull<Node>>,
}

fn node(value: u32, next: Option<NonNull<Node>>) -> NonNull<Node> {
    // From here on the node is reached through this pointer alone.
    NonNull::from(Box::leak(Box::new(Node { value, next })))
}

fn main() {
    let last = node(2, None);
    let first = node(1, Some(last));
    let mut at = Some(first);
    let mut sum = 0;
    while let Some(here) = at {
        // SAFETY: every node came from `Box::leak`, and each is taken once.
        let taken = unsafe { Box::from_raw(here.as_ptr()) };
        sum += taken.value;
        at = taken.next;
    }
    println!("{sum}");
}
// ANCHOR_END: all
