//! `workbook miri EX`, and the stage `miri` of a check: the suite under Miri,
//! once by the rules of Stacked Borrows and, at the same time, by those of Tree
//! Borrows.
//!
//! A run counts only when the harness reports as many tests as the manifest
//! expects. Miri's report is translated; the report itself follows below.

mod explain;
mod output;
mod parse;
mod render;

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::judge::Observer;
use crate::manifest::Exercise;
use crate::process::{self, Cancel, Limits};
use crate::progress_line::ProgressLine;
use crate::style;
use crate::text::say;
use crate::tool;

use explain::{Explanation, Kind, Own};
use output::Harness;

/// Miri builds its own standard library once; that takes a minute or two.
const SETUP_LIMIT: Duration = Duration::from_secs(600);
/// The first run compiles the suite's dependencies; later ones take seconds.
const RUN_LIMIT: Duration = Duration::from_secs(600);
/// Seeds for the tests with threads: each brings another schedule.
const THREAD_SEEDS: usize = 8;
/// Seeds for settling whether memory is really misaligned: by chance a bad
/// pointer is aligned under some of them, hardly under all.
const ALIGNMENT_SEEDS: usize = 4;
/// More than the harness prints for a suite under many seeds.
const MOST_OUTPUT: usize = 4 << 20;
/// Cargo, rustc and Miri at once, on a machine with many cores.
const MOST_PROCESSES: usize = 512;
/// Tests that use what Miri cannot do are left out one by one, up to this many.
const MOST_LEFT_OUT: usize = 6;

/// `workbook miri`: the stage by itself, for each of `exercises`.
pub fn run(ctx: &Context, exercises: &[&Exercise], solutions: bool) -> ExitCode {
    let target_dir = ctx.target_dir().join("miri");
    let cancel = Cancel::new();
    let mut worst = Ending::Pass;
    for (index, exercise) in exercises.iter().enumerate() {
        if index > 0 {
            say!();
        }
        say!("{}  {}", ctx.style.bold(&exercise.id), ctx.style.bold(&exercise.title));
        if !exercise.without_miri.is_empty() {
            say!("  {} skipped: {}", ctx.style.yellow("-"), exercise.without_miri);
            continue;
        }
        let job = Job {
            root: &ctx.root,
            exercise,
            solutions,
            target_dir: &target_dir,
            cancel: &cancel,
        };
        let line = Line(ProgressLine::new());
        let answers = run_stage(&job, &line);
        line.0.clear();
        show(ctx, exercise, &answers);
        for answer in &answers {
            worst = worse(worst, answer.ending);
        }
    }
    match worst {
        Ending::Pass => ExitCode::SUCCESS,
        Ending::Skipped | Ending::Error => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    }
}

/// What `workbook miri` shows while it works.
struct Line(ProgressLine);

impl Observer for Line {
    fn begins(&self, work: &str) {
        self.0.begin(work);
    }

    fn progress(&self, done: usize, of: usize) {
        self.0.advance(done, of);
    }
}

/// The ending that decides the exit code: a failure before anything that could
/// not be found out, and that before a pass.
fn worse(one: Ending, other: Ending) -> Ending {
    let rank = |ending| match ending {
        Ending::Pass => 0,
        Ending::Skipped => 1,
        Ending::Error => 2,
        _ => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}

fn show(ctx: &Context, exercise: &Exercise, answers: &[Answer]) {
    let style = &ctx.style;
    for answer in answers {
        let title = format!("{:<16}", answer.model.title());
        let mark = match answer.ending {
            Ending::Pass => style.green(style.tick()),
            Ending::Skipped => style.yellow("-"),
            _ => style.red(style.cross()),
        };
        let seconds = answer.duration.as_secs_f64();
        say!("  {mark} {title} {:<20} {seconds:>6.1} s", answer.ending.words());
    }
    for answer in answers {
        if !answer.message.is_empty() {
            say!("\n{}\n{}", style.bold(answer.model.title()), answer.message);
        }
        if !answer.report.is_empty() {
            say!("\n{}\n{}", style.bold("Miri's own report"), style.dim(&answer.report));
        }
    }
    say!();
    match answers.iter().map(|answer| answer.ending).fold(Ending::Pass, worse) {
        Ending::Pass => say!("next: `just check {}`", exercise.id),
        Ending::Skipped => say!("next: `just doctor` shows what is missing"),
        Ending::Error => say!("next: `just doctor`, then `just miri {}`", exercise.id),
        _ => say!("next: `just hint {0}`, then `just miri {0}`", exercise.id),
    }
}

/// The rules that a run goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    StackedBorrows,
    TreeBorrows,
}

