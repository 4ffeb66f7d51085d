//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use core::ffi::{c_int, c_void};

/// As C declares it: a structure of function pointers, each of which may be NULL.
#[repr(C)]
struct Plugin {
    data: *mut c_void,
    on_event: Option<unsafe extern "C" fn(*mut c_void, c_int) -> c_int>,
    on_close: Option<unsafe extern "C" fn(*mut c_void)>,
}

unsafe extern "C" fn double(_data: *mut c_void, number: c_int) -> c_int {
    number.wrapping_mul(2)
}

fn main() {
    let plugin =
        Plugin { data: std::ptr::null_mut(), on_event: Some(double), on_close: None };
    if let Some(on_event) = plugin.on_event {
        // SAFETY: the plugin's own data, as its contract wants.
        println!("{}", unsafe { on_event(plugin.data, 21) });
    }
    println!("{}", plugin.on_close.is_none());
}
// ANCHOR_END: all
