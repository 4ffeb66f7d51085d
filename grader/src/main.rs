//! `workbook`: judges exercises, and what a student needs around that.
//!
//! Data flows one way: manifest, plan, build, run, judge, report. A report is a
//! function of one `Verdict` and knows nothing of cargo.

#![deny(unsafe_code)]

mod cli;
mod context;
mod doctor;
mod editor;
mod hint;
mod list;
mod manifest;
mod miri;
mod next;
mod progress;
mod reset;
mod solution;
mod stamp;
mod style;
mod terminal;
mod text;
mod tool;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => cli::run(command),
        Err(message) => {
            eprintln!("error: {message}\n\n{}", cli::USAGE);
            ExitCode::from(cli::USAGE_ERROR)
        }
    }
}
