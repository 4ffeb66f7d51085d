//! What the FFI chapters say of panics at the border, shown and not told.

use std::panic::{self, AssertUnwindSafe};
use std::process::Command;

const VARIABLE: &str = "WORKBOOK_FFI_FACT";

extern "C" fn plain(panics: bool) -> i32 {
    if panics {
        panic!("a panic in a plain extern \"C\" function");
    }
    7
}

extern "C-unwind" fn unwinding(panics: bool) -> i32 {
    if panics {
        panic!("a panic in an extern \"C-unwind\" function");
    }
    7
}

/// Not even `catch_unwind` around the call helps: the function itself aborts.
#[test]
#[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
fn a_panic_in_a_plain_extern_c_function_aborts() {
    const NAME: &str = "a_panic_in_a_plain_extern_c_function_aborts";
    if std::env::var_os(VARIABLE).is_some() {
        let _ = panic::catch_unwind(|| plain(std::hint::black_box(true)));
        std::process::exit(0);
    }
    assert_eq!(plain(false), 7, "without a panic it is an ordinary function");
    let output = Command::new(std::env::current_exe().expect("the path of this test"))
        .args(["--exact", NAME, "--nocapture"])
        .env(VARIABLE, "1")
        .output()
        .expect("this test can be started once more");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "expected an abort, the process went on: {stderr}");
    assert!(
        stderr.contains("panic in a function that cannot unwind"),
        "expected the abort of a function that cannot unwind, saw: {stderr}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        assert_eq!(output.status.signal(), Some(6), "expected SIGABRT");
    }
}

#[test]
fn a_panic_leaves_an_extern_c_unwind_function() {
    assert_eq!(unwinding(false), 7, "without a panic it is an ordinary function");
    let caught =
        panic::catch_unwind(AssertUnwindSafe(|| unwinding(std::hint::black_box(true))));
    let payload = caught.expect_err("expected the panic to come out of the function");
    let text = payload.downcast_ref::<&str>().copied();
    assert_eq!(
        text,
        Some("a panic in an extern \"C-unwind\" function"),
        "expected its payload"
    );
}
