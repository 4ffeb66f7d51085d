//@ compile-fail: E0133

// ANCHOR: all
fn length(text: *const String) -> usize {
    match text.as_ref() {
        Some(text) => text.len(),
        None => 0,
    }
}

fn main() {
    println!("{}", length(std::ptr::null()));
}
// ANCHOR_END: all
