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
            if let Some(tally) = tally(line) {
                found.messages.extend(message.take());
                found.tallies.push(tally);
                found.running = None;
            } else if let Some(name) = captured(line) {
                found.messages.extend(message.take());
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

/// `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; ...`
///
/// With several seeds another run's unfinished line may stand before it.
fn tally(line: &str) -> Option<Tally> {
    let (_, rest) = line.split_once("test result: ")?;
    let (verdict, counts) = rest.split_once(". ")?;
    if !matches!(verdict, "ok" | "FAILED") {
        return None;
    }
    let count = |name: &str| {
        counts.split(';').find_map(|part| part.trim().strip_suffix(name)?.trim().parse().ok())
    };
    Some(Tally {
        passed: count("passed")?,
        failed: count("failed")?,
        ignored: count("ignored")?,
        filtered: count("filtered out")?,
    })
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
        let mixed = "test unit::a ... test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n\
            ok\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
        assert_eq!(Harness::read(mixed).shortfall(2, 0, 2), None);
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
