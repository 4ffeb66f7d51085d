//! What the C library of this system defines for every program.

/// Whether a program gets `name` from the C library, or from the library that unwinds.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "nothing else asks the dynamic linker")]
pub fn defines(name: &str) -> bool {
    let Ok(symbol) = std::ffi::CString::new(name) else { return false };
    let library = if name.starts_with("_Unwind_") { c"libgcc_s.so.1" } else { c"libc.so.6" };
    // SAFETY: both names end in zero. The library is in use already, so nothing is
    // loaded that would run; the handle is the linker's own, and null is refused.
    unsafe {
        let handle = libc::dlopen(library.as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD);
        !handle.is_null() && !libc::dlsym(handle, symbol.as_ptr()).is_null()
    }
}

/// Not known here.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn defines(_: &str) -> bool {
    false
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn it_knows_what_every_program_calls() {
        for name in ["memcmp", "poll", "malloc", "_exit", "pthread_key_create"] {
            assert!(defines(name), "{name}");
        }
        assert!(defines("_Unwind_RaiseException"));
        for name in ["floor", "main", "_start", "", "no_such_function", "__udivti3"] {
            assert!(!defines(name), "{name}");
        }
    }
}
