//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: heap-use-after-free

// ANCHOR: all
use std::ffi::c_int;

/// The stand-in for C: a statement that keeps the pointer it was given.
pub struct RawStatement {
    text: *const u8,
    len: usize,
}

/// # Safety
///
/// - `text` leads to `len` bytes, **until another text is bound** or the statement
///   ends.
unsafe extern "C" fn bind_text(raw: &mut RawStatement, text: *const u8, len: usize) -> c_int {
    (raw.text, raw.len) = (text, len);
    0
}

extern "C" fn step(raw: &RawStatement) -> usize {
    // SAFETY: the duty of whoever called `bind_text`.
    let text = unsafe { std::slice::from_raw_parts(raw.text, raw.len) };
    text.iter().filter(|byte| **byte == b'a').count()
}

// ANCHOR: wrapper
struct Statement(RawStatement);

impl Statement {
    fn bind(&mut self, text: &str) {
        // SAFETY: a `&str` leads to `len` bytes.
        unsafe { bind_text(&mut self.0, text.as_ptr(), text.len()) };
    }

    fn step(&mut self) -> usize {
        step(&self.0)
    }
}
// ANCHOR_END: wrapper

// ANCHOR: main
fn main() {
    let mut statement = Statement(RawStatement { text: [].as_ptr(), len: 0 });
    for name in ["ada", "barbara"] {
        statement.bind(&name.to_uppercase().to_lowercase());
        println!("{}", statement.step());
    }
}
// ANCHOR_END: main
// ANCHOR_END: all
