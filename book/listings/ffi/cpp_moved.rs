//@ run: undefined
//@ c: ffi/label.cpp
//@ miri: stacked=unsupported tree=unsupported
//@ asan: AddressSanitizer

// ANCHOR: all
use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;

// SAFETY: the declarations are those of label.cpp.
unsafe extern "C" {
    safe fn label_size() -> usize;
    fn label_construct(place: *mut c_void, text: *const c_char);
    fn label_destruct(place: *mut c_void);
}

/// Room for a `Label` of C++, with its alignment.
struct Label(MaybeUninit<[usize; 3]>);

impl Label {
    fn new(text: &std::ffi::CStr) -> Label {
        assert_eq!(size_of::<Label>(), label_size());
        let mut label = Label(MaybeUninit::uninit());
        // SAFETY: there is room, and the text ends in NUL.
        unsafe { label_construct(label.0.as_mut_ptr().cast(), text.as_ptr()) };
        label
    }
}

impl Drop for Label {
    fn drop(&mut self) {
        // SAFETY: constructed by `new`, destructed once.
        unsafe { label_destruct(self.0.as_mut_ptr().cast()) };
    }
}

fn main() {
    let on_the_stack = Label::new(c"short");
    let on_the_heap = Box::new(on_the_stack);
    drop(on_the_heap);
}
// ANCHOR_END: all
