//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-1625

// ANCHOR: all
use core::ffi::c_int;

#[repr(C)]
struct Plugin {
    on_event: extern "C" fn(c_int) -> c_int,
}

#[repr(C)]
struct PluginFromC {
    on_event: *const (), // C leaves it NULL: "not interested"
}

fn main() {
    let from_c = PluginFromC { on_event: std::ptr::null() };
    let plugin: Plugin = unsafe { std::mem::transmute(from_c) };
    std::hint::black_box(plugin.on_event);
}
// ANCHOR_END: all
