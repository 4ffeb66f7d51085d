//! The verdict for a person: a line per stage, what failed and what that
//! proves, then what to do next.

use crate::manifest::Exercise;
use crate::style::Style;
use crate::text;
use crate::verdict::{StageVerdict, Status, TestVerdict, Verdict, points};

/// How many failures are shown in full; the others are named.
const IN_FULL: usize = 3;
const NAMED: usize = 10;
/// Where the note on a stage begins.
const NOTE: usize = 18;

/// The line of a stage.
pub fn stage_line(stage: &StageVerdict, style: Style) -> String {
    let name = format!("{:<13}", stage.stage);
    let passed = stage.tests.iter().filter(|t| t.status == Status::Pass).count();
    let all = stage.tests.len();
    match stage.status {
        Status::Skipped => {
            let note = text::indented(&format!("skipped: {}", stage.note), NOTE);
            format!("  {} {} {}", style.yellow("-"), style.dim(&name), note.trim_start())
        }
        Status::Pass => {
            format!("  {} {name} {passed:>3} of {all}", style.green(style.tick()))
        }
        _ => format!("  {} {name} {passed:>3} of {all}", style.red(style.cross())),
    }
}

/// Everything after the stage lines: failures, total, next step.
pub fn rest(verdict: &Verdict, exercise: &Exercise, style: Style, own_file: bool) -> String {
    let mut out = String::new();
    if !verdict.message.is_empty() {
        out += "\n";
        out += &headline(verdict, style);
        out += &indented(&verdict.message, if verdict.stages.is_empty() { 0 } else { 2 });
    }
    let failures: Vec<&TestVerdict> = verdict
        .stages
        .iter()
        .flat_map(|s| &s.tests)
        .filter(|t| t.status != Status::Pass)
        .collect();
    // What is not implemented yet is no surprise: other failures come first, and
    // one example of it is enough.
    let (todo, real): (Vec<_>, Vec<_>) =
        failures.iter().copied().partition(|t| is_todo(t, exercise));
    let first: Vec<&TestVerdict> = match (real.is_empty(), todo.is_empty()) {
        (true, _) => todo.iter().copied().take(1).collect(),
        (false, true) => real.iter().copied().take(IN_FULL).collect(),
        // A stub half done: what builds on the rest fails with it.
        (false, false) => {
            let done = |t: &&TestVerdict| !t.name.starts_with("compile_fail::");
            match real.iter().copied().filter(done).take(IN_FULL).collect::<Vec<_>>() {
                none if none.is_empty() => todo.iter().copied().take(1).collect(),
                some => some,
            }
        }
    };
    for test in &first {
        out += &failure(test, style);
    }
    let others: Vec<&TestVerdict> =
        failures.iter().copied().filter(|t| !first.iter().any(|f| f.name == t.name)).collect();
    out += &others_lines(&others, exercise, style);
    out += &total(verdict, style);
    if own_file {
        out += &next_step(verdict, exercise, failures.first().copied(), style);
    }
    out
}

fn is_todo(test: &TestVerdict, exercise: &Exercise) -> bool {
    test.message.contains(&exercise.stub_fails)
}

fn headline(verdict: &Verdict, style: Style) -> String {
    let what = match verdict.status {
        Status::CompileError => "your code does not compile, so no test ran",
        Status::Timeout => "the compiler did not come to an end, so no test ran",
        Status::Error => "the grader could not do its work; this is not your fault",
        Status::Fail if verdict.stages.is_empty() => {
            "the code breaks a rule of the workbook, so no test ran"
        }
        _ => "the comparisons of the suite are deceived",
    };
    format!("{}\n\n", style.bold(style.red(what)))
}

fn failure(test: &TestVerdict, style: Style) -> String {
    let word = match test.status {
        Status::Fail => "fails",
        Status::Crash => "crashes",
        Status::Timeout => "does not end",
        Status::EarlyExit => "ends too early",
        Status::UndefinedBehavior => "has undefined behaviour",
        _ => "could not be judged",
    };
    let name = style.bold(&test.name);
    let mut out = format!("\n{} {name} {word}\n", style.red(style.cross()));
    // The compiler's words keep their lines; prose is wrapped.
    out += &match test.name.starts_with("compile_fail::") || test.name.starts_with("miri::") {
        true => indented(&test.message, 4),
        false => wrapped(&test.message, 4),
    };
    out
}

/// The failures that are only named.
fn others_lines(others: &[&TestVerdict], exercise: &Exercise, style: Style) -> String {
    let (todo, real): (Vec<&TestVerdict>, Vec<&TestVerdict>) =
        others.iter().copied().partition(|t| is_todo(t, exercise));
    let mut out = String::new();
    if !real.is_empty() {
        out += &format!("\nand {} more:\n", real.len());
        for test in real.iter().take(NAMED) {
            out += &format!("  {} {}\n", style.red(style.cross()), test.name);
        }
        if real.len() > NAMED {
            out += &format!("  and {} others\n", real.len() - NAMED);
        }
    }
    if !todo.is_empty() {
        out += &format!("\nand {} that reach what is not implemented yet\n", todo.len());
    }
    out
}

fn total(verdict: &Verdict, style: Style) -> String {
    let score = format!("{} of {}", points(verdict.score), points(verdict.max_score));
    let mut out = format!("\n{} {}", style.bold("score"), style.bold(&score));
    let missing = 100.0 - verdict.max_score;
    if missing > 0.0 {
        out += &format!(" ({} points could not be reached in this run)", points(missing));
    }
    out += "\n";
    out
}

fn next_step(
    verdict: &Verdict,
    exercise: &Exercise,
    first: Option<&TestVerdict>,
    style: Style,
) -> String {
    let id = &exercise.id;
    let (step, remark) = match (verdict.status, first) {
        (Status::Pass, _) => {
            (format!("just solution {id}"), String::from("(compare), then: just next"))
        }
        (Status::CompileError, _) => {
            (format!("mend {}, then: just check {id}", exercise.file()), String::new())
        }
        (Status::Error, None) => (String::from("just doctor"), String::new()),
        (_, Some(test)) if exercise.hint_for(&test.name).is_some() => {
            (format!("just hint {id}"), format!("(about {})", test.name))
        }
        _ => (format!("just hint {id}"), String::new()),
    };
    // A long name of a test goes below its command.
    let (length, indent) = ("next  ".len() + step.len() + 3 + remark.len(), "      ");
    let remark = match remark.is_empty() {
        true => remark,
        false if length > text::WIDTH => format!("\n{indent}{remark}"),
        false => format!("   {remark}"),
    };
    format!("{} {step}{remark}\n", style.bold("next "))
}

/// Each line of `text`, `by` spaces in, broken between words where it is long.
fn wrapped(text: &str, by: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let words = line.trim_start();
        let own = line.len() - words.len();
        out += &text::indented(words, by + own);
        out += "\n";
    }
    out
}

/// Each line of `text`, `by` spaces in.
fn indented(text: &str, by: usize) -> String {
    let margin = " ".repeat(by);
    let mut out = String::new();
    for line in text.lines() {
        if line.is_empty() {
            out += "\n";
        } else {
            out += &format!("{margin}{line}\n");
        }
    }
    out
}