impl Model {
    pub const ALL: [Model; 2] = [Model::StackedBorrows, Model::TreeBorrows];

    pub fn title(self) -> &'static str {
        match self {
            Model::StackedBorrows => "Stacked Borrows",
            Model::TreeBorrows => "Tree Borrows",
        }
    }

    /// The name of the run in a report.
    pub fn test(self) -> &'static str {
        match self {
            Model::StackedBorrows => "miri::stacked_borrows",
            Model::TreeBorrows => "miri::tree_borrows",
        }
    }
}

/// How a run was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Pass,
    Fail,
    UndefinedBehavior,
    Crash,
    Timeout,
    CompileError,
    Skipped,
    Error,
}

impl Ending {
    pub fn words(self) -> &'static str {
        match self {
            Ending::Pass => "pass",
            Ending::Fail => "fail",
            Ending::UndefinedBehavior => "undefined behaviour",
            Ending::Crash => "crash",
            Ending::Timeout => "timeout",
            Ending::CompileError => "compile error",
            Ending::Skipped => "skipped",
            Ending::Error => "error",
        }
    }
}

/// The answer to one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub model: Model,
    pub ending: Ending,
    /// What the student reads; empty after a pass without remarks.
    pub message: String,
    /// Miri's own report, as it printed it; empty when there is none.
    pub report: String,
    /// The line in the student's file that the report is about.
    pub line: Option<u32>,
    pub duration: Duration,
}

/// What to run, and where.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The workspace with the code under test; it may be a scratch copy.
    pub root: &'a Path,
    pub exercise: &'a Exercise,
    /// Judge the model solution in place of the student's file.
    pub solutions: bool,
    /// Miri builds into a folder of its own.
    pub target_dir: &'a Path,
    pub cancel: &'a Cancel,
}

/// The toolchain that has Miri.
pub fn toolchain() -> String {
    env::var("WORKBOOK_MIRI_TOOLCHAIN")
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "nightly".to_owned())
}

/// The command that adds Miri to its toolchain.
pub fn install_command() -> String {
    format!("rustup component add miri --toolchain {}", toolchain())
}

/// Why Miri cannot run here, with the command that changes it; `None` when it
/// can.
pub fn absent(root: &Path) -> Option<String> {
    let toolchain = toolchain();
    let mut command = cargo(root);
    command.args(["miri", "--version"]);
    let finished = match tool::run(command, Duration::from_secs(30)) {
        Ok(finished) if finished.success() => return None,
        Ok(finished) => finished,
        Err(error) => return Some(format!("cargo cannot be started: {error}")),
    };
    // rustup: "toolchain 'nightly-x86_64-unknown-linux-gnu' is not installed"
    let no_toolchain = finished.stderr.contains("error: toolchain '");
    Some(match no_toolchain {
        true => format!(
            "the toolchain `{toolchain}` is not installed: \
             `rustup toolchain install {toolchain} --component miri`"
        ),
        false => format!("Miri is not installed: `{}`", install_command()),
    })
}

