//! Random appends and copies of C strings against a model of bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unsafe_workbook::ex3_c_string::CString;

fuzz_target!(|input: (u8, Vec<(bool, String)>)| {
    let (capacity, steps) = input;
    let capacity = usize::from(capacity);
    let Ok(mut ours) = CString::with_capacity("", capacity) else {
        panic!("{capacity} bytes can be had")
    };
    let mut model: Vec<u8> = Vec::new();
    for (append, text) in steps {
        let Ok(other) = CString::new(&text) else {
            assert!(text.contains('\0'));
            continue;
        };
        let wanted = if append { [&model[..], text.as_bytes()].concat() } else { text.into() };
        let done = if append { ours.append(&other) } else { ours.copy_from(&other) };
        assert_eq!(done.is_ok(), wanted.len() <= capacity);
        if done.is_ok() {
            model = wanted;
        }
        assert_eq!(ours.as_bytes(), model);
        assert_eq!((ours.len(), ours.capacity()), (model.len(), capacity));
        assert_eq!(ours.compare(&other), model.as_slice().cmp(other.as_bytes()));
        assert_eq!(ours.to_str().is_ok(), std::str::from_utf8(&model).is_ok());
    }
});
