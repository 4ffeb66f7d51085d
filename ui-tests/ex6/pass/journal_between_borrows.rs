// Once the reference is done with, the journal can grow, and be closed.
use unsafe_workbook::ex6_layout::{Journal, Sample};

fn main() {
    let mut journal = Journal::open().unwrap();
    let sample = Sample { channel: 1, value: 2.0, flags: 3 };
    assert!(journal.add(&sample));
    let first: &Sample = journal.get(0).unwrap();
    let again: &Sample = journal.get(0).unwrap();
    let shared = &journal;
    assert_eq!(shared.len(), 1);
    assert_eq!((first.channel, again.channel), (1, 1));
    assert!(journal.add(&sample));
    drop(journal);
}
