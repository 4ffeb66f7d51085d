//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
static GREETING: &str = "hello";

fn main() {
    let local = 7u64; // in the frame of `main`
    let boxed = Box::new(local); // 8 bytes on the heap, the box itself in the frame
    let text = String::from(GREETING); // 24 bytes in the frame, 5 on the heap
    println!("{} {} {}", size_of_val(&local), size_of_val(&boxed), size_of_val(&text));
    println!("{} {}", text.capacity() >= 5, text.len());
}
// ANCHOR_END: all
