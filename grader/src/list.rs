//! `workbook list`: every exercise with a bar and its best score.

use std::process::ExitCode;

use crate::context::Context;
use crate::manifest::Exercise;
use crate::next;
use crate::progress::{Progress, Record};
use crate::text::{cut, say};
use crate::verdict::points;

const BAR: usize = 16;
const TITLE: usize = 38;

pub fn run(ctx: &Context) -> ExitCode {
    let progress = Progress::load(&ctx.root);
    let records: Vec<(&Exercise, Record)> = ctx
        .manifest
        .exercises
        .iter()
        .map(|exercise| (exercise, progress.get(&exercise.id)))
        .collect();
    for (exercise, record) in &records {
        say!("{}", line(ctx, exercise, record));
    }
    let passed = records.iter().filter(|(_, record)| record.passed).count();
    let sum: f64 = records.iter().map(|(_, record)| record.best).sum();
    say!();
    say!(
        "{passed} of {} passed, {} of {} points",
        records.len(),
        points(sum),
        records.len() * 100
    );
    match next::after(&records) {
        Some((exercise, _)) => say!("next: `just check {}`", exercise.id),
        None => say!("Every exercise is passed."),
    }
    ExitCode::SUCCESS
}

fn line(ctx: &Context, exercise: &Exercise, record: &Record) -> String {
    let style = &ctx.style;
    let bar = bar(record.best, style.unicode());
    let (bar, state) = if record.passed {
        (style.green(&bar), style.green("passed"))
    } else if record.runs > 0 {
        (style.yellow(&bar), String::new())
    } else {
        (style.dim(&bar), style.dim("not begun"))
    };
    let score = match record.runs {
        0 => String::new(),
        _ => format!("{}/{}", points(record.best), points(record.best_max)),
    };
    let title = cut(&exercise.title, TITLE);
    let text = format!("{:<4} {title:<TITLE$} {bar} {score:>8} {state}", exercise.id);
    text.trim_end().to_owned()
}

/// A bar of [`BAR`] characters for a score out of 100. It is full only for 100
/// and empty only for 0.
fn bar(score: f64, unicode: bool) -> String {
    let share = (score / 100.0).clamp(0.0, 1.0) * BAR as f64;
    let full = match score {
        score if score <= 0.0 => 0,
        score if score >= 100.0 => BAR,
        _ => (share.round() as usize).clamp(1, BAR - 1),
    };
    let (done, open) = if unicode { ("█", "░") } else { ("#", ".") };
    done.repeat(full) + &open.repeat(BAR - full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_or_empty_only_at_the_ends() {
        assert_eq!(bar(0.0, false), "................");
        assert_eq!(bar(0.5, false), "#...............");
        assert_eq!(bar(50.0, false), "########........");
        assert_eq!(bar(99.9, false), "###############.");
        assert_eq!(bar(100.0, false), "################");
        assert_eq!(bar(50.0, true).chars().count(), BAR);
    }
}
