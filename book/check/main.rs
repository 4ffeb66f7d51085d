//! `listings [--bless] [FILTER]`: compiles and runs the listings of the book.
//! `--bless` writes the transcripts and the captions of the pages anew.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use workbook_book::listing::{Listing, measured};
use workbook_book::{pages, run};

fn main() -> ExitCode {
    let mut bless = false;
    let mut filter = String::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--bless" => bless = true,
            other => filter = other.to_string(),
        }
    }
    let started = std::time::Instant::now();
    let listings = Listing::all();
    let cases = measured();
    let outcome = run::check(&listings, &filter, bless);
    // After the run: it may have written the reports that headers stand on.
    let mut faults: Vec<String> = listings.iter().flat_map(|l| l.faults(&cases)).collect();
    faults.extend(outcome.faults);
    if bless {
        faults.extend(pages::bless(&listings, &cases));
    }
    for skipped in &outcome.skipped {
        println!("skipped: {skipped}");
    }
    for fault in &faults {
        println!("FAULT {fault}");
    }
    println!(
        "{} listings compiled, {} runs, {} of them under a tool, in {:.1} s: {} faults",
        outcome.compiled,
        outcome.ran,
        outcome.tool_runs,
        started.elapsed().as_secs_f64(),
        faults.len()
    );
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
