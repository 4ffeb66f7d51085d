//! The checks behind the book: every listing has a verdict, every verdict is
//! checked, every transcript is written by a program.
//!
//! - [`listing`]: the header of a listing, and the sentence made of it.
//! - [`run`]: compiles and runs listings, writes and compares transcripts.
//! - [`pages`]: fences, captions, links and spelling of the pages.
#![forbid(unsafe_code)]

pub mod listing;
pub mod pages;
pub mod run;

use std::path::{Path, PathBuf};

/// The folder `book/`.
pub fn book_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `dir` whose name ends in `suffix`, sorted.
pub fn files_below(dir: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(suffix) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text of a file; a missing file is an empty text.
pub fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
