//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
fn main() {
    let mut name = String::from("cafe");
    // SAFETY: the bytes are UTF-8 again when the borrow ends: `é` is appended
    // whole, and the `e` before it is removed whole.
    unsafe {
        let bytes = name.as_mut_vec();
        bytes.pop();
        bytes.extend_from_slice("é".as_bytes());
    }
    println!("{name}");
}
// ANCHOR_END: all
