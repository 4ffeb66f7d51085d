//! `workbook check`: judge exercises and say what came of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::Format;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::judge::{Observer, Task, judge};
use crate::manifest::Exercise;
use crate::process::Cancel;
use crate::progress::{self, Outcome};
use crate::progress_line::ProgressLine;
use crate::report::{self, human};
use crate::run::Settings;
use crate::style::Style;
use crate::verdict::{StageVerdict, Verdict};
use crate::workplace::{Workplace, no_regular_file};

/// What was asked for.
#[derive(Debug, Default)]
pub struct Request {
    pub exercises: Vec<String>,
    /// Judge this file in place of the student's.
    pub submission: Option<PathBuf>,
    pub format: Format,
    pub no_miri: bool,
    /// Judge the model solutions.
    pub solutions: bool,
    pub settings: Settings,
}

/// Judges, reports, and keeps the outcome.
///
/// # Errors
///
/// When the request makes no sense.
pub fn run(context: &Context, request: &Request, cancel: &Cancel) -> Result<ExitCode> {
    let exercises = context.exercises(&request.exercises).map_err(Error::new)?;
    if request.submission.is_some() && (exercises.len() != 1 || request.exercises.is_empty()) {
        return Err(Error::new("--submission judges one file, so it needs one exercise")
            .hint("workbook check ex2 --submission FILE"));
    }
    let mut verdicts = Vec::new();
    for (number, exercise) in exercises.iter().enumerate() {
        if cancel.is_cancelled() {
            break;
        }
        let screen = Screen::new(context.style, request.format);
        if number > 0 {
            screen.say("\n");
        }
        let verdict = one(context, request, exercise, &screen, cancel)?;
        if cancel.is_cancelled() {
            break;
        }
        screen.line.clear();
        let own_file = request.submission.is_none() && !request.solutions;
        if own_file {
            keep(context, exercise, &verdict);
        }
        screen.say(&human::rest(&verdict, exercise, context.style, own_file));
        verdicts.push(verdict);
    }
    if cancel.is_cancelled() {
        eprintln!("stopped");
        return Ok(ExitCode::from(130));
    }
    match request.format {
        Format::Human => summary(context, &verdicts),
        Format::Json => say(&(report::json(&verdicts) + "\n")),
        Format::Junit => say(&report::junit::junit(&verdicts)),
    }
    let grader_failed = verdicts.iter().any(|v| v.status == crate::verdict::Status::Error);
    Ok(match () {
        () if grader_failed => ExitCode::from(2),
        () if verdicts.iter().all(Verdict::is_pass) => ExitCode::SUCCESS,
        () => ExitCode::from(1),
    })
}

fn one(
    context: &Context,
    request: &Request,
    exercise: &Exercise,
    screen: &Screen,
    cancel: &Cancel,
) -> Result<Verdict> {
    screen.say(&format!(
        "{}  {}\n",
        context.style.bold(&exercise.id),
        context.style.bold(&exercise.title)
    ));
    let mut without_audit = false;
    let workplace = match &request.submission {
        None => Workplace::own(&context.root),
        Some(file) => {
            let scratch = Workplace::scratch(&context.root)?;
            without_audit = scratch.submit(exercise, file)?;
            scratch
        }
    };
    if !request.solutions {
        regular_file(&workplace.root, exercise)?;
    }
    let leave_out: &[(&'static str, &'static str)] =
        if request.no_miri { &[("miri", "left out (--no-miri)")] } else { &[] };
    let task = Task {
        exercise,
        workplace: &workplace,
        solutions: request.solutions,
        without_audit,
        leave_out,
        settings: &request.settings,
        colour: context.style.colour() && request.format == Format::Human,
        cancel,
    };
    Ok(judge(&task, screen))
}

/// The exercise must be there as a file of its own.
fn regular_file(root: &Path, exercise: &Exercise) -> Result<()> {
    let file = exercise.file();
    let Ok(meta) = fs::symlink_metadata(root.join(&file)) else {
        return Err(Error::new(format!("{file} is not there"))
            .hint(format!("just reset {}", exercise.id)));
    };
    match no_regular_file(&meta) {
        None => Ok(()),
        Some(what) => {
            Err(Error::new(format!("{file} is {what}; it must be a file with your code"))
                .hint(format!("move it away, then: just reset {}", exercise.id)))
        }
    }
}

fn keep(context: &Context, exercise: &Exercise, verdict: &Verdict) {
    let outcome = Outcome {
        score: verdict.score,
        max_score: verdict.max_score,
        passed: verdict.is_pass(),
        failing: verdict.first_failure().map(|t| t.name.clone()),
    };
    progress::record(&context.root, &exercise.id, &outcome);
}

/// One line per exercise, when there were several.
fn summary(context: &Context, verdicts: &[Verdict]) {
    if verdicts.len() < 2 {
        return;
    }
    let style = context.style;
    let mut out = format!("\n{}\n", style.bold("all together"));
    for verdict in verdicts {
        let mark = if verdict.is_pass() {
            style.green(style.tick())
        } else {
            style.red(style.cross())
        };
        out += &format!(
            "  {mark} {:<5} {:>5} of {:<4} {}\n",
            verdict.exercise,
            crate::verdict::points(verdict.score),
            crate::verdict::points(verdict.max_score),
            verdict.title
        );
    }
    say(&out);
}

/// What is shown while an exercise is judged.
struct Screen {
    style: Style,
    human: bool,
    line: ProgressLine,
}

impl Screen {
    fn new(style: Style, format: Format) -> Screen {
        Screen { style, human: format == Format::Human, line: ProgressLine::new() }
    }

    fn say(&self, text: &str) {
        if self.human {
            self.line.clear();
            say(text);
        }
    }
}

impl Observer for Screen {
    fn begins(&self, work: &str) {
        self.line.begin(work);
    }

    fn progress(&self, done: usize, of: usize) {
        self.line.advance(done, of);
    }

    fn stage(&self, stage: &StageVerdict) {
        // The control is of interest only when it fails.
        if stage.stage != "control" || stage.status != crate::verdict::Status::Pass {
            self.say(&(human::stage_line(stage, self.style) + "\n"));
        }
    }
}

/// Writes to standard output; a reader that has left is no error.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}
