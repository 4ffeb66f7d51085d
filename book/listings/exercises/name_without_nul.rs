//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-buffer-overflow

// ANCHOR: all
use std::ffi::{CStr, c_char};

#[repr(C)]
struct Label {
    name: [c_char; 4], // public: safe code may write all four
}

fn name_bytes(label: &Label) -> &[u8] {
    // SAFETY: C keeps a NUL at the end of `name`.
    unsafe { CStr::from_ptr(label.name.as_ptr()) }.to_bytes()
}

fn main() {
    let label = Box::new(Label { name: [b'w' as c_char; 4] });
    println!("{} bytes", name_bytes(&label).len());
}
// ANCHOR_END: all
