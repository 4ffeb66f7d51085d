//@ compile-fail: E0080

// ANCHOR: all
use std::ffi::c_char;
use std::mem::offset_of;

/// C has: `struct entry { char name[8]; uint32_t size; uint64_t place; };`
#[repr(C)]
struct Entry {
    name: [c_char; 8],
    size: u64, // should be u32
    place: u64,
}

// What the C compiler of the header's platform says, as bindgen writes it down.
const _: () = {
    ["size of entry"][size_of::<Entry>() - 24];
    ["alignment of entry"][align_of::<Entry>() - 8];
    ["offset of entry.size"][offset_of!(Entry, size) - 8];
    ["offset of entry.place"][offset_of!(Entry, place) - 16];
};
// Sizes and offsets agree. So compare the fields as well:
const _: () = {
    let entry = Entry { name: [0; 8], size: 0, place: 0 };
    ["size of entry.size"][size_of_val(&entry.size) - 4];
};

fn main() {}
// ANCHOR_END: all
