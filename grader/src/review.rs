//! The stage `review`: what clippy says about the reasons given for unsafe code.

use std::time::Duration;

use serde_json::Value;

use crate::compile::{self, features};
use crate::manifest::Exercise;
use crate::process::{self, Cancel, Ending, Limits};
use crate::verdict::{Status, TestVerdict};
use crate::workplace::{self, Workplace};

/// The lints that count, and what each asks for.
const LINTS: [(&str, &str); 2] = [
    ("undocumented_unsafe_blocks", "every unsafe block and impl has its `// SAFETY:` reason"),
    (
        "missing_safety_doc",
        "every public unsafe fn says in `# Safety` what its caller must keep",
    ),
];

/// One test per lint; an error text when clippy cannot be run.
pub fn run(
    workplace: &Workplace,
    exercise: &Exercise,
    solutions: bool,
    cancel: &Cancel,
) -> Result<Vec<TestVerdict>, String> {
    let mut command = workplace::command(workplace, "cargo");
    command
        .args(["clippy", "--lib", "--no-default-features", "--features"])
        .arg(features(exercise, solutions))
        .args(["--message-format=json", "--"]);
    for (lint, _) in LINTS {
        // An `allow` in the file does not change the question.
        command.arg("--force-warn").arg(format!("clippy::{lint}"));
    }
    let limits = Limits { wall: Duration::from_secs(180), memory: None, processes: 256 };
    let ended = process::run(command, limits, cancel).map_err(|e| e.to_string())?;
    compile::mark_built(workplace);
    if ended.ending != Ending::Exit(0) {
        let reason = if ended.stderr.contains("no such command")
            || ended.stderr.contains("not installed")
        {
            "clippy is not installed; `rustup component add clippy` installs it".to_owned()
        } else {
            format!(
                "clippy did not finish: {}",
                ended.stderr.trim().lines().last().unwrap_or("?")
            )
        };
        return Err(reason);
    }
    let found: Vec<(String, String)> = ended
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| finding(&message, exercise))
        .collect();
    Ok(LINTS
        .iter()
        .map(|(lint, asks)| {
            let code = format!("clippy::{lint}");
            let places: Vec<&str> =
                found.iter().filter(|(c, _)| *c == code).map(|(_, place)| &**place).collect();
            TestVerdict {
                name: format!("review::{lint}"),
                status: if places.is_empty() { Status::Pass } else { Status::Fail },
                message: if places.is_empty() {
                    String::new()
                } else {
                    format!("expected: {asks}; missing at\n  {}", places.join("\n  "))
                },
                duration_ms: ended.duration.as_millis() as u64,
            }
        })
        .collect())
}

/// The lint and the place of a diagnostic about the student's file.
fn finding(message: &Value, exercise: &Exercise) -> Option<(String, String)> {
    let diagnostic = &message["message"];
    let code = diagnostic["code"]["code"].as_str()?;
    let span = diagnostic["spans"].as_array()?.iter().find(|s| s["is_primary"] == true)?;
    let file = span["file_name"].as_str()?.replace('\\', "/");
    if !file.ends_with(&format!("{}.rs", exercise.stem)) {
        return None;
    }
    let place = format!("{file}:{}", span["line_start"]);
    let text = span["text"][0]["text"].as_str().unwrap_or("").trim();
    Some((code.to_owned(), format!("{place}: {text}")))
}
