//@ error: E0505
// A signature belongs to its commit.
#![allow(warnings)]
use unsafe_workbook::ex10_git::{Commit, Signature};

fn free(_: Commit<'_>) {}

fn look(_: &Signature<'_>) {}

fn commit_first(commit: Commit<'_>) {
    let author = commit.author();
    free(commit); //~
    look(&author);
}

fn main() {}
