//! `workbook`: judges exercises, and what a student needs around that.
//!
//! Data flows one way: manifest, plan, build, run, judge, report. A report is a
//! function of one `Verdict` and knows nothing of cargo.

#![deny(unsafe_code)]

mod check;
mod cli;
mod compile;
mod context;
mod corpus;
mod doctor;
mod editor;
mod error;
mod hint;
mod integrity;
mod judge;
mod list;
mod manifest;
mod miri;
mod next;
mod process;
mod progress;
mod progress_line;
mod report;
mod reset;
mod review;
mod run;
mod solution;
mod stamp;
mod style;
mod terminal;
mod text;
mod tool;
mod verdict;
mod verify;
mod watch;
mod workplace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if let Some(verb) = arguments.next_if(|a| a == "__run" || a == "__init") {
        return process::supervise(&verb.to_string_lossy(), arguments);
    }
    match cli::parse(arguments) {
        Ok(command) => cli::run(command),
        Err(message) => {
            eprintln!("error: {message}\n\n{}", cli::USAGE);
            ExitCode::from(cli::USAGE_ERROR)
        }
    }
}
