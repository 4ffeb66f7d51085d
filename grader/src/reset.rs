//! `workbook reset EX`: the stub again. What the student wrote is kept beside
//! it under a dated name.
//!
//! The stub as shipped stands a second time in `grader/stubs/`: the file in
//! `exercises/` is the student's to change and to commit, so neither it nor the
//! last commit tells what it once was.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::context::Context;
use crate::manifest::Exercise;
use crate::text::say;
use crate::{progress, stamp};

/// Where the shipped stubs stand, below the workspace root.
pub const STUBS: &str = "grader/stubs";

/// What became of one file.
#[derive(Debug, PartialEq, Eq)]
enum Done {
    /// It was the stub already.
    Untouched,
    /// There was none; the stub is there now.
    Written,
    /// The student's file stands under this name now.
    Kept(PathBuf),
}

pub fn run(ctx: &Context, exercise: &Exercise) -> ExitCode {
    let stubs = match shipped(&ctx.root, exercise) {
        Ok(stubs) => stubs,
        Err(error) => {
            let folder = ctx.root.join(STUBS);
            eprintln!("error: the shipped stub of {} cannot be read", exercise.id);
            eprintln!("  expected it in {}: {error}", folder.display());
            eprintln!("next: `git checkout -- {STUBS}` brings the folder back");
            return ExitCode::from(2);
        }
    };
    // Where the lock cannot be had, nobody else has written either.
    let _lock = progress::lock(&ctx.root);
    for (name, stub) in stubs {
        let file = Path::new("exercises").join(&name);
        match reset(&ctx.root.join(&file), &stub, stamp::now()) {
            Ok(Done::Untouched) => say!("{} equals the stub already", file.display()),
            Ok(Done::Written) => {
                say!("{} was missing: it is the stub again", file.display())
            }
            Ok(Done::Kept(kept)) => {
                let kept = Path::new("exercises").join(kept.file_name().unwrap_or_default());
                say!("{} is the stub again", file.display());
                say!("  your file is kept as {}", kept.display());
            }
            Err(error) => {
                eprintln!("error: {} cannot be reset: {error}", file.display());
                eprintln!("  your file is as it was, or kept beside it under a dated name");
                return ExitCode::from(2);
            }
        }
    }
    say!("next: `just check {}`", exercise.id);
    ExitCode::SUCCESS
}

/// The files of `exercise` as shipped, by name: its module, and whatever else
/// of it the student fills in (`ex5_audit.toml`).
pub fn shipped(root: &Path, exercise: &Exercise) -> io::Result<Vec<(String, Vec<u8>)>> {
    let module = format!("{}.rs", exercise.stem);
    let prefix = format!("{}_", exercise.id);
    let mut names: Vec<String> = fs::read_dir(root.join(STUBS))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(&prefix))
        .collect();
    names.sort_by_key(|name| (*name != module, name.clone()));
    if names.first() != Some(&module) {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("{module} is missing")));
    }
    names
        .into_iter()
        .map(|name| Ok((name.clone(), fs::read(root.join(STUBS).join(name))?)))
        .collect()
}

/// Puts `stub` in the place of `file`. At every moment the student's text has
/// at least one name: it gets its second one before it loses its first.
fn reset(file: &Path, stub: &[u8], now: u64) -> io::Result<Done> {
    match fs::read(file) {
        Ok(text) if text == stub => return Ok(Done::Untouched),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link(file) => {
            progress::replace(file, stub)?;
            return Ok(Done::Written);
        }
        // A dangling link or a file that may not be read is kept as it is.
        Err(_) => {}
    }
    let kept = keep(file, now)?;
    progress::replace(file, stub)?;
    Ok(Done::Kept(kept))
}

/// Gives `file` a second, dated name that nobody had before.
fn keep(file: &Path, now: u64) -> io::Result<PathBuf> {
    for name in stamp::names(file, "kept", now) {
        match fs::hard_link(file, &name) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // Not every file system has second names.
            Err(_) => match copy_to_new(file, &name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                result => return result.map(|()| name),
            },
        }
    }
    unreachable!("the names do not end")
}

fn copy_to_new(file: &Path, name: &Path) -> io::Result<()> {
    let text = fs::read(file)?;
    let mut copy = fs::File::create_new(name)?;
    io::Write::write_all(&mut copy, &text)?;
    copy.sync_all()
}

fn is_link(file: &Path) -> bool {
    file.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir()
                .join(format!("workbook-reset-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn kept(&self) -> Vec<String> {
            let mut texts: Vec<String> = fs::read_dir(&self.0)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.to_string_lossy().contains(".kept-"))
                .map(|path| fs::read_to_string(path).unwrap())
                .collect();
            texts.sort();
            texts
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn two_resets_in_one_second_keep_both_files() {
        let folder = Folder::new("twice");
        let file = folder.0.join("ex2.rs");
        for text in ["first", "second"] {
            fs::write(&file, text).unwrap();
            assert!(matches!(reset(&file, b"stub", 7).unwrap(), Done::Kept(_)));
            assert_eq!(fs::read(&file).unwrap(), b"stub");
        }
        assert_eq!(folder.kept(), ["first", "second"]);
    }

    #[test]
    fn a_stub_is_left_alone() {
        let folder = Folder::new("stub");
        let file = folder.0.join("ex2.rs");
        fs::write(&file, "stub").unwrap();
        assert_eq!(reset(&file, b"stub", 7).unwrap(), Done::Untouched);
        assert!(folder.kept().is_empty());
    }

    #[test]
    fn a_missing_file_is_written() {
        let folder = Folder::new("missing");
        let file = folder.0.join("ex2.rs");
        assert_eq!(reset(&file, b"stub", 7).unwrap(), Done::Written);
        assert_eq!(fs::read(&file).unwrap(), b"stub");
    }

    #[test]
    fn writing_on_in_the_new_file_does_not_change_the_kept_one() {
        let folder = Folder::new("apart");
        let file = folder.0.join("ex2.rs");
        fs::write(&file, "mine").unwrap();
        reset(&file, b"stub", 7).unwrap();
        fs::write(&file, "something else").unwrap();
        assert_eq!(folder.kept(), ["mine"]);
    }
}
