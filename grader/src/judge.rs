//! From a submission to a verdict: build, rules, stages, points.

use std::path::Path;
use std::sync::mpsc;
use std::thread;

use crate::compile::{self, Failed};
use crate::integrity;
use crate::manifest::{Exercise, STAGES};
use crate::miri;
use crate::process::Cancel;
use crate::review;
use crate::run::{self, Memory, Settings};
use crate::style;
use crate::verdict::{POINTS_TOTAL, StageVerdict, Status, TestVerdict, Verdict};
use crate::workplace::Workplace;

/// What to judge, and how.
pub struct Task<'a> {
    pub exercise: &'a Exercise,
    pub workplace: &'a Workplace,
    /// Judge the model solutions instead of the exercises.
    pub solutions: bool,
    /// The submission came without an audit: that stage is skipped.
    pub without_audit: bool,
    /// Stages to leave out, with the reason.
    pub leave_out: &'a [(&'static str, &'static str)],
    pub settings: &'a Settings,
    /// Whether compiler output may have colours.
    pub colour: bool,
    pub cancel: &'a Cancel,
}

/// Told what is going on while a verdict comes about.
pub trait Observer: Sync {
    /// A piece of work begins.
    fn begins(&self, _work: &str) {}
    /// So many of so many tests of the current stage are done.
    fn progress(&self, _done: usize, _of: usize) {}
    /// A stage has its verdict, although points may still change.
    fn stage(&self, _stage: &StageVerdict) {}
}

/// Judges one submission.
pub fn judge(task: &Task<'_>, observer: &dyn Observer) -> Verdict {
    let exercise = task.exercise;
    let not_run = |status, message: String| Verdict {
        max_score: reachable(task),
        ..Verdict::not_run(&exercise.id, &exercise.title, status, style::tame(&message))
    };

    observer.begins("building");
    let built =
        compile::build(task.workplace, exercise, task.solutions, task.colour, task.cancel);
    let built = match built {
        Ok(built) => built,
        Err(Failed::Compiler(text)) => return not_run(Status::CompileError, text),
        Err(Failed::Timeout(limit)) => {
            return not_run(
                Status::Timeout,
                format!(
                    "the compiler was not done after {} s: a constant that is computed for \
                     ever, or a type that grows without end?",
                    limit.as_secs()
                ),
            );
        }
        Err(Failed::Cancelled) => return not_run(Status::Error, String::from("cancelled")),
        Err(Failed::Grader(error)) => return not_run(Status::Error, error.to_string()),
    };
    if !task.solutions {
        match integrity::broken_rule(task.workplace, exercise, &built) {
            Ok(None) => {}
            Ok(Some(rule)) => return not_run(Status::Fail, rule),
            Err(error) => return not_run(Status::Error, error.to_string()),
        }
    }
    let before = integrity::identity(&built.suite);
    let verdict = stages(task, &built.suite, observer);
    if integrity::identity(&built.suite) == before {
        verdict
    } else {
        // Cargo would take it for its own work.
        let _ = std::fs::remove_file(&built.suite);
        let message = "The test program changed while it ran: something was built beside this \
                       check, or the code under test put another in its place. Check again.";
        not_run(Status::Error, message.to_owned())
    }
}

/// The points that this run could have reached, had it run.
fn reachable(task: &Task<'_>) -> f64 {
    let points = |stage: &str| f64::from(task.exercise.points.get(stage).copied().unwrap_or(0));
    let can_run = |stage: &str| {
        points(stage) > 0.0
            && skip_reason(task, stage).is_none()
            && (stage != "miri" || miri::absent(&task.workplace.root).is_none())
    };
    STAGES.into_iter().filter(|stage| can_run(stage)).map(points).sum()
}

fn stages(task: &Task<'_>, suite: &Path, observer: &dyn Observer) -> Verdict {
    let memory = Memory::new(&task.exercise.crates);
    let (sender, beside) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| run_beside(task, suite, &memory, sender));
        in_order(task, suite, &memory, &beside, observer)
    })
}

/// The tests of a stage, or why it was skipped.
type Outcome = Result<Vec<TestVerdict>, String>;

/// The stages that start cargo and mostly wait. They run beside the tests, one
/// after the other: cargo's locks let no two of them run at once.
const BESIDE: [&str; 2] = ["compile_fail", "review"];

