//! What an editor needs so that a stub opens without red and never holds up a
//! check: rust-analyzer on a target folder of its own, clippy as its check.

use std::fs;
use std::path::Path;

/// A setting that is missing, and where it belongs.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing {
    pub file: &'static str,
    pub setting: &'static str,
}

/// The settings that are expected below `root`, as `(file, text, setting)`.
/// `text` is looked for without regard to spaces.
const EXPECTED: [(&str, &str, &str); 4] = [
    ("rust-analyzer.toml", "cargo.targetDir=true", "cargo.targetDir = true"),
    ("rust-analyzer.toml", "check.command=\"clippy\"", "check.command = \"clippy\""),
    (
        ".vscode/settings.json",
        "\"rust-analyzer.cargo.targetDir\":true",
        "\"rust-analyzer.cargo.targetDir\": true",
    ),
    (
        ".vscode/settings.json",
        "\"rust-analyzer.check.command\":\"clippy\"",
        "\"rust-analyzer.check.command\": \"clippy\"",
    ),
];

/// What is missing from the editor settings of the workspace.
pub fn missing(root: &Path) -> Vec<Missing> {
    EXPECTED
        .iter()
        .filter(|(file, text, _)| {
            let content = fs::read_to_string(root.join(file)).unwrap_or_default();
            let content: String = content.split_whitespace().collect();
            !content.contains(text)
        })
        .map(|&(file, _, setting)| Missing { file, setting })
        .collect()
}
