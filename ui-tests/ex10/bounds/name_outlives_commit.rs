//@ error: E0505
// What a signature shows belongs to the commit.
#![allow(warnings)]
use unsafe_workbook::ex10_git::{Commit, Signature};

fn free(_: Commit<'_>) {}

fn look(_: &[u8], _: &[u8]) {}

fn commit_first(commit: Commit<'_>) {
    let author = commit.author();
    let (name, email) = (author.name(), author.email());
    free(commit); //~
    look(name, email);
}

fn main() {}
