// Closing the journal frees its samples, so no reference to one may be alive.
#![allow(warnings)]
use unsafe_workbook::ex6_layout::{Journal, Sample};

fn first_after_close(open: Journal) -> u8 {
    let first: &Sample;
    {
        let journal = open;
        first = journal.get(0).unwrap();
    }
    first.channel
}

fn main() {}