/// Runs the suite under both models.
pub fn run_stage(job: &Job<'_>, observer: &dyn Observer) -> Vec<Answer> {
    let skipped = |reason: String| {
        Model::ALL
            .into_iter()
            .map(|model| Answer {
                model,
                ending: Ending::Skipped,
                message: reason.clone(),
                report: String::new(),
                line: None,
                duration: Duration::ZERO,
            })
            .collect()
    };
    if let Some(reason) = absent(job.root) {
        return skipped(reason);
    }
    observer.begins("building Miri's standard library, once");
    if let Err(reason) = set_up(job) {
        return skipped(reason);
    }
    let mut answers = both_models(job, observer);
    // What one model found stands, even if the other did not get that far.
    if answers.iter().any(|answer| worse(Ending::Error, answer.ending) != Ending::Error) {
        answers.retain(|answer| answer.ending != Ending::Skipped);
    }
    if let [first, second] = &mut answers[..]
        && !first.message.is_empty()
        && first.message == second.message
    {
        second.message =
            format!("{} objects to the same, in the same words.", second.model.title());
        second.report.clear();
    }
    answers
}

/// A run keeps one processor busy, so the two go side by side; what is shown is
/// the progress of the first, then that of the second.
fn both_models(job: &Job<'_>, observer: &dyn Observer) -> Vec<Answer> {
    let [first, second] = Model::ALL;
    let turn = AtomicBool::new(false);
    thread::scope(|scope| {
        let beside =
            scope.spawn(|| run_model(job, second, &Waiting { turn: &turn, line: observer }));
        let answer = run_model(job, first, observer);
        observer.begins(&running(second));
        turn.store(true, Ordering::Relaxed);
        vec![answer, beside.join().expect("no run panics the grader")]
    })
}

/// Shows nothing before its turn.
struct Waiting<'a> {
    turn: &'a AtomicBool,
    line: &'a dyn Observer,
}

impl Observer for Waiting<'_> {
    fn begins(&self, work: &str) {
        if self.turn.load(Ordering::Relaxed) {
            self.line.begins(work);
        }
    }

    fn progress(&self, done: usize, of: usize) {
        if self.turn.load(Ordering::Relaxed) {
            self.line.progress(done, of);
        }
    }
}

/// What is shown while a model's run goes on.
fn running(model: Model) -> String {
    format!("Miri, {}", model.title())
}

/// What Miri's cargo may know of the environment: enough to run, nothing that
/// changes a verdict.
const INHERITED: [&str; 19] = [
    "PATH",
    "HOME",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "XDG_CACHE_HOME",
    "TMPDIR",
    "LANG",
    "USER",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SystemRoot",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "ProgramFiles",
    "TEMP",
    "TMP",
];

/// `cargo` of Miri's toolchain.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.arg(format!("+{}", toolchain())).current_dir(root).env_clear();
    for name in INHERITED {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("RUSTUP_AUTO_INSTALL", "0")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never");
    command
}

fn limits(wall: Duration) -> Limits {
    Limits { wall, memory: None, processes: MOST_PROCESSES }
}

fn set_up(job: &Job<'_>) -> Result<(), String> {
    let mut command = cargo(job.root);
    // Where rust-src is missing, cargo-miri asks rustup for it.
    command.args(["miri", "setup"]).env("CARGO_TARGET_DIR", job.target_dir);
    let toolchain = toolchain();
    let mend = format!("`cargo +{toolchain} miri setup` shows why");
    match process::run(command, limits(SETUP_LIMIT), job.cancel) {
        Ok(ended) if ended.ending == process::Ending::Exit(0) => Ok(()),
        Ok(ended) if ended.ending == process::Ending::Timeout => Err(format!(
            "Miri's standard library was not built within {} s: {mend}",
            SETUP_LIMIT.as_secs()
        )),
        Ok(_) => Err(format!(
            "Miri's standard library cannot be built: {mend} (it needs \
             `rustup component add rust-src --toolchain {toolchain}`)"
        )),
        Err(error) => Err(format!("cargo cannot be started: {error}")),
    }
}

/// The flags of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flags {
    model: Model,
    /// Judges alignment by the type that was allocated, not by the address that
    /// it happened to get: certain to find a bad one, and wrong about code that
    /// aligns by arithmetic.
    symbolic_alignment: bool,
    seeds: usize,
}

