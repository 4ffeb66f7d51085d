//! `workbook next`: where to go on.

use std::process::ExitCode;

use crate::context::Context;
use crate::manifest::Exercise;
use crate::progress::{Progress, Record};
use crate::text::say;
use crate::verdict::points;

pub fn run(ctx: &Context) -> ExitCode {
    let progress = Progress::load(&ctx.root);
    let records: Vec<(&Exercise, Record)> = ctx
        .manifest
        .exercises
        .iter()
        .map(|exercise| (exercise, progress.get(&exercise.id)))
        .collect();
    let Some((exercise, record)) = after(&records) else {
        say!("Every exercise is passed.");
        say!("next: `just solution {}` shows how the model solves one", last(&records));
        return ExitCode::SUCCESS;
    };
    let style = &ctx.style;
    say!("{}  {}", style.bold(&exercise.id), style.bold(&exercise.title));
    say!("  file     exercises/{}.rs", exercise.stem);
    if ctx.root.join(&exercise.chapter).is_file() {
        say!("  chapter  {}", exercise.chapter);
    }
    if record.runs > 0 {
        say!(
            "  score    {} of {}, at best {} of {}",
            points(record.last),
            points(record.last_max),
            points(record.best),
            points(record.best_max)
        );
    }
    if let Some(test) = &record.failing {
        say!("  fails    {test}");
    }
    say!();
    match record.runs {
        0 => say!("next: open the file, then `just check {}`", exercise.id),
        _ => say!("next: `just check {}`, or `just hint {}`", exercise.id, exercise.id),
    }
    ExitCode::SUCCESS
}

/// The first exercise that is not passed.
pub fn after<'a, 'r>(
    records: &'r [(&'a Exercise, Record)],
) -> Option<(&'a Exercise, &'r Record)> {
    records
        .iter()
        .find(|(_, record)| !record.passed)
        .map(|(exercise, record)| (*exercise, record))
}

fn last<'a>(records: &[(&'a Exercise, Record)]) -> &'a str {
    records.last().map_or("ex1", |(exercise, _)| exercise.id.as_str())
}
