//! Code that ends its process, watched from outside.
//!
//! `handle_alloc_error` aborts. To see it, the test starts its own binary once
//! more with the name of the test, and the copy runs the scenario.
//!
//! Not available under Miri, which cannot start processes.

use std::fmt::Debug;
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::audit;
use crate::quiet;

const VARIABLE: &str = "WORKBOOK_CHILD";
const LIMIT: Duration = Duration::from_secs(8);

/// How a scenario ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending {
    /// `handle_alloc_error` aborted the process.
    AllocError,
    /// The scenario ran to its end.
    Returned,
    /// The scenario panicked.
    Panicked(String),
    /// Anything else: a signal, an exit of its own, no end at all.
    Other(String),
}

/// Whether this process is the copy that runs scenario `name` of `test`.
fn is_child(test: &str, name: &str) -> bool {
    std::env::var(VARIABLE).is_ok_and(|v| v == format!("{test}#{name}"))
}

/// Runs `scenario` in a process of its own, with every request for memory from
/// number `refuse_from` on answered by null, and tells how it ended.
///
/// `test` is the path of the calling test, see [`test_path!`](crate::test_path).
///
/// # Panics
///
/// When the process cannot be started.
pub fn run_refusing(test: &str, refuse_from: usize, scenario: impl FnOnce()) -> Ending {
    let name = format!("refuse-{refuse_from}");
    if is_child(test, &name) {
        let ended = quiet::catch(|| audit::scope_refusing(refuse_from, scenario));
        match ended {
            Ok(_) => eprintln!("{RETURNED}"),
            Err(text) => eprintln!("{PANICKED}{text}"),
        }
        std::process::exit(0);
    }
    if std::env::var_os(VARIABLE).is_some() {
        // The copy is on its way to a later scenario of the same test.
        return Ending::AllocError;
    }
    let program = std::env::current_exe().expect("the path of this test binary");
    let mut child = Command::new(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(VARIABLE, format!("{test}#{name}"))
        .env_remove("WORKBOOK_RECORD")
        .env_remove("WORKBOOK_RECORD_FILE")
        // Nobody reads the backtrace of an abort, and to write it takes seconds.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this test binary can be started once more");
    let mut stderr = child.stderr.take().expect("a pipe was asked for");
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.by_ref().take(1 << 16).read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let start = Instant::now();
    let status = loop {
        match child.try_wait().expect("the copy can be waited for") {
            Some(status) => break status,
            None if start.elapsed() > LIMIT => {
                let _ = child.kill();
                let _ = child.wait();
                return Ending::Other(format!("no end after {} seconds", LIMIT.as_secs()));
            }
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    judge(status, &reader.join().unwrap_or_default())
}

const RETURNED: &str = "workbook: the scenario returned";
const PANICKED: &str = "workbook: the scenario panicked: ";

fn judge(status: ExitStatus, stderr: &str) -> Ending {
    if let Some(text) = stderr.lines().find_map(|line| line.strip_prefix(PANICKED)) {
        return Ending::Panicked(text.to_owned());
    }
    if stderr.lines().any(|line| line == RETURNED) {
        return Ending::Returned;
    }
    if aborted(status) && stderr.contains("memory allocation of") {
        return Ending::AllocError;
    }
    let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no output");
    Ending::Other(format!("{status}; last line: {last}"))
}

#[cfg(unix)]
fn aborted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}

#[cfg(not(unix))]
fn aborted(status: ExitStatus) -> bool {
    !status.success()
}

/// Every refused request of `scenario`, from the first to the last that it
/// makes, ends in `handle_alloc_error`.
///
/// # Panics
///
/// When one ends otherwise: the message says which, and how. When the scenario
/// makes no request at all, since then it shows nothing.
#[track_caller]
pub fn assert_alloc_error(test: &str, scenario: impl Fn()) {
    let requests = assert_refusals(test, scenario, false);
    assert!(
        requests != Some(0),
        "expected at least one allocation whose failure can be tested, saw none"
    );
}

/// Every refused request of `scenario` ends in `handle_alloc_error`, or the
/// scenario itself returns: for calls that can answer with an error value. What
/// that value must be, the scenario checks; a panic of it is a failure.
///
/// # Panics
///
/// When a refused request ends otherwise: the message says which, and how.
#[track_caller]
pub fn assert_alloc_error_or_return(test: &str, scenario: impl Fn()) {
    assert_refusals(test, scenario, true);
}

/// Refuses the requests of `scenario` one after the other. The number of its
/// requests where that is known: not in the copy, and not without an audit.
#[track_caller]
fn assert_refusals(test: &str, scenario: impl Fn(), may_return: bool) -> Option<usize> {
    if std::env::var_os(VARIABLE).is_none() {
        let ((), report) = audit::scope(&scenario);
        if !report.audited {
            return None;
        }
        for refuse_from in 1..=report.requests.min(MOST_REQUESTS) {
            let ending = run_refusing(test, refuse_from, &scenario);
            assert!(
                ending == Ending::AllocError || may_return && ending == Ending::Returned,
                "the allocator answered request {refuse_from} with null: expected \
                 `std::alloc::handle_alloc_error` (an abort that says \"memory allocation of …\"){}, \
                 {}",
                if may_return { " or an error value" } else { "" },
                match ending {
                    Ending::Returned =>
                        String::from("but the call returned as if it had memory"),
                    Ending::Panicked(text) => format!("saw a plain panic: {text}"),
                    Ending::Other(text) => format!("saw another end: {text}"),
                    Ending::AllocError => String::from("saw just that"),
                }
            );
        }
        Some(report.requests)
    } else {
        for refuse_from in 1..=MOST_REQUESTS {
            run_refusing(test, refuse_from, &scenario);
        }
        None
    }
}

/// With every request that `scenario` makes refused in turn, it still runs to
/// its end, and answers `due`.
///
/// # Panics
///
/// When it ends otherwise: the message says at which request, and how.
#[track_caller]
pub fn assert_answers<R: PartialEq + Debug>(test: &str, due: R, scenario: impl Fn() -> R) {
    let in_copy = std::env::var_os(VARIABLE).is_some();
    let requests = if in_copy {
        MOST_REQUESTS
    } else {
        audit::scope(&scenario).1.requests.min(MOST_REQUESTS)
    };
    for refuse_from in 1..=requests {
        let ending = run_refusing(test, refuse_from, || {
            let answer = scenario();
            assert!(answer == due, "it answered {answer:?}");
        });
        let ending = match ending {
            Ending::Returned => continue,
            _ if in_copy => continue,
            Ending::AllocError => String::from("but `handle_alloc_error` ended the process"),
            Ending::Panicked(text) => text,
            Ending::Other(text) => format!("saw another end: {text}"),
        };
        panic!(
            "the allocator answered request {refuse_from} with null: expected {due:?}, {ending}"
        );
    }
}

/// Later requests of a scenario are not refused one by one.
const MOST_REQUESTS: usize = 4;