impl Flags {
    fn text(&self) -> String {
        let mut flags = Vec::new();
        if self.model == Model::TreeBorrows {
            flags.push("-Zmiri-tree-borrows".to_owned());
        }
        if self.symbolic_alignment {
            flags.push("-Zmiri-symbolic-alignment-check".to_owned());
        }
        if self.seeds > 1 {
            flags.push(format!("-Zmiri-many-seeds=0..{}", self.seeds));
            flags.push("-Zmiri-address-reuse-cross-thread-rate=0".to_owned());
        }
        flags.join(" ")
    }
}

fn run_model(job: &Job<'_>, model: Model, observer: &dyn Observer) -> Answer {
    let started = Instant::now();
    let mut limits = Vec::new();
    let flags = Flags { model, symbolic_alignment: true, seeds: 1 };
    let mut verdict = judge_all(job, flags.clone(), all_tests(job), &mut limits, observer);
    let threaded: Vec<String> =
        all_tests(job).into_iter().filter(|test| has_threads(test)).collect();
    if verdict.ending == Ending::Pass && job.exercise.threads && !threaded.is_empty() {
        let flags = Flags { seeds: THREAD_SEEDS, ..flags };
        verdict = judge_all(job, flags, threaded, &mut limits, observer);
    }
    let mut message = verdict.message;
    if verdict.ending == Ending::Pass && !limits.is_empty() {
        verdict.ending = Ending::Skipped;
        message = format!(
            "Miri cannot run everything that the code does, and found nothing in the rest:\n{}",
            limits.join("\n")
        );
    }
    Answer {
        model,
        ending: verdict.ending,
        message,
        report: verdict.report,
        line: verdict.line,
        duration: started.elapsed(),
    }
}

fn all_tests(job: &Job<'_>) -> Vec<String> {
    job.exercise.tests.keys().cloned().collect()
}

/// Whether a test starts threads: its name says so.
fn has_threads(test: &str) -> bool {
    test.contains("thread") || test.contains("parallel")
}

/// Runs `tests`, again without what Miri cannot run; `limits` tells of those.
fn judge_all(
    job: &Job<'_>,
    mut flags: Flags,
    mut tests: Vec<String>,
    limits: &mut Vec<String>,
    observer: &dyn Observer,
) -> Verdict {
    let mut left_out = 0;
    loop {
        let mut verdict = match one_run(job, &flags, &tests, observer) {
            Ok(verdict) => verdict,
            Err(error) => Verdict::error(format!("cargo cannot be started: {error}")),
        };
        if verdict.kind == Some(Kind::Misaligned) && flags.symbolic_alignment {
            // Perhaps the code aligned the pointer by arithmetic: let real
            // addresses decide, different ones in each run.
            flags.symbolic_alignment = false;
            flags.seeds = flags.seeds.max(ALIGNMENT_SEEDS);
            continue;
        }
        if verdict.kind == Some(Kind::Unsupported)
            && left_out < MOST_LEFT_OUT
            && let Some(test) = verdict.test.take()
            && let Some(index) = tests.iter().position(|other| *other == test)
        {
            limits.push(format!("{test}: {}", verdict.title));
            tests.remove(index);
            left_out += 1;
            continue;
        }
        return verdict;
    }
}

