//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
pub struct Words {
    count: usize,
}

extern "C" fn words_new() -> *mut Words {
    Box::into_raw(Box::new(Words { count: 0 }))
}

/// # Safety
///
/// - `handle` is null, or points to null or to what `words_new` returned.
unsafe extern "C" fn words_free(handle: *mut *mut Words) {
    if handle.is_null() {
        return;
    }
    // SAFETY: not null; the caller's duty for the rest.
    let words = unsafe { handle.replace(std::ptr::null_mut()) };
    if !words.is_null() {
        // SAFETY: from `words_new`; `handle` no longer leads to it.
        println!("freed, with {} words", unsafe { Box::from_raw(words) }.count);
    }
}

fn main() {
    let mut words = words_new();
    // SAFETY: null, or a place that holds a live counter or null.
    unsafe {
        words_free(&raw mut words);
        words_free(&raw mut words);
        words_free(std::ptr::null_mut());
    }
    println!("null: {}", words.is_null());
}
// ANCHOR_END: all
