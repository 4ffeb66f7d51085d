//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::c_char;

/// Copies the name and a NUL into `buffer`, if they fit. Returns the length
/// that is needed, without the NUL.
///
/// # Safety
///
/// `buffer` is null, or valid for writes of `size` bytes.
unsafe extern "C" fn name(buffer: *mut c_char, size: usize) -> usize {
    let name = b"workbook";
    if !buffer.is_null() && size > name.len() {
        // SAFETY: `size > len`, so name and NUL fit; both are the caller's bytes.
        unsafe {
            buffer.cast::<u8>().copy_from_nonoverlapping(name.as_ptr(), name.len());
            buffer.add(name.len()).write(0);
        }
    }
    name.len()
}

fn main() {
    // SAFETY: null is allowed.
    let needed = unsafe { name(std::ptr::null_mut(), 0) };
    let mut buffer = vec![0u8; needed + 1];
    // SAFETY: the buffer has as many bytes as it says.
    unsafe { name(buffer.as_mut_ptr().cast(), buffer.len()) };
    println!("{:?}", std::ffi::CStr::from_bytes_with_nul(&buffer).unwrap());
}
// ANCHOR_END: all