fn one_run(
    job: &Job<'_>,
    flags: &Flags,
    tests: &[String],
    observer: &dyn Observer,
) -> std::io::Result<Verdict> {
    let exercise = job.exercise;
    let features = match job.solutions {
        true => format!("{},solutions", exercise.id),
        false => exercise.id.clone(),
    };
    let mut command = cargo(job.root);
    command
        .args(["miri", "test", "--no-default-features", "--features", &features])
        .args(["--test", &exercise.stem])
        .env("CARGO_TARGET_DIR", job.target_dir)
        .env("MIRIFLAGS", flags.text());
    let filtered = exercise.tests.len() - tests.len();
    if filtered > 0 {
        command.args(["--", "--exact"]).args(tests);
    }
    let total = tests.len() * flags.seeds;
    observer.begins(&format!("building for Miri ({})", flags.model.title()));
    let mut ran = 0;
    let mut stdout = String::new();
    let ended = process::run_watched(command, limits(RUN_LIMIT), job.cancel, &mut |line| {
        if line.starts_with("running ") {
            observer.begins(&running(flags.model));
        } else if line.starts_with("test ") && line.contains(" ... ") {
            ran = (ran + 1).min(total);
            observer.progress(ran, total);
        }
        if stdout.len() < MOST_OUTPUT {
            stdout.push_str(line);
            stdout.push('\n');
        }
    })?;
    let folder = if job.solutions { "solutions" } else { "exercises" };
    let path = format!("{folder}/{}.rs", exercise.stem);
    let source = std::fs::read_to_string(job.root.join(&path)).unwrap_or_default();
    let run = Run {
        ending: ended.ending,
        stdout: &stdout,
        stderr: &ended.stderr,
        tests: tests.iter().map(String::as_str).collect(),
        filtered,
        runs: flags.seeds,
        own: Own { path: &path, source: &source },
    };
    let mut verdict = run.judge();
    for text in [&mut verdict.title, &mut verdict.message, &mut verdict.report] {
        *text = style::tame(text);
    }
    Ok(verdict)
}

/// A run that has ended, and what was expected of it.
struct Run<'a> {
    ending: process::Ending,
    stdout: &'a str,
    stderr: &'a str,
    tests: BTreeSet<&'a str>,
    /// Tests of the suite that were not asked for.
    filtered: usize,
    runs: usize,
    own: Own<'a>,
}

/// What a run comes to.
#[derive(Debug)]
struct Verdict {
    ending: Ending,
    kind: Option<Kind>,
    /// Miri's first line.
    title: String,
    test: Option<String>,
    message: String,
    report: String,
    line: Option<u32>,
}

impl Verdict {
    fn plain(ending: Ending, message: String) -> Verdict {
        Verdict {
            ending,
            kind: None,
            title: String::new(),
            test: None,
            message,
            report: String::new(),
            line: None,
        }
    }

    fn error(message: String) -> Verdict {
        Verdict::plain(Ending::Error, message)
    }
}

