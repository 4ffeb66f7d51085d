//! Writes an explanation out as text.

use std::fmt::Write;

use super::explain::{Explanation, Step};
use super::parse::Place;
use crate::text::hanging;

/// Lines of prose are at most this long: a report may set them further in.
const WIDTH: usize = 74;

/// The explanation as a reader gets it: what happened, in which test, in which
/// order, what it means, what to do.
pub fn text(explanation: &Explanation, test: Option<&str>) -> String {
    let mut out = hanging("", &explanation.title, WIDTH);
    out.push('\n');
    if let Some(test) = test {
        let _ = writeln!(out, "in test {test}");
    }
    for (number, step) in explanation.steps.iter().enumerate() {
        let _ = writeln!(out, "\n{}", step_text(number + 1, step));
    }
    let _ = writeln!(out, "\n{}", hanging("means: ", &explanation.meaning, WIDTH));
    let _ = write!(out, "{}", hanging("to do: ", &explanation.remedy, WIDTH));
    out
}

fn step_text(number: usize, step: &Step) -> String {
    let mut text = hanging(&format!("{number:>2}. "), &step.what, WIDTH);
    let _ = write!(text, "\n    {}", place(&step.place));
    if let Some(code) = &step.place.code {
        let _ = write!(text, "\n        {code}");
    }
    text
}

/// `exercises/ex2.rs:57:13`, or the short form of a file of the library.
fn place(place: &Place) -> String {
    let file = match place.file.split_once("/lib/rustlib/src/rust/library/") {
        Some((_, inside)) => format!("standard library, {inside}"),
        None => place.file.clone(),
    };
    match (place.line, place.column) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        (Some(line), None) => format!("{file}:{line}"),
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    use crate::miri::explain::{Kind, Own, explain};
    use crate::miri::parse::diagnostics;

    #[test]
    fn the_text_reads_from_cause_to_error_within_80_columns() {
        let report = include_str!("../../tests/miri_reports/use_after_free.txt");
        let source = "\n".repeat(65)
            + "        let value = unsafe { self.slots.add(self.head).read() };\n";
        let own = Own { path: "exercises/ex2_circular_buffer.rs", source: &source };
        let text = text(&explain(&diagnostics(report)[0], own), Some("unit::pop"));
        assert!(
            text.starts_with(
                "memory was used after it had been freed\nin test unit::pop\n\n 1. "
            ),
            "{text}"
        );
        assert!(
            text.contains(
                "\n 3. used here after that, inside `std::ptr::read`\n    \
                 exercises/ex2_circular_buffer.rs:66:27\n        \
                 let value = unsafe { self.slots.add(self.head).read() };\n"
            ),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    /// Every report of the book came from a real Miri.
    #[test]
    fn the_reports_of_the_book_are_explained() {
        let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book");
        let mut seen = 0;
        for chapter in fs::read_dir(book.join("transcripts")).unwrap().flatten() {
            for file in fs::read_dir(chapter.path()).unwrap().flatten() {
                let file = file.path();
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                let Some((stem, _)) = name.split_once(".miri-") else { continue };
                let chapter = chapter.file_name().to_string_lossy().into_owned();
                let path = format!("{chapter}/{stem}.rs");
                let source = fs::read_to_string(book.join("listings").join(&path)).unwrap();
                let own = Own { path: &path, source: &source };
                for diagnostic in diagnostics(&fs::read_to_string(&file).unwrap()) {
                    let explanation = explain(&diagnostic, own);
                    assert!(
                        !matches!(explanation.kind, Kind::OtherUndefined | Kind::NotARun),
                        "{path}: {:?} for {}",
                        explanation.kind,
                        diagnostic.title
                    );
                    assert!(!explanation.steps.is_empty(), "{path}: a report without a place");
                    seen += 1;
                }
            }
        }
        assert!(seen >= 100, "{seen} reports");
    }
}
