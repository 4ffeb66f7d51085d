// What borrows from a repository ends before it, and in any order.
use std::path::Path;
use unsafe_workbook::ex10_git::{Commit, Error, Repository, Signature};

/// The first commit of all: a parent may outlive its child.
fn first_of_all<'repo>(
    repository: &'repo Repository,
    id: &str,
) -> Result<Commit<'repo>, Error> {
    let mut commit = repository.find_commit(id)?;
    while commit.parent_count() > 0 {
        commit = commit.parent(0)?;
    }
    Ok(commit)
}

fn authors(repository: &Repository, ids: &[String]) -> Result<Vec<Vec<u8>>, Error> {
    let commits: Result<Vec<Commit<'_>>, Error> =
        ids.iter().map(|id| repository.find_commit(id)).collect();
    let commits = commits?;
    let signatures: Vec<Signature<'_>> = commits.iter().map(|commit| commit.author()).collect();
    Ok(signatures.iter().map(|signature| signature.name().to_vec()).collect())
}

fn all(path: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let repository = Repository::open(path)?;
    let commit = repository.find_commit("0123abcd")?;
    let parent = commit.parent(0)?;
    drop(commit);
    let _: &[u8] = parent.message();
    let _: i64 = parent.author().seconds();
    let _: i32 = parent.author().offset_minutes();
    let _: Vec<u8> = parent.author().email().to_vec();
    let _: String = parent.id();
    drop(parent);
    let _ = first_of_all(&repository, "0123abcd")?;
    let _ = authors(&repository, &[])?;
    let _: bool = repository.is_bare();
    let path = repository.path();
    drop(repository);
    let again = std::thread::spawn(move || Repository::open(&path)).join().unwrap()?;
    drop(again);
    Ok(())
}

fn main() {
    let nowhere = Path::new("a folder that is not there");
    let error = Repository::open(nowhere).err().expect("there is no repository");
    let _: (i32, i32, &str) = (error.code(), error.class(), error.message());
    let _: String = format!("{error} {error:?}");
    let _ = |path: &Path| (Repository::init(path), Repository::init_bare(path));
    assert!(all(nowhere).is_err());
}