impl Run<'_> {
    fn judge(&self) -> Verdict {
        let harness = Harness::read(self.stdout);
        let found = parse::diagnostics(self.stderr);
        // The first error counts; of leaks there may be many.
        if let Some(first) = found.first() {
            return self.explained(first, found.len(), &harness);
        }
        let ended = match &self.ending {
            process::Ending::Timeout => {
                let at = harness.running.map_or(String::new(), |test| format!(", in {test}"));
                return Verdict::plain(
                    Ending::Timeout,
                    format!("Miri was still running after {} s{at}", RUN_LIMIT.as_secs()),
                );
            }
            process::Ending::Cancelled => return Verdict::error("cancelled".to_owned()),
            process::Ending::Exit(code) => format!("with exit code {code}"),
            process::Ending::Signal(number) => format!("by {}", process::signal(*number).0),
            process::Ending::Swarm => "because of too many processes".to_owned(),
            process::Ending::Flood => "because of too much output".to_owned(),
        };
        if !harness.begun {
            return Verdict {
                report: last_lines(self.stderr),
                ..Verdict::error(format!("Miri ended {ended} before the first test had begun"))
            };
        }
        if !harness.failed.is_empty() {
            return self.failed(&harness);
        }
        match harness.shortfall(self.tests.len(), self.filtered, self.runs) {
            None if self.ending == process::Ending::Exit(0) => {
                Verdict::plain(Ending::Pass, String::new())
            }
            None => Verdict {
                report: last_lines(self.stderr),
                ..Verdict::error(format!("every test passed, yet Miri ended {ended}"))
            },
            Some(shortfall) => Verdict {
                report: last_lines(self.stderr),
                ..Verdict::error(format!("Miri ended {ended}. {shortfall}"))
            },
        }
    }

    fn explained(&self, first: &parse::Diagnostic, count: usize, harness: &Harness) -> Verdict {
        let explanation: Explanation = explain::explain(first, self.own);
        let ending = match explanation.kind {
            kind if kind.is_undefined_behavior() => Ending::UndefinedBehavior,
            Kind::Unsupported => Ending::Skipped,
            Kind::Abort => Ending::Crash,
            Kind::NotARun if self.stderr.contains("could not compile") => Ending::CompileError,
            Kind::NotARun => Ending::Error,
            _ => Ending::Fail,
        };
        let test = self.test_of(first, harness);
        let mut message = render::text(&explanation, test.as_deref());
        if explanation.kind == Kind::Leak && count > 1 {
            message.push_str(&format!("\n\nMiri reports {count} leaks; this is the first."));
        }
        Verdict {
            ending,
            kind: Some(explanation.kind),
            title: first.title.clone(),
            test,
            message,
            report: own_report(self.stderr),
            line: explanation.line(),
        }
    }

    /// The test in which it happened: the one that the harness had begun, or
    /// else, when several seeds ran at once, the one in the backtrace.
    fn test_of(&self, diagnostic: &parse::Diagnostic, harness: &Harness) -> Option<String> {
        let in_backtrace = diagnostic.backtrace.iter().find_map(|frame| {
            let name = frame.function.split("::{closure").next().unwrap_or_default();
            self.tests.iter().find(|test| {
                name == **test
                    || name.strip_suffix(**test).is_some_and(|rest| rest.ends_with("::"))
            })
        });
        match in_backtrace {
            Some(test) => Some((*test).to_owned()),
            None if self.runs == 1 => harness.running.clone(),
            None => None,
        }
    }

    fn failed(&self, harness: &Harness) -> Verdict {
        let names: Vec<&str> = harness.failed.iter().map(String::as_str).collect();
        let mut message = format!(
            "{} under Miri without undefined behaviour: {}",
            if names.len() == 1 { "a test fails" } else { "tests fail" },
            names.join(", ")
        );
        for (name, text) in &harness.messages {
            message.push_str(&format!("\n\n{name}\n{text}"));
        }
        Verdict::plain(Ending::Fail, message)
    }
}

/// Miri's part of the output: without what cargo says before and after it.
fn own_report(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().collect();
    let start = lines.iter().position(|line| line.starts_with("error")).unwrap_or(0);
    let end = lines[start..]
        .iter()
        .position(|line| {
            line.starts_with("error: test failed") || line.starts_with("error: aborting")
        })
        .map_or(lines.len(), |end| start + end);
    lines[start..end].join("\n").trim_end().to_owned()
}

/// The end of an output, where a reason stands if there is one.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(25)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<'a>(stdout: &'a str, stderr: &'a str) -> Run<'a> {
        Run {
            ending: process::Ending::Timeout,
            stdout,
            stderr,
            tests: BTreeSet::from(["unit::a", "unit::b"]),
            filtered: 0,
            runs: 1,
            own: Own { path: "exercises/ex2.rs", source: "" },
        }
    }

    #[test]
    fn a_run_without_end_names_the_test() {
        let verdict =
            run("running 2 tests\ntest unit::a ... ok\ntest unit::b ... ", "").judge();
        assert_eq!(verdict.ending, Ending::Timeout);
        assert!(verdict.message.ends_with("in unit::b"), "{}", verdict.message);
    }

    #[test]
    fn the_test_is_found_in_the_backtrace_when_seeds_run_at_once() {
        let stderr = "error: Undefined Behavior: entering unreachable code\n  \
            --> exercises/ex2.rs:1:1\n   = note: stack backtrace:\n           0: ex2::f\n               \
            at exercises/ex2.rs:1:1: 1:2\n           1: unit::b::{closure#0}\n               \
            at tests/ex2.rs:1:1: 1:2\n";
        let verdict = Run { runs: 8, ..run("test unit::a ... ", stderr) }.judge();
        assert_eq!(verdict.ending, Ending::UndefinedBehavior);
        assert_eq!(verdict.test.as_deref(), Some("unit::b"));
    }
}
