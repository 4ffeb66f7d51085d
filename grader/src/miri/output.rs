//! Reads what the test harness printed under Miri: whether every test ran.
//!
//! Miri ends with exit code 0 when the program does, and a program can end
//! before its tests have run. So a run counts only when the harness says how
//! many tests it ran, and that is the number that the manifest expects.

use std::collections::BTreeSet;

/// One `test result:` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub ignored: usize,
    pub filtered: usize,
}

/// What the harness printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Harness {
    /// The harness has begun to run tests.
    pub begun: bool,
    /// One per run; several seeds give several.
    pub tallies: Vec<Tally>,
    pub failed: BTreeSet<String>,
    /// The test whose line has no result: it was running when Miri stopped.
    pub running: Option<String>,
    /// What failed tests printed, one part per test.
    pub messages: Vec<(String, String)>,
}

impl Harness {
    pub fn read(stdout: &str) -> Harness {
        let mut found = Harness::default();
        let mut message: Option<(String, String)> = None;
        for line in stdout.lines() {
            found.begun |= line.starts_with("running ");
            let tallies = tallies(line);
            if !tallies.is_empty() {
                found.messages.extend(message.take());
                found.tallies.extend(tallies);
                found.running = None;
            } else if let Some(name) = captured(line) {
                found.messages.extend(message.take());
                // With several seeds the line of the test itself may be torn.
                found.failed.insert(name.to_owned());
                message = Some((name.to_owned(), String::new()));
            } else if line == "failures:" {
                found.messages.extend(message.take());
            } else if let Some((_, text)) = &mut message {
                text.push_str(line);
                text.push('\n');
            } else if let Some((name, result)) = test_line(line) {
                match result.trim() {
                    "FAILED" => {
                        found.failed.insert(name.to_owned());
                        found.running = None;
                    }
                    "ok" => found.running = None,
                    result if result.starts_with("ignored") => found.running = None,
                    _ => found.running = Some(name.to_owned()),
                }
            }
        }
        for (_, text) in &mut found.messages {
            let trimmed = text.trim().len();
            let start = text.len() - text.trim_start().len();
            *text = text[start..start + trimmed].to_owned();
        }
        found
    }

    /// Why this output is no proof of `runs` complete runs of `expected` tests
    /// without a failure, when `filtered` others were not asked for; `None` when
    /// it is one.
    pub fn shortfall(&self, expected: usize, filtered: usize, runs: usize) -> Option<String> {
        if self.tallies.len() != runs {
            return Some(format!(
                "expected the harness to finish {runs} time(s), it finished {} time(s): the \
                 program ended before its tests did, or printed such a line itself",
                self.tallies.len()
            ));
        }
        let odd = self.tallies.iter().find(|tally| {
            tally.failed > 0
                || tally.passed == 0
                || tally.passed + tally.ignored != expected
                || tally.filtered != filtered
        })?;
        Some(format!(
            "expected {expected} tests to run, the harness reports {} passed, {} failed, {} \
             ignored and {} filtered out",
            odd.passed, odd.failed, odd.ignored, odd.filtered
        ))
    }
}

/// The numbers of `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; ...`
///
/// The harness prints such a line in parts, and with several seeds the parts of
/// several runs mix: `test result: ok` of one, then the numbers of two others.
/// Only the numbers are one part, so they alone are read.
fn tallies(line: &str) -> Vec<Tally> {
    const WORDS: [&str; 5] =
        [" passed; ", " failed; ", " ignored; ", " measured; ", " filtered out"];
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(WORDS[0]) {
        let first = rest[..at].trim_end_matches(|c: char| c.is_ascii_digit());
        let mut numbers = [0; WORDS.len()];
        let mut text = &rest[first.len()..];
        let whole = first.ends_with(". ")
            && WORDS.iter().zip(&mut numbers).all(|(word, number)| {
                let Some((digits, after)) = text.split_once(word) else { return false };
                text = after;
                digits.parse().map(|count| *number = count).is_ok()
            });
        if whole {
            let [passed, failed, ignored, _, filtered] = numbers;
            found.push(Tally { passed, failed, ignored, filtered });
            rest = text;
        } else {
            rest = &rest[at + WORDS[0].len()..];
        }
    }
    found
}

