//! Running the tests of one stage, each in a process of its own.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use std::{env, fs, io};

use crate::process::{self, Cancel, Ended, Ending, Limits, Terms};
use crate::verdict::{Status, TestVerdict};
use crate::workplace::{self, Workplace};

/// How tests are run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Wall-clock limit of one test.
    pub wall: Duration,
    /// The seed of the property tests, when it is not the fixed one.
    pub seed: Option<u64>,
    /// Tests at the same time.
    pub jobs: usize,
}

/// Address space of a test.
const MEMORY: u64 = 1 << 30;
/// Tests that start cargo take longer and need more.
const CARGO_MEMORY: u64 = 8 << 30;
const CARGO_WALL: Duration = Duration::from_secs(180);
/// The first time they build all dependencies once more.
const COLD_CARGO_WALL: Duration = Duration::from_secs(900);
const PROCESSES: usize = 64;
/// After so many tests have run into the limit, the others get less time.
const PATIENCE: [(usize, Duration); 2] =
    [(6, Duration::from_secs(1)), (2, Duration::from_secs(2))];
/// Once unit tests have run into it, the programs of a test that starts cargo
/// hardly end either, and nothing counts for it any more.
const HOPELESS_CARGO_WALL: Duration = Duration::from_secs(20);

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            wall: Duration::from_secs(10),
            seed: None,
            jobs: thread::available_parallelism().map_or(2, usize::from),
        }
    }
}

/// What the runner remembers from stage to stage.
#[derive(Debug)]
pub struct Memory<'a> {
    timeouts: AtomicUsize,
    /// A unit test ran into the limit.
    hopeless: AtomicBool,
    /// Crates that only this exercise needs: what tests compile for themselves.
    crates: &'a [String],
}

