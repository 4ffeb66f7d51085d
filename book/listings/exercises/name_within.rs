//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ffi::{CStr, c_char};

#[repr(C)]
struct Label {
    name: [c_char; 4],
}

fn name_bytes(label: &Label) -> &[u8] {
    // SAFETY: `c_char` and `u8` have the same size, and every byte is a `u8`; the
    // array lives as long as `label`, and is borrowed from it.
    let bytes = unsafe { &*(&raw const label.name).cast::<[u8; 4]>() };
    CStr::from_bytes_until_nul(bytes).map_or(bytes, CStr::to_bytes)
}

fn main() {
    let full = Label { name: [b'w' as c_char; 4] };
    let short = Label { name: [b'w' as c_char, b'e' as c_char, 0, 0] };
    println!("{} and {} bytes", name_bytes(&full).len(), name_bytes(&short).len());
}
// ANCHOR_END: all
