//@ error: E0505
// A commit uses its repository, so it must not outlive it.
#![allow(warnings)]
use unsafe_workbook::ex10_git::{Commit, Repository};

fn close(_: Repository) {}

fn look(_: &Commit<'_>) {}

fn repository_first(repository: Repository) {
    let commit = repository.find_commit("0123abcd").unwrap();
    close(repository); //~
    look(&commit);
}

fn main() {}