fn run_beside(
    task: &Task<'_>,
    suite: &Path,
    memory: &Memory<'_>,
    outcomes: mpsc::Sender<(&'static str, Outcome)>,
) {
    let settings = Settings { jobs: 1, ..task.settings.clone() };
    for stage in BESIDE {
        let tests: Vec<&str> = task.exercise.tests_of(stage).collect();
        if skip_reason(task, stage).is_some() || !has_work(task, stage, &tests) {
            continue;
        }
        let outcome = if stage == "review" {
            review::run(task.workplace, task.exercise, task.solutions, task.cancel)
        } else {
            let (work, cancel) = (task.workplace, task.cancel);
            Ok(run::run_tests(work, suite, &tests, &settings, memory, cancel, &|_| ()))
        };
        // Nobody listens any more after Ctrl-C.
        let _ = outcomes.send((stage, outcome));
    }
}

fn has_work(task: &Task<'_>, stage: &str, tests: &[&str]) -> bool {
    let points = task.exercise.points.get(stage).copied().unwrap_or(0);
    let says_why_not = stage == "miri" && !task.exercise.without_miri.is_empty();
    !tests.is_empty() || says_why_not || (matches!(stage, "review" | "miri") && points > 0)
}

/// Why this run leaves a stage out.
fn skip_reason<'a>(task: &Task<'a>, stage: &str) -> Option<&'a str> {
    let exercise = task.exercise;
    if stage == "miri" && !exercise.without_miri.is_empty() {
        return Some(&exercise.without_miri);
    }
    let left_out = task.leave_out.iter().find(|(s, _)| *s == stage).map(|(_, why)| *why);
    let audit_missing = (stage == "audit" && task.without_audit)
        .then_some("the submission came without an audit (<name>.audit.toml beside it)");
    left_out.or(audit_missing)
}

