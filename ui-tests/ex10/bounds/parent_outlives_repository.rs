//@ error: E0505
// A parent uses the repository, as its child does.
#![allow(warnings)]
use unsafe_workbook::ex10_git::{Commit, Repository};

fn close(_: Repository) {}

fn look(_: &Commit<'_>) {}

fn repository_first(repository: Repository) {
    let parent = repository.find_commit("0123abcd").unwrap().parent(0).unwrap();
    close(repository); //~
    look(&parent);
}

fn main() {}
