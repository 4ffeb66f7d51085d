// Adding a sample may move the others, so no reference to one may be alive.
#![allow(warnings)]
use unsafe_workbook::ex6_layout::{Journal, Sample};

fn first_after_add(journal: &mut Journal, sample: &Sample) -> u8 {
    let first: &Sample = journal.get(0).unwrap();
    journal.add(sample);
    first.channel
}

fn main() {}
