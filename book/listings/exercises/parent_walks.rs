//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::marker::PhantomData;

struct Repository;

struct Commit<'repo> {
    number: u32,
    _repository: PhantomData<&'repo Repository>,
}

impl<'repo> Commit<'repo> {
    // A parent needs the repository, and no child.
    fn parent(&self) -> Option<Commit<'repo>> {
        let number = self.number.checked_sub(1)?;
        Some(Commit { number, _repository: PhantomData })
    }
}

fn first<'repo>(mut commit: Commit<'repo>) -> Commit<'repo> {
    while let Some(parent) = commit.parent() {
        commit = parent;
    }
    commit
}

fn main() {
    println!("{}", first(Commit { number: 3, _repository: PhantomData }).number);
}
// ANCHOR_END: all
