//! The heap of C, for code under test that calls `malloc` itself.
//!
//! The audit of [`audit`](crate::audit) sees the global allocator of Rust only.
//! Of C's heap the suites replace nothing; they ask glibc, where it is the C
//! library, for what it offers to everybody. Elsewhere, and under Miri, which
//! checks C's heap itself, there is no answer.

use std::panic;
use std::thread;

#[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
mod glibc {
    use std::ffi::{CStr, c_char, c_int, c_void};
    use std::mem;
    use std::ptr;
    use std::sync::Once;

    // SAFETY: the signature is that of POSIX.
    unsafe extern "C" {
        fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
    }

    /// What `mallinfo2` returns; the names are glibc's.
    #[repr(C)]
    struct Mallinfo2 {
        arena: usize,
        ordblks: usize,
        smblks: usize,
        hblks: usize,
        hblkhd: usize,
        usmblks: usize,
        fsmblks: usize,
        uordblks: usize,
        fordblks: usize,
        keepcost: usize,
    }

    type Mallinfo2Fn = unsafe extern "C" fn() -> Mallinfo2;
    type MalloptFn = unsafe extern "C" fn(c_int, c_int) -> c_int;

    const M_PERTURB: c_int = -6;
    /// glibc fills fresh blocks with the complement of this, freed ones with it.
    const PATTERN: c_int = 0xDB;

    /// The address of a function that older versions of glibc do not have.
    fn lookup(name: &CStr) -> Option<ptr::NonNull<c_void>> {
        // SAFETY: a null handle is RTLD_DEFAULT, and `name` is NUL-terminated.
        ptr::NonNull::new(unsafe { dlsym(ptr::null_mut(), name.as_ptr()) })
    }

    pub fn bytes_in_use() -> Option<usize> {
        let address = lookup(c"mallinfo2")?;
        // SAFETY: the function of that name in glibc has this type.
        let mallinfo2 = unsafe { mem::transmute::<*mut c_void, Mallinfo2Fn>(address.as_ptr()) };
        // SAFETY: it may be called at any time and only reads.
        let info = unsafe { mallinfo2() };
        let bytes = info.uordblks + info.hblkhd;
        // A checker that replaces the heap answers with zeros.
        (bytes > 0).then_some(bytes)
    }

    pub fn fill_fresh_memory() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let Some(address) = lookup(c"mallopt") else { return };
            // SAFETY: the function of that name in glibc has this type.
            let mallopt = unsafe { mem::transmute::<*mut c_void, MalloptFn>(address.as_ptr()) };
            // SAFETY: the option may be set at any time. If it is refused, memory
            // stays as it is.
            unsafe { mallopt(M_PERTURB, PATTERN) };
        });
    }
}

/// How many bytes of C's heap are allocated, in the whole process and roughly,
/// where that can be known. What other tests hold counts too, see [`runs_alone`].
pub fn bytes_in_use() -> Option<usize> {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    return glibc::bytes_in_use();
    #[cfg(not(all(target_os = "linux", target_env = "gnu", not(miri))))]
    None
}

/// From now on fresh and freed memory of C's heap holds a pattern without
/// zeros, where that can be had: fresh memory that is zero by chance hides a
/// missing terminator.
pub fn fill_fresh_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    glibc::fill_fresh_memory();
}

/// How many bytes of address space this process has, where that can be known: what
/// comes from `mmap` directly is no part of C's heap.
fn bytes_mapped() -> Option<usize> {
    const PAGE: usize = 4096;
    let sizes = std::fs::read_to_string("/proc/self/statm").ok()?;
    sizes.split(' ').next()?.parse::<usize>().ok()?.checked_mul(PAGE)
}

/// However often `life` is repeated, C's heap has no more bytes in use, and the
/// process no more pages.
///
/// # Panics
///
/// When each repetition leaves some behind.
#[track_caller]
pub fn assert_no_growth(life: impl Fn(), what: &str) {
    if let Some(bytes) = growth(life).filter(|&bytes| bytes > 0) {
        panic!(
            "expected {what} to leave nothing behind, but each time it is done, about {bytes} \
             bytes more of C's heap, or of pages from the system, stay in use"
        );
    }
}

/// By how many bytes, of C's heap or of pages from the system, each repetition of
/// `life` leaves more in use than before, where that can be known; where it cannot,
/// `life` runs once.
pub fn growth(life: impl Fn()) -> Option<usize> {
    const WARM_UP: usize = 8;
    const REPETITIONS: usize = 32;
    const ATTEMPTS: usize = 3;
    /// Half of the smallest block.
    const LEAST: usize = 16;
    /// The smallest page there is.
    const LEAST_MAPPED: usize = 4096;
    if !runs_alone() || bytes_in_use().is_none() {
        life();
        return None;
    }
    let mut each = 0;
    repeat(&life, WARM_UP);
    for _ in 0..ATTEMPTS {
        let (before, mapped_before) = (bytes_in_use()?, bytes_mapped().unwrap_or(0));
        repeat(&life, REPETITIONS);
        each = bytes_in_use()?.saturating_sub(before) / REPETITIONS;
        let mapped = bytes_mapped().unwrap_or(0).saturating_sub(mapped_before) / REPETITIONS;
        if each < LEAST && mapped < LEAST_MAPPED {
            return Some(0);
        }
        each = each.max(mapped);
    }
    Some(each)
}

/// Runs `life` several times on a thread that then ends: glibc counts the blocks
/// in a thread's lists of freed ones as used until the thread is gone.
fn repeat(life: &impl Fn(), times: usize) {
    struct Lent<'a, F>(&'a F);
    // SAFETY: the thread that lends `life` waits for the end of the one that runs
    // it, so the two never use it at the same time. Nothing in it depends on the
    // thread: what the suites pass makes its values itself, or reads values whose
    // types are `Sync` by contract.
    unsafe impl<F> Send for Lent<'_, F> {}
    impl<F: Fn()> Lent<'_, F> {
        fn run(&self) {
            (self.0)();
        }
    }
    let lent = Lent(life);
    let ended = thread::scope(|scope| {
        let worker = scope.spawn(move || (0..times).for_each(|_| lent.run()));
        worker.join()
    });
    if let Err(payload) = ended {
        panic::resume_unwind(payload);
    }
}

/// Whether no other test runs in this process at the same time: the heap is that
/// of the whole process. The grader asks for one test at a time.
pub fn runs_alone() -> bool {
    std::env::args().any(|argument| argument == "--test-threads=1")
        || std::env::var("RUST_TEST_THREADS").is_ok_and(|threads| threads == "1")
}
