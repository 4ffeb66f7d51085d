//! `workbook verify`: the course checks itself.

use std::fs;
use std::process::ExitCode;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::judge::{Observer, Task, judge};
use crate::manifest::{Exercise, STAGES};
use crate::process::{self, Cancel, Ending, Limits};
use crate::progress_line::ProgressLine;
use crate::run::Settings;
use crate::verdict::{Status, Verdict};
use crate::workplace::{self, Workplace};

struct Silent;
impl Observer for Silent {}

/// Checks every exercise, and prints what is wrong with each.
///
/// # Errors
///
/// When an exercise is named that is not there.
pub fn run(context: &Context, names: &[String], cancel: &Cancel) -> Result<ExitCode> {
    let style = context.style;
    let line = ProgressLine::new();
    let mut sound = true;
    for exercise in context.exercises(names).map_err(Error::new)? {
        let mut problems = papers(context, exercise);
        line.begin(&format!("building {} and its solution", exercise.id));
        problems.extend(stub(context, exercise, cancel)?);
        problems.extend(solution(context, exercise, cancel));
        line.clear();
        if cancel.is_cancelled() {
            return Ok(ExitCode::from(130));
        }
        if problems.is_empty() {
            println!("{} {:5} {}", style.green(style.tick()), exercise.id, exercise.title);
        } else {
            sound = false;
            println!("{} {:5} {}", style.red(style.cross()), exercise.id, exercise.title);
            for problem in problems {
                println!("    - {}", problem.replace('\n', "\n      "));
            }
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What can be seen without building anything.
fn papers(context: &Context, exercise: &Exercise) -> Vec<String> {
    let mut problems = Vec::new();
    let stem = &exercise.stem;
    let sum: u32 = exercise.points.values().sum();
    if sum != 100 {
        problems.push(format!("the points sum to {sum}, expected 100"));
    }
    for stage in exercise.points.keys() {
        if !STAGES.contains(&stage.as_str()) {
            problems.push(format!("there is no stage `{stage}`"));
        } else if !matches!(stage.as_str(), "review" | "miri")
            && exercise.tests_of(stage).next().is_none()
        {
            problems.push(format!("stage {stage} has points, but no tests"));
        }
    }
    if exercise.points.contains_key("miri") != exercise.without_miri.is_empty() {
        problems.push(String::from("expected either points for Miri or a reason against it"));
    }
    if exercise.tests_of("control").next().is_none() {
        problems.push(String::from("there is no negative control"));
    }
    for test in exercise.tests.keys() {
        if !STAGES.iter().any(|stage| test.starts_with(&format!("{stage}::"))) {
            problems.push(format!("the test {test} belongs to no stage"));
        }
    }
    if exercise.hints.len() != 3 || exercise.hints.iter().any(String::is_empty) {
        problems.push(format!("expected three hints, found {}", exercise.hints.len()));
    }
    for given in &exercise.given {
        if !exercise.tests.contains_key(given) {
            problems.push(format!("`given` names {given}, which is no test"));
        }
    }
    for file in [
        format!("exercises/{stem}.rs"),
        format!("solutions/{stem}.rs"),
        format!("tests/{stem}.rs"),
    ] {
        if !context.root.join(&file).is_file() {
            problems.push(format!("{file} is not there"));
        }
    }
    if context.root.join("book/src").is_dir() && !context.root.join(&exercise.chapter).is_file()
    {
        problems.push(format!("the chapter {} is not there", exercise.chapter));
    }
    // What must be refused is compared in full, or by error code and line.
    for kinds in [&["fail", "bounds"][..], &["pass"]] {
        let folder = |kind: &&str| format!("ui-tests/{}/{kind}", exercise.id);
        let programs = |kind: &&str| {
            fs::read_dir(context.root.join(folder(kind))).map_or(0, Iterator::count)
        };
        if kinds.iter().map(programs).sum::<usize>() == 0 {
            problems.push(format!("{} holds no program", folder(&kinds[0])));
        }
    }
    for (kind, least) in [("wheats", 3), ("chaffs", 12)] {
        let folder = format!("corpus/{}/{kind}", exercise.id);
        let listing = fs::read_dir(context.root.join(&folder));
        let files = listing.map_or(0, |l| {
            l.flatten().filter(|e| e.path().extension().is_some_and(|x| x == "rs")).count()
        });
        if files < least {
            problems.push(format!("{folder} holds {files} submissions, expected {least}"));
        }
    }
    problems
}

/// The stub as it was shipped: no warnings, no points, and every failure for
/// the declared reason.
fn stub(context: &Context, exercise: &Exercise, cancel: &Cancel) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let scratch = Workplace::scratch(&context.root)?;
    scratch.renew()?;
    let shipped = crate::reset::shipped(&context.root, exercise).map_err(|e| {
        Error::new(format!("the shipped stub of {} cannot be read: {e}", exercise.id))
    })?;
    for (name, text) in shipped {
        let path = scratch.root.join("exercises").join(name);
        if fs::read(&path).map_or(true, |now| now != text) {
            let _ = fs::write(&path, text);
        }
    }
    if let Some(warnings) = warnings(&scratch, exercise, cancel) {
        problems.push(format!("the stub does not compile without warnings:\n{warnings}"));
    }
    let verdict = judged(&scratch, exercise, false, cancel);
    if verdict.stages.is_empty() {
        problems.push(format!("the stub was not judged: {}", verdict.message));
        return Ok(problems);
    }
    if verdict.score > 0.0 {
        problems.push(format!("the stub scores {}, expected 0", verdict.score));
    }
    let mut given = Vec::new();
    for test in verdict.stages.iter().filter(|s| s.stage != "review").flat_map(|s| &s.tests) {
        if test.status == Status::Pass {
            given.push(test.name.as_str());
        } else if test.status == Status::Error {
            problems.push(format!("{}: {}", test.name, test.message));
        }
    }
    let declared = |name: &str| exercise.given.iter().any(|g| g == name);
    for name in &given {
        if !declared(name) && !name.starts_with("control::") {
            problems.push(format!("the stub passes {name}, which `given` does not name"));
        }
    }
    for name in &exercise.given {
        if !given.contains(&name.as_str()) {
            problems.push(format!("`given` names {name}, which the stub does not pass"));
        }
    }
    let reason = &exercise.stub_fails;
    let says_so = verdict
        .stages
        .iter()
        .flat_map(|s| &s.tests)
        .any(|t| t.status != Status::Pass && t.message.contains(reason.as_str()));
    if !says_so {
        problems.push(format!("no failing test of the stub says `{reason}`"));
    }
    Ok(problems)
}

/// The solution reaches every point, and the suite has no test that the
/// manifest does not know.
fn solution(context: &Context, exercise: &Exercise, cancel: &Cancel) -> Vec<String> {
    let own = Workplace::own(&context.root);
    let verdict = judged(&own, exercise, true, cancel);
    let mut problems = Vec::new();
    if !verdict.is_pass() {
        let failing: Vec<String> = verdict
            .stages
            .iter()
            .flat_map(|s| &s.tests)
            .filter(|t| t.status != Status::Pass)
            .map(|t| format!("{} ({}): {}", t.name, t.status.word(), t.message))
            .collect();
        problems.push(format!(
            "the solution scores {} of {}: {}{}",
            verdict.score,
            verdict.max_score,
            verdict.message,
            failing.join("\n")
        ));
    }
    match crate::compile::build(&own, exercise, true, false, cancel) {
        Ok(built) => match listed(&own, &built.suite, cancel) {
            Some(tests) => {
                for test in tests {
                    if !exercise.tests.contains_key(&test) {
                        problems
                            .push(format!("the suite has the test {test}, the manifest not"));
                    }
                }
            }
            None => problems.push(String::from("the suite does not list its tests")),
        },
        Err(_) => problems.push(String::from("the suite does not build with the solution")),
    }
    problems
}

fn judged(
    workplace: &Workplace,
    exercise: &Exercise,
    solutions: bool,
    cancel: &Cancel,
) -> Verdict {
    let task = Task {
        exercise,
        workplace,
        solutions,
        without_audit: false,
        leave_out: &[("miri", "left out: `just miri` runs it")],
        settings: &Settings::default(),
        colour: false,
        cancel,
    };
    judge(&task, &Silent)
}

/// The tests that the suite itself names.
fn listed(
    workplace: &Workplace,
    suite: &std::path::Path,
    cancel: &Cancel,
) -> Option<Vec<String>> {
    let mut command = workplace::command(workplace, suite);
    command.args(["--list", "--format", "terse"]);
    let limits =
        Limits { wall: std::time::Duration::from_secs(10), memory: None, processes: 8 };
    let ended = process::run(command, limits, cancel).ok()?;
    (ended.ending == Ending::Exit(0)).then(|| {
        let lines = ended.stdout.lines();
        lines.filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
    })
}

/// Warnings of the compiler about the stub.
fn warnings(workplace: &Workplace, exercise: &Exercise, cancel: &Cancel) -> Option<String> {
    let mut command = workplace::command(workplace, "cargo");
    command
        .args(["clippy", "--lib", "--no-default-features", "--features", &exercise.id])
        .args(["--", "-D", "warnings"])
        .env_remove("CARGO_TERM_QUIET");
    let limits =
        Limits { wall: std::time::Duration::from_secs(300), memory: None, processes: 256 };
    match process::run(command, limits, cancel) {
        Ok(ended) if ended.ending == Ending::Exit(0) => None,
        Ok(ended) => Some(ended.stderr),
        Err(e) => Some(e.to_string()),
    }
}
