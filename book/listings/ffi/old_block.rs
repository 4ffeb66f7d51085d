//@ compile-fail: extern blocks must be unsafe

// ANCHOR: all
extern "C" {
    fn strlen(text: *const core::ffi::c_char) -> usize;
}

fn main() {
    println!("{}", unsafe { strlen(c"four".as_ptr()) });
}
// ANCHOR_END: all
