//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::c_char;

// SAFETY: the signature is that of the C standard, section <string.h>.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
}

fn main() {
    // SAFETY: a `c"…"` literal ends in NUL and lives for ever.
    println!("{}", unsafe { strlen(c"four".as_ptr()) });
}
// ANCHOR_END: all
