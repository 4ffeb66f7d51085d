//@ error: E0505
// The message belongs to its commit.
#![allow(warnings)]
use unsafe_workbook::ex10_git::Commit;

fn free(_: Commit<'_>) {}

fn look(_: &[u8]) {}

fn commit_first(commit: Commit<'_>) {
    let message = commit.message();
    free(commit); //~
    look(message);
}

fn main() {}
