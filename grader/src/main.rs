//! `workbook`: judges exercises, and what a student needs around that.
//!
//! Data flows one way: manifest, plan, build, run, judge, report. A report is a
//! function of one `Verdict` and knows nothing of cargo.

#![deny(unsafe_code)]

mod c_library;
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

use std::panic;
use std::process::ExitCode;
use std::sync::Once;

fn main() -> ExitCode {
    panic::set_hook(Box::new(tell_of_a_defect));
    panic::catch_unwind(start).unwrap_or(ExitCode::from(cli::USAGE_ERROR))
}

/// A panic is a defect of the workbook or a machine that gives it nothing more,
/// never of the student's code. Other threads may panic after the first.
fn tell_of_a_defect(panic: &panic::PanicHookInfo<'_>) {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| {
        let what = panic.payload_as_str().unwrap_or("no message");
        let place = panic.location().map(|at| format!(" ({at})")).unwrap_or_default();
        eprintln!(
            "\nerror: the workbook itself failed{place}: {what}\n\
             This is not your code's fault, and nothing of yours was changed. Try again; when it \
             comes back, report it with this message.\nTry: just doctor"
        );
    });
}

fn start() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if let Some(verb) =
        arguments.next_if(|a| process::HIDDEN_VERBS.iter().any(|hidden| a == hidden))
    {
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
