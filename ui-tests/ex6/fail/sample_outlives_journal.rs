// Closing the journal frees its samples, so no reference to one may be alive.
#![allow(warnings)]
use unsafe_workbook::ex6_layout::{Journal, Sample};

fn close(_: Journal) {}

fn first_after_close(journal: Journal) -> u8 {
    let first: &Sample = journal.get(0).unwrap();
    close(journal);
    first.channel
}

fn main() {}
