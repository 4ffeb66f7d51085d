//@ error: E0505
// What a signature shows belongs to the commit.
#![allow(warnings)]
use std::mem::ManuallyDrop;
use unsafe_workbook::ex10_git::{Commit, Signature};

fn free(_: Commit<'_>) {}

fn look(_: &[u8]) {}

fn commit_first(commit: Commit<'_>) {
    // A destructor of the signature would need the commit by itself.
    let author = ManuallyDrop::new(commit.author());
    let name = author.name();
    free(commit); //~
    look(name);
}

fn main() {}