impl<'a> Memory<'a> {
    pub fn new(crates: &'a [String]) -> Memory<'a> {
        Memory { timeouts: AtomicUsize::new(0), hopeless: AtomicBool::new(false), crates }
    }
}

/// Runs `tests` of the binary `suite`, and calls `done` after each.
pub fn run_tests(
    workplace: &Workplace,
    suite: &Path,
    tests: &[&str],
    settings: &Settings,
    memory: &Memory<'_>,
    cancel: &Cancel,
    done: &(dyn Fn(usize) + Sync),
) -> Vec<TestVerdict> {
    let next = AtomicUsize::new(0);
    let finished = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<TestVerdict>>> = Mutex::new(vec![None; tests.len()]);
    thread::scope(|scope| {
        for _ in 0..settings.jobs.min(tests.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(test) = tests.get(at) else { break };
                    let verdict = run_one(workplace, suite, test, settings, memory, cancel);
                    results.lock().expect("no test panics the grader")[at] = Some(verdict);
                    done(finished.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let results = results.into_inner().expect("no test panics the grader");
    results.into_iter().flatten().collect()
}

fn run_one(
    workplace: &Workplace,
    suite: &Path,
    test: &str,
    settings: &Settings,
    memory: &Memory<'_>,
    cancel: &Cancel,
) -> TestVerdict {
    let starts_cargo = test.starts_with("compile_fail::");
    let timeouts = memory.timeouts.load(Ordering::Relaxed);
    let patience = PATIENCE.iter().find(|(after, _)| timeouts >= *after);
    let limits = Limits {
        wall: match (starts_cargo, patience) {
            (true, _) if is_warm(workplace, memory.crates, test) => CARGO_WALL,
            (true, _) => COLD_CARGO_WALL,
            (false, Some((_, less))) => settings.wall.min(*less),
            (false, None) => settings.wall,
        },
        memory: Some(if starts_cargo { CARGO_MEMORY } else { MEMORY }),
        processes: if starts_cargo { 256 } else { PROCESSES },
    };
    let wall = || match starts_cargo && memory.hopeless.load(Ordering::Relaxed) {
        true => HOPELESS_CARGO_WALL.min(limits.wall),
        false => limits.wall,
    };
    let mut command = workplace::command(workplace, suite);
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    // Cargo tells a test where its package is.
    command.env("CARGO_MANIFEST_DIR", &workplace.root).env("CARGO_PKG_NAME", "unsafe-workbook");
    if let Some(seed) = settings.seed {
        command.env("WORKBOOK_SEED", seed.to_string());
    }
    let nonce = nonce();
    let verdict = |status, message: String, duration: Duration| TestVerdict {
        name: test.to_owned(),
        status,
        message,
        duration_ms: duration.as_millis() as u64,
    };
    let folder = match Folder::new() {
        Ok(folder) => folder,
        Err(e) => {
            let place = env::temp_dir();
            let message = format!("cannot make a folder in {}: {e}", place.display());
            return verdict(Status::Error, message, Duration::ZERO);
        }
    };
    command.envs(TEMPORARY.map(|name| (name, &folder.0)));
    let mut writable = vec![folder.0.clone()];
    if starts_cargo {
        // Here cargo builds what the tests compile. The suite itself lies elsewhere.
        let place = workplace.target.join("tests");
        let _ = fs::create_dir_all(&place);
        writable.push(place);
    }
    let terms = Terms { nonce: &nonce, wall: &wall, writable: &writable };
    match process::run_test(command, &terms, limits, cancel) {
        Ok(ended) => {
            let (status, mut message) = judge(&ended, test, &nonce, limits);
            if status == Status::Fail && starts_cargo {
                message = refused_programs(&ended, workplace).unwrap_or(message);
            }
            if starts_cargo && matches!(status, Status::Pass | Status::Fail) {
                mark_warm(workplace, memory.crates, test);
            }
            if status == Status::Timeout {
                memory.timeouts.fetch_add(1, Ordering::Relaxed);
                memory.hopeless.fetch_or(test.starts_with("unit::"), Ordering::Relaxed);
            }
            verdict(status, message, ended.duration)
        }
        Err(e) => {
            let message = format!("the grader could not run this test: {e}");
            verdict(Status::Error, message, Duration::ZERO)
        }
    }
}

/// The variables that say where temporary files go, whatever the system.
const TEMPORARY: [&str; 3] = ["TMPDIR", "TEMP", "TMP"];

/// The folder for the temporary files of one test, gone when it is over.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Folder> {
        let path = env::temp_dir().join(format!("workbook-{}", nonce()));
        fs::create_dir(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What a test has made unremovable stays.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether this test has come to its end here before, with the same lock file. Some
/// tests start cargo to check, some to build, some do not: each warms its own.
fn is_warm(workplace: &Workplace, crates: &[String], test: &str) -> bool {
    let lock = fs::read(workplace.root.join("Cargo.lock")).unwrap_or_default();
    fs::read(warm_stamp(workplace, crates, test)).is_ok_and(|then| then == lock)
}

fn mark_warm(workplace: &Workplace, crates: &[String], test: &str) {
    if !is_warm(workplace, crates, test) {
        let stamp = warm_stamp(workplace, crates, test);
        // Without it the next run is more patient, no more than that.
        let _ = stamp.parent().map(fs::create_dir_all);
        let _ = fs::copy(workplace.root.join("Cargo.lock"), stamp);
    }
}

fn warm_stamp(workplace: &Workplace, crates: &[String], test: &str) -> std::path::PathBuf {
    let test = test.rsplit("::").next().unwrap_or(test);
    let name = [test, "is-warm", &crates.join("-")].join("-");
    workplace.target.join("workbook").join(name.trim_end_matches('-'))
}

/// What trybuild says about the programs that did not do what they must: for
/// each the rule it stands for, then the compiler's words.
fn refused_programs(ended: &Ended, workplace: &Workplace) -> Option<String> {
    let mut out = String::new();
    let mut wanted = false;
    for line in ended.stderr.lines().chain(ended.stdout.lines()) {
        let line = crate::style::strip(line);
        if line.starts_with("thread '") || line.starts_with("running ") {
            wanted = false;
        }
        if let Some((program, outcome)) =
            line.strip_prefix("test ").and_then(|l| l.split_once(" ... "))
        {
            wanted = program.starts_with("ui-tests/") && outcome.trim() != "ok";
            if wanted {
                out += &format!("{program}\n");
                if let Some(rule) = rule_of(&workplace.root.join(program)) {
                    out += &format!("  the rule: {rule}\n");
                }
            }
            continue;
        }
        if wanted && !line.trim().is_empty() {
            out += &format!("  {line}\n");
        }
    }
    (!out.is_empty()).then_some(out)
}

/// The first comment of a program says which rule it stands for.
fn rule_of(program: &Path) -> Option<String> {
    let text = fs::read_to_string(program).ok()?;
    let rule: Vec<&str> =
        text.lines().map_while(|line| line.strip_prefix("//")).map(str::trim).collect();
    (!rule.is_empty()).then(|| rule.join(" "))
}

/// A word that nobody can guess.
fn nonce() -> String {
    // `RandomState` is seeded by the system for each process and differs from
    // call to call.
    let mut word = String::new();
    for _ in 0..2 {
        word += &format!("{:016x}", RandomState::new().build_hasher().finish());
    }
    word
}

/// The status of a test whose process has ended, and what to say about it.
fn judge(ended: &Ended, test: &str, nonce: &str, limits: Limits) -> (Status, String) {
    let recorded = ended.record.lines().any(|line| line == format!("{nonce} {test}"));
    let panic = panic_text(&ended.stderr);
    match &ended.ending {
        Ending::Exit(0) if recorded => (Status::Pass, String::new()),
        Ending::Exit(0) if ended.stdout.contains("running 0 tests") => (
            Status::Error,
            String::from(
                "the suite has no test of this name: the manifest and the suite disagree",
            ),
        ),
        Ending::Exit(101) if panic.is_some() => (Status::Fail, panic.unwrap_or_default()),
        Ending::Exit(code) => {
            let mut message = format!(
                "the process ended with exit code {code} before the test was over.\n\
                 A test counts only when it runs to its end: your code must not end the \
                 process (`std::process::exit` and the like)."
            );
            if let Some(text) = panic {
                message += &format!("\nIt had panicked before that:\n{text}");
            }
            (Status::EarlyExit, with_output(message, ended))
        }
        Ending::Signal(number) => {
            let (name, cause) = process::signal(*number);
            let mut message = format!("the process was ended by {name}: {cause}.");
            if let Some(text) = first_panic_text(&ended.stderr) {
                message += &format!("\nIt had panicked before that:\n{text}");
            }
            let last: Vec<&str> =
                ended.stderr.lines().rev().filter(|l| !l.trim().is_empty()).take(6).collect();
            if !last.is_empty() {
                message += "\nIts last words:";
                for line in last.iter().rev() {
                    message += &format!("\n  {line}");
                }
            }
            (Status::Crash, message)
        }
        Ending::Timeout => (
            Status::Timeout,
            with_output(
                format!(
                    "not finished after {} s: a loop that does not end, or a lock that is \
                     never released?",
                    ended.duration.as_secs()
                ),
                ended,
            ),
        ),
        Ending::Flood => (
            Status::Timeout,
            with_output(
                format!(
                    "ended by the grader: it had printed more than {} MiB: a loop that does not \
                     end?",
                    process::MOST_OUTPUT >> 20
                ),
                ended,
            ),
        ),
        Ending::Swarm => (
            Status::Crash,
            format!("ended by the grader: more than {} processes at once.", limits.processes),
        ),
        Ending::Cancelled => (Status::Error, String::from("cancelled")),
    }
}

fn with_output(mut message: String, ended: &Ended) -> String {
    let output = ended.stdout.lines().chain(ended.stderr.lines());
    let last: Vec<&str> = output.filter(|l| !is_noise(l)).collect();
    if !last.is_empty() {
        message += "\nIts last output:";
        for line in &last[last.len().saturating_sub(4)..] {
            let line: String = line.chars().take(160).collect();
            message += &format!("\n  {line}");
        }
    }
    message
}

fn is_noise(line: &str) -> bool {
    line.trim().is_empty() || line == "running 1 test" || line.starts_with("test result: ")
}

/// The text of the last panic, without libtest's frame around it, and where it
/// happened in the student's file.
fn panic_text(stderr: &str) -> Option<String> {
    let last = stderr.rfind("\nthread '").map(|i| i + 1);
    panic_at(stderr, last.or_else(|| stderr.starts_with("thread '").then_some(0))?)
}

/// The text of the first panic: where one ends in an abort, the last speaks of
/// the abort only.
fn first_panic_text(stderr: &str) -> Option<String> {
    let first = stderr.find("\nthread '").map(|i| i + 1);
    panic_at(stderr, stderr.starts_with("thread '").then_some(0).or(first)?)
}

/// The panic whose report begins at `start`.
fn panic_at(stderr: &str, start: usize) -> Option<String> {
    let (place, rest) = stderr[start..].split_once('\n')?;
    let text = rest
        .split("\nnote: run with `RUST_BACKTRACE")
        .next()?
        .split("\nstack backtrace:")
        .next()?
        .split("\nthread '")
        .next()?
        .trim_end();
    let at = place.split_once(" panicked at ").map_or("", |(_, at)| at.trim_end_matches(':'));
    let text = text.trim_end_matches("\n\n");
    Some(match at.starts_with("exercises/") {
        true => format!("{text}\n(a panic at {at})"),
        false => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_its_text_and_its_place() {
        let stderr = "\nthread 'main' (7) panicked at exercises/ex1_my_box.rs:4:9:\nnot yet \
                      implemented: ex1.2\nnote: run with `RUST_BACKTRACE=1` environment\n";
        assert_eq!(
            panic_text(stderr).as_deref(),
            Some("not yet implemented: ex1.2\n(a panic at exercises/ex1_my_box.rs:4:9)")
        );
        let stderr = "\nthread 'x' panicked at tests/a.rs:1:1:\none\ntwo\nnote: run with `RUST_BACKTRACE=1`";
        assert_eq!(panic_text(stderr).as_deref(), Some("one\ntwo"));
        assert_eq!(panic_text("nothing"), None);
    }

    #[test]
    fn nonces_differ() {
        assert_ne!(nonce(), nonce());
        assert_eq!(nonce().len(), 32);
    }
}
