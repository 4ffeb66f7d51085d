//! `workbook solution EX`: the model solution, once the student's own passes.

use std::fs;
use std::process::ExitCode;

use crate::context::Context;
use crate::manifest::Exercise;
use crate::progress::{Progress, Record};
use crate::text::say;
use crate::verdict::points;

/// Shows the solution when the exercise is passed, or when `spoil` is set.
pub fn run(ctx: &Context, exercise: &Exercise, spoil: bool) -> ExitCode {
    let record = Progress::load(&ctx.root).get(&exercise.id);
    if !record.passed && !spoil {
        refuse(exercise, &record);
        return ExitCode::FAILURE;
    }
    let path = format!("solutions/{}.rs", exercise.stem);
    let source = match fs::read_to_string(ctx.root.join(&path)) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("error: {path} cannot be read: {error}");
            eprintln!("next: `git checkout -- {path}` brings it back");
            return ExitCode::from(2);
        }
    };
    let style = &ctx.style;
    let (why, code) = split(&source);
    say!("{}  {}", style.bold(&exercise.id), style.bold(&exercise.title));
    say!("  yours  exercises/{}.rs", exercise.stem);
    say!("  model  {path}");
    say!();
    for line in &why {
        match line.strip_prefix('#') {
            Some(heading) => {
                say!("  {}", style.bold(heading.trim_start_matches('#').trim_start()));
            }
            None => say!("{}", format!("  {line}").trim_end()),
        }
    }
    say!("\n{}", style.bold(&path));
    say!();
    for line in code {
        let comment = line.trim_start().starts_with("//");
        say!("{}", if comment { style.dim(line) } else { line.to_owned() });
    }
    for (name, text) in companions(ctx, exercise) {
        say!("\n{}\n\n{}", style.bold(&name), text.trim_end());
    }
    say!(
        "\nnext: both files side by side: `code --diff exercises/{}.rs {path}`",
        exercise.stem
    );
    ExitCode::SUCCESS
}

/// What else belongs to the solution, such as the audit of exercise 5.
fn companions(ctx: &Context, exercise: &Exercise) -> Vec<(String, String)> {
    let module = format!("{}.rs", exercise.stem);
    let prefix = format!("{}_", exercise.id);
    let mut found: Vec<(String, String)> = fs::read_dir(ctx.root.join("solutions"))
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(&prefix) && *name != module)
        .filter_map(|name| {
            let path = format!("solutions/{name}");
            let text = fs::read_to_string(ctx.root.join(&path)).ok()?;
            Some((path, text))
        })
        .collect();
    found.sort();
    found
}

fn refuse(exercise: &Exercise, record: &Record) {
    let id = &exercise.id;
    say!("The solution of {id} opens once yours passes: then the two can be compared.");
    match (&record.failing, record.runs) {
        (_, 0) => say!("So far {id} has not been checked."),
        (Some(test), _) => say!(
            "The last check reached {} of {}; {test} failed first.",
            points(record.last),
            points(record.last_max)
        ),
        (None, _) => say!(
            "The last check reached {} of {}.",
            points(record.last),
            points(record.last_max)
        ),
    }
    say!("next: `just hint {id}`, or `just check {id}`");
    say!("Instructors: `just solution {id} --spoil`");
}

/// The `//!` lines at the top, without their marks, and the code after them.
fn split(source: &str) -> (Vec<&str>, Vec<&str>) {
    let lines: Vec<&str> = source.lines().collect();
    let end = lines.iter().position(|line| !line.starts_with("//!")).unwrap_or(lines.len());
    let why = lines[..end]
        .iter()
        .map(|line| {
            let text = line.trim_start_matches("//!");
            text.strip_prefix(' ').unwrap_or(text)
        })
        .collect();
    let start =
        lines[end..].iter().position(|line| !line.trim().is_empty()).map_or(end, |n| end + n);
    (why, lines[start..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_the_why() {
        let (why, code) = split("//! One.\n//!\n//!  - two\n\nuse a;\n\nfn b() {}\n");
        assert_eq!(why, ["One.", "", " - two"]);
        assert_eq!(code, ["use a;", "", "fn b() {}"]);
    }

    #[test]
    fn a_source_without_header_is_all_code() {
        let (why, code) = split("fn b() {}\n");
        assert!(why.is_empty());
        assert_eq!(code, ["fn b() {}"]);
    }
}
