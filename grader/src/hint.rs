//! `workbook hint EX [TEST]`: one hint at a time. First the hint of the test
//! that failed first in the last check, then the general ones, each call one
//! level further.

use std::process::ExitCode;

use crate::context::Context;
use crate::manifest::{self, Exercise};
use crate::progress::{self, Progress, Record};
use crate::text::{self, say};

/// So many names are offered for one that does not exist.
const SUGGESTIONS: usize = 8;

/// What the student asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A test's path, or its last part.
    pub test: Option<String>,
    /// A general level, counted from 1.
    pub level: Option<usize>,
}

/// What to show.
#[derive(Debug, PartialEq, Eq)]
enum Hint<'a> {
    Test {
        name: &'a str,
        text: &'a str,
    },
    /// Level counted from 1.
    Level {
        level: usize,
        text: &'a str,
    },
    None,
}

pub fn run(ctx: &Context, exercise: &Exercise, request: &Request) -> ExitCode {
    let record = Progress::load(&ctx.root).get(&exercise.id);
    let hint = match choose(exercise, &record, request) {
        Ok(hint) => hint,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    show(ctx, exercise, &record, &hint);
    remember(ctx, exercise, &hint);
    ExitCode::SUCCESS
}

/// Picks the hint. It depends on nothing but what it is given.
fn choose<'a>(
    exercise: &'a Exercise,
    record: &Record,
    request: &Request,
) -> Result<Hint<'a>, String> {
    if let Some(wanted) = &request.test {
        let name = resolve(exercise, wanted)?;
        let text = own_hint(exercise, name);
        return Ok(match text {
            Some(text) => Hint::Test { name, text },
            // A test without a hint of its own: the general ones have to do.
            None => next_level(exercise, record),
        });
    }
    if let Some(level) = request.level {
        let count = exercise.hints.len();
        let Some(text) = level.checked_sub(1).and_then(|index| exercise.hints.get(index))
        else {
            return Err(format!(
                "error: {} has hints of level 1 to {count}, not {level}\n\
                 next: `just hint {}` shows the next one",
                exercise.id, exercise.id
            ));
        };
        return Ok(Hint::Level { level, text });
    }
    if let Some(failing) = &record.failing
        && !record.test_hints.contains(failing)
        && let Some((name, _)) = exercise.tests.iter().find(|(name, _)| *name == failing)
        && let Some(text) = own_hint(exercise, name)
    {
        return Ok(Hint::Test { name, text });
    }
    Ok(next_level(exercise, record))
}

fn next_level<'a>(exercise: &'a Exercise, record: &Record) -> Hint<'a> {
    let shown = usize::try_from(record.hints).unwrap_or(usize::MAX);
    let level = shown.saturating_add(1).min(exercise.hints.len());
    match level.checked_sub(1).and_then(|index| exercise.hints.get(index)) {
        Some(text) => Hint::Level { level, text },
        None => Hint::None,
    }
}

fn own_hint<'a>(exercise: &'a Exercise, name: &str) -> Option<&'a str> {
    let text = exercise.tests.get(name)?.as_str();
    (!text.is_empty()).then_some(text)
}

/// The test that `wanted` names: its path, or the end of exactly one path.
fn resolve<'a>(exercise: &'a Exercise, wanted: &str) -> Result<&'a str, String> {
    let names = || exercise.tests.keys().map(String::as_str);
    if let Some(name) = names().find(|name| *name == wanted) {
        return Ok(name);
    }
    let ending: Vec<&str> = names()
        .filter(|name| name.strip_suffix(wanted).is_some_and(|rest| rest.ends_with("::")))
        .collect();
    if let [name] = ending[..] {
        return Ok(name);
    }
    let containing: Vec<&str> = names().filter(|name| name.contains(wanted)).collect();
    if let [name] = containing[..] {
        return Ok(name);
    }
    let mut message = format!("error: {} has no single test named `{wanted}`", exercise.id);
    let last = |name: &str| name.rsplit("::").next().unwrap_or(name).to_owned();
    let far =
        |name: &str| text::distance(name, wanted).min(text::distance(&last(name), wanted));
    let close: Vec<&str> = if !ending.is_empty() {
        ending
    } else if !containing.is_empty() {
        containing
    } else {
        let mut near: Vec<&str> =
            names().filter(|name| far(name) <= wanted.len() / 2).collect();
        near.sort_by_key(|name| far(name));
        near.truncate(3);
        near
    };
    if close.is_empty() {
        return Err(format!(
            "{message}\n  its tests are listed in {}\nnext: `just hint {}` needs no name",
            manifest::PATH,
            exercise.id
        ));
    }
    message.push_str("\n  did you mean one of these?");
    for name in close.iter().take(SUGGESTIONS) {
        message.push_str("\n    ");
        message.push_str(name);
    }
    if close.len() > SUGGESTIONS {
        message.push_str(&format!("\n    and {} more", close.len() - SUGGESTIONS));
    }
    Err(message)
}

fn show(ctx: &Context, exercise: &Exercise, record: &Record, hint: &Hint<'_>) {
    let style = &ctx.style;
    let count = exercise.hints.len();
    match hint {
        Hint::Test { name, text } => {
            let why = match record.failing.as_deref() == Some(*name) {
                true => ", which failed first in the last check",
                false => "",
            };
            say!("{}  hint for {}{why}", style.bold(&exercise.id), style.bold(name));
            say!("\n{}\n", text::indented(text, 2));
            say!(
                "next: `just check {}`, or `just hint {}` once more",
                exercise.id,
                exercise.id
            );
        }
        Hint::Level { level, text } => {
            say!(
                "{}  {}, hint {level} of {count}",
                style.bold(&exercise.id),
                style.bold(&exercise.title)
            );
            say!("\n{}\n", text::indented(text, 2));
            if *level < count {
                say!(
                    "next: `just check {}`; `just hint {}` says more",
                    exercise.id,
                    exercise.id
                );
            } else {
                say!("That was the last hint. {}", more(ctx, exercise));
                say!("next: `just check {}`", exercise.id);
            }
        }
        Hint::None => say!("{} has no hints. {}", exercise.id, more(ctx, exercise)),
    }
}

/// Where to read on when the hints are at their end.
fn more(ctx: &Context, exercise: &Exercise) -> String {
    match ctx.root.join(&exercise.chapter).is_file() {
        true => format!("The chapter is {}.", exercise.chapter),
        false => format!("The contract stands at the top of exercises/{}.rs.", exercise.stem),
    }
}

fn remember(ctx: &Context, exercise: &Exercise, hint: &Hint<'_>) {
    progress::change(&ctx.root, &exercise.id, |record| match hint {
        Hint::Test { name, .. } => {
            if !record.test_hints.iter().any(|shown| shown == name) {
                record.test_hints.push((*name).to_owned());
            }
        }
        Hint::Level { level, .. } => record.hints = record.hints.max(*level as u64),
        Hint::None => {}
    });
}
