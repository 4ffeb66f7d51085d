//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// The byte that `ptr` points to.
///
/// # Safety
///
/// - `ptr` is valid for a read of one byte.
/// - That byte is initialised, and nobody writes it during the call.
unsafe fn first_byte(ptr: *const u8) -> u8 {
    // SAFETY: both duties are the caller's.
    unsafe { ptr.read() }
}

fn main() {
    let text = String::from("workbook");
    // SAFETY: `text` is alive, not empty, and not written to: the pointer leads
    // to its first byte, which is initialised.
    let byte = unsafe { first_byte(text.as_ptr()) };
    println!("{}", char::from(byte));
}
// ANCHOR_END: all