/// Runs the stages, or waits for them, in the order in which they are shown.
fn in_order(
    task: &Task<'_>,
    suite: &Path,
    memory: &Memory<'_>,
    beside: &mpsc::Receiver<(&'static str, Outcome)>,
    observer: &dyn Observer,
) -> Verdict {
    let exercise = task.exercise;
    let mut stages: Vec<StageVerdict> = Vec::new();
    for stage in STAGES {
        let points = f64::from(exercise.points.get(stage).copied().unwrap_or(0));
        let tests: Vec<&str> = exercise.tests_of(stage).collect();
        if !has_work(task, stage, &tests) {
            continue;
        }
        let unit_failed = stages.iter().any(|s| s.stage == "unit" && s.status != Status::Pass);
        let early = (stage == "miri" && unit_failed)
            .then_some("run when every unit test passes; `just miri` runs it any time");
        let mut verdict = if let Some(why) = skip_reason(task, stage) {
            skipped(stage, why.to_owned())
        } else if let Some(why) = early {
            StageVerdict { max_score: points, ..skipped(stage, why.to_owned()) }
        } else {
            observer.begins(stage);
            let outcome = if BESIDE.contains(&stage) {
                let came = beside.iter().find(|(s, _)| *s == stage).map(|(_, outcome)| outcome);
                came.unwrap_or_else(|| Err(String::from("it did not come to an end")))
            } else if stage == "miri" {
                under_miri(task, observer)
            } else {
                Ok(run::run_tests(
                    task.workplace,
                    suite,
                    &tests,
                    task.settings,
                    memory,
                    task.cancel,
                    &|done| observer.progress(done, tests.len()),
                ))
            };
            match outcome {
                Ok(tests) => finished(stage, points, tests),
                Err(why) => skipped(stage, why),
            }
        };
        count_points(&mut verdict, exercise, points);
        observer.stage(&verdict);
        stages.push(verdict);
        if task.cancel.is_cancelled() {
            break;
        }
    }
    total(exercise, stages)
}

/// Whether the negative control ran and found that a wrong value was taken for
/// a right one. A crash, or a panic in the student's own code, says less.
fn is_deceived(control: &StageVerdict, exercise: &Exercise) -> bool {
    control.tests.iter().any(|test| {
        test.status == Status::Fail
            && !test.message.contains(&exercise.stub_fails)
            && !test.message.contains("(a panic at exercises/")
    })
}

fn skipped(stage: &'static str, note: String) -> StageVerdict {
    StageVerdict {
        stage,
        status: Status::Skipped,
        score: 0.0,
        max_score: 0.0,
        note,
        tests: Vec::new(),
    }
}

fn finished(stage: &'static str, points: f64, mut tests: Vec<TestVerdict>) -> StageVerdict {
    for test in &mut tests {
        test.message = style::tame(&style::strip(&test.message));
    }
    let first = tests.iter().find(|t| t.status != Status::Pass);
    StageVerdict {
        stage,
        status: first.map_or(Status::Pass, |t| t.status),
        score: 0.0,
        max_score: points,
        note: String::new(),
        tests,
    }
}

/// The points of a stage, its `given` tests not counted yet.
fn count_points(verdict: &mut StageVerdict, exercise: &Exercise, points: f64) {
    if verdict.tests.is_empty() {
        return;
    }
    let each = points / verdict.tests.len() as f64;
    let earned =
        |t: &&TestVerdict| t.status == Status::Pass && !exercise.given.contains(&t.name);
    verdict.score = verdict.tests.iter().filter(earned).count() as f64 * each;
}

/// Stages that look at the code more than at what it does: they count once every
/// unit test passes.
fn is_late(stage: &str) -> bool {
    matches!(stage, "compile_fail" | "review" | "miri")
}

/// Adds up. What the untouched stub passes counts once every unit test passes;
/// nothing counts when the comparisons of the suite cannot be trusted.
fn total(exercise: &Exercise, mut stages: Vec<StageVerdict>) -> Verdict {
    let passes = |stages: &[StageVerdict], name: &str| {
        stages.iter().any(|s| s.stage == name && s.status == Status::Pass)
    };
    let trusted = !stages.iter().any(|s| s.stage == "control" && is_deceived(s, exercise));
    let unit_complete = passes(&stages, "unit");
    for stage in &mut stages {
        let passed = stage.tests.iter().filter(|t| t.status == Status::Pass).count();
        let all = stage.tests.len().max(1);
        if !trusted || (!unit_complete && is_late(stage.stage)) {
            stage.score = 0.0;
        } else if unit_complete {
            stage.score = stage.max_score * passed as f64 / all as f64;
        }
    }
    let first = stages.iter().find(|s| !matches!(s.status, Status::Pass | Status::Skipped));
    let postponed = stages.iter().any(|s| s.status == Status::Skipped && s.max_score > 0.0);
    let status = match first {
        Some(stage) => stage.status,
        None if postponed || stages.is_empty() => Status::Error,
        None => Status::Pass,
    };
    let message = if trusted {
        String::new()
    } else {
        String::from(
            "The negative control failed: a comparison with a wrong expectation did not fail, so \
             no verdict of this suite can be trusted. Nothing counts until it does.",
        )
    };
    let reachable: f64 = stages.iter().map(|s| s.max_score).sum();
    Verdict {
        exercise: exercise.id.clone(),
        title: exercise.title.clone(),
        status,
        score: stages.iter().map(|s| s.score).sum(),
        max_score: reachable.min(f64::from(POINTS_TOTAL)),
        message,
        stages,
    }
}

/// The stage `miri`: an error text where Miri is not installed.
fn under_miri(task: &Task<'_>, observer: &dyn Observer) -> Result<Vec<TestVerdict>, String> {
    if let Some(why) = miri::absent(&task.workplace.root) {
        return Err(why);
    }
    let job = miri::Job {
        root: &task.workplace.root,
        exercise: task.exercise,
        solutions: task.solutions,
        target_dir: &task.workplace.target.join("miri"),
        cancel: task.cancel,
    };
    let answers = miri::run_stage(&job, observer);
    if let Some(skipped) = answers.iter().find(|a| a.ending == miri::Ending::Skipped) {
        return Err(skipped.message.clone());
    }
    Ok(answers
        .into_iter()
        .map(|answer| TestVerdict {
            name: answer.model.test().to_owned(),
            status: match answer.ending {
                miri::Ending::Pass => Status::Pass,
                miri::Ending::Fail => Status::Fail,
                miri::Ending::UndefinedBehavior => Status::UndefinedBehavior,
                miri::Ending::Crash => Status::Crash,
                miri::Ending::Timeout => Status::Timeout,
                miri::Ending::CompileError => Status::CompileError,
                miri::Ending::Skipped => Status::Skipped,
                miri::Ending::Error => Status::Error,
            },
            message: match answer.report.is_empty() {
                true => answer.message,
                false => format!("{}\n\nMiri's own report:\n{}", answer.message, answer.report),
            },
            duration_ms: answer.duration.as_millis() as u64,
        })
        .collect())
}