/// `test unit::order ... ok`; the result is empty while the test runs.
fn test_line(line: &str) -> Option<(&str, &str)> {
    let (name, result) = line.strip_prefix("test ")?.split_once(" ...")?;
    // `test unit::panics - should panic ... ok`
    Some((name.split(" - ").next().unwrap_or(name), result))
}

/// `---- unit::order stdout ----`
fn captured(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAN: &str = "\nrunning 3 tests\n\
        test control::comparisons_can_fail ... ok\n\
        test compile_fail::wrong_programs_are_refused ... ignored, trybuild starts cargo\n\
        test unit::order ... ok\n\n\
        test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.80s\n\n";

    #[test]
    fn a_complete_run_falls_short_of_nothing() {
        let harness = Harness::read(CLEAN);
        assert_eq!(harness.shortfall(3, 0, 1), None);
        assert_eq!(harness.running, None);
    }

    #[test]
    fn a_missing_test_is_noticed() {
        let short = Harness::read(CLEAN).shortfall(4, 0, 1).unwrap();
        assert!(short.contains("expected 4 tests"), "{short}");
    }

    #[test]
    fn a_program_that_ends_early_has_no_tally() {
        let harness = Harness::read("\nrunning 3 tests\ntest unit::order ... ");
        assert_eq!(harness.running.as_deref(), Some("unit::order"));
        assert!(harness.shortfall(3, 0, 1).is_some());
    }

    #[test]
    fn a_forged_second_tally_is_noticed() {
        let forged = format!("{CLEAN}{CLEAN}");
        assert!(Harness::read(&forged).shortfall(3, 0, 1).is_some());
    }

    #[test]
    fn seeds_may_interleave_their_lines() {
        let counts = "8 passed; 0 failed; 0 ignored; 0 measured; 73 filtered out";
        let mixed = format!(
            "test unit::a ... test result: ok. {counts}; finished in 1s\nok\n\
             test result: ok\ntest result: ok. {counts}. {counts}; finished in 2s; finished in 2s\n\
             \ntest result: okok\n\n. {counts}test result: ok; finished in 2s\n\n. {counts}; finished in 2s\n"
        );
        let harness = Harness::read(&mixed);
        assert_eq!(harness.shortfall(8, 73, 5), None);
        assert!(harness.shortfall(8, 73, 6).is_some());
    }

    #[test]
    fn a_failure_under_one_of_several_seeds_is_named() {
        let text = "test unit::a ... test unit::a ... FAILED\nok\n\nfailures:\n\n\
            ---- unit::a stdout ----\nexpected 3, saw 4\n\n\nfailures:\n    unit::a\n\n";
        assert!(Harness::read(text).failed.contains("unit::a"));
    }

    #[test]
    fn a_sentence_with_the_words_is_no_tally() {
        assert_eq!(tallies("3 passed; 2 failed; and so on"), []);
        assert_eq!(tallies(". x passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"), []);
    }

    #[test]
    fn a_skipped_test_is_counted_as_filtered_out() {
        let text = "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 1s\n";
        assert_eq!(Harness::read(text).shortfall(2, 1, 1), None);
    }

    #[test]
    fn failed_tests_are_named_with_what_they_printed() {
        let text = "running 2 tests\ntest unit::a ... FAILED\ntest unit::b ... ok\n\nfailures:\n\n\
            ---- unit::a stdout ----\n\nthread 'unit::a' panicked at tests/ex2.rs:10:5:\nexpected 3, saw 4\n\n\n\
            failures:\n    unit::a\n\n\
            test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        let harness = Harness::read(text);
        assert!(harness.failed.contains("unit::a"));
        assert_eq!(harness.messages.len(), 1);
        assert_eq!(harness.messages[0].0, "unit::a");
        assert!(harness.messages[0].1.ends_with("expected 3, saw 4"));
    }
}
