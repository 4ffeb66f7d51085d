//! Writes an explanation out as text.

use std::fmt::Write;

use super::explain::{Explanation, Step};
use super::parse::Place;

/// Lines of prose are at most this long.
const WIDTH: usize = 74;

/// The explanation as a reader gets it: what happened, in which order, what it
/// means, what to do.
pub fn text(explanation: &Explanation) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", wrapped(&explanation.title, "", ""));
    for (number, step) in explanation.steps.iter().enumerate() {
        let _ = writeln!(out, "\n{}", step_text(number + 1, step));
    }
    let _ = writeln!(out, "\n{}", wrapped(&explanation.meaning, "means: ", "       "));
    let _ = write!(out, "{}", wrapped(&explanation.remedy, "to do: ", "       "));
    out
}

fn step_text(number: usize, step: &Step) -> String {
    let mut text = wrapped(&step.what, &format!("{number:>2}. "), "    ");
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

/// `text` broken into lines, the first behind `first`, the others behind `rest`.
fn wrapped(text: &str, first: &str, rest: &str) -> String {
    let mut out = first.to_owned();
    let mut column = first.chars().count();
    let mut at_start = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !at_start && column + 1 + length > WIDTH {
            let _ = write!(out, "\n{rest}");
            column = rest.chars().count();
            at_start = true;
        }
        if !at_start {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        at_start = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miri::explain::{Own, explain};
    use crate::miri::parse::diagnostics;

    #[test]
    fn the_text_reads_from_cause_to_error_within_80_columns() {
        let report = include_str!("../../tests/miri_reports/use_after_free.txt");
        let source = "\n".repeat(65)
            + "        let value = unsafe { self.slots.add(self.head).read() };\n";
        let own = Own { path: "exercises/ex2_circular_buffer.rs", source: &source };
        let text = text(&explain(&diagnostics(report)[0], own));
        assert!(text.starts_with("memory was used after it had been freed\n\n 1. "), "{text}");
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
}
