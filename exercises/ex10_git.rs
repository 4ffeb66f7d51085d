//! # Exercise 10: a safe slice of libgit2
//!
//! Goal: open or make a git repository, find a commit, read who wrote it and what
//! it says, and walk to its parents, by a C library that somebody else wrote.
//!
//! `libgit2_sys` declares libgit2's functions as they are: `git_repository_open`,
//! `git_commit_lookup_prefix`, `git_commit_parent`, and so on. Their reference is
//! at <https://libgit2.org/docs/reference/main/>. Everything below is safe to call,
//! with any arguments, in any order.
//!
//! Rules that the tests check:
//!
//! - A `Commit` cannot outlive its `Repository`, a `Signature` and a message cannot
//!   outlive their `Commit`. A parent may outlive its child.
//! - Nothing panics and nothing crashes. What libgit2 refuses is an `Error` with
//!   libgit2's own code, class and text (where that is not UTF-8, lossily). What you
//!   refuse before libgit2 is asked has a negative code, the class
//!   `GIT_ERROR_INVALID` and a text that is not empty. An error keeps what it says,
//!   whatever happens later and wherever it goes.
//! - What libgit2 gave you is freed once, in an order that it can stand, and not
//!   used any more after that. What still belongs to libgit2 is not freed by you.
//! - libgit2 is initialised before it is used. It is never shut down, or once for
//!   each time it was initialised, and not while something of it is in use. Who else
//!   uses it in the same process must not notice.
//! - A path may hold any bytes on Unix but NUL. An empty path, and one with a NUL,
//!   is an error.
//! - What git keeps are bytes: names, addresses and messages come back unchanged.
//! - A `Repository` is `Send` and not `Sync`, a `Commit` is neither: libgit2's objects
//!   are used by one thread at a time, and a commit uses its repository. An `Error` is
//!   both.
//!
//! Work through the TODOs in order and run `just check ex10` after each one. The
//! first check takes a minute more: it compiles libgit2. Stuck? `just hint ex10`.
#![allow(unused_variables, dead_code, reason = "stub: delete this line when you start")]

use std::error;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// What is wrong.
#[derive(Debug)]
pub struct Error {
    // TODO(ex10.1): libgit2 keeps the text of the last error of each thread, until
    // the next one. What must an error own, and when must it be copied?
}

impl Error {
    /// The number that libgit2's function returned, such as `GIT_ENOTFOUND`.
    pub fn code(&self) -> i32 {
        todo!("ex10.1: the code")
    }

    /// The part of libgit2 that refused, such as `GIT_ERROR_REPOSITORY`.
    pub fn class(&self) -> i32 {
        todo!("ex10.1: the class (`klass` in libgit2_sys)")
    }

    /// The text of the error.
    pub fn message(&self) -> &str {
        todo!("ex10.1: the text")
    }
}

impl fmt::Display for Error {
    /// Shows the text of the error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("ex10.1: write the text")
    }
}

impl error::Error for Error {}

/// A git repository.
pub struct Repository {
    // TODO(ex10.2): what libgit2 returned. Free it when the repository is dropped.
    _raw: PhantomData<*mut u8>,
}

impl Repository {
    /// Opens the repository at `path`, by `git_repository_open`: its working folder,
    /// its `.git`, or a bare repository. Folders above it are not searched.
    ///
    /// # Errors
    ///
    /// When there is no repository, or none that libgit2 opens.
    pub fn open(path: &Path) -> Result<Repository, Error> {
        todo!("ex10.2: initialise libgit2, make a C string of the path, open")
    }

    /// Makes a repository with a working folder at `path`, by `git_repository_init`,
    /// and the folders that are missing. What is in a repository that is already
    /// there stays.
    ///
    /// # Errors
    ///
    /// When libgit2 cannot make it.
    pub fn init(path: &Path) -> Result<Repository, Error> {
        todo!("ex10.3: as above")
    }

    /// The same for a bare repository, one without a working folder.
    ///
    /// # Errors
    ///
    /// When libgit2 cannot make it.
    pub fn init_bare(path: &Path) -> Result<Repository, Error> {
        todo!("ex10.3: as above")
    }

    /// Whether the repository is bare.
    pub fn is_bare(&self) -> bool {
        todo!("ex10.4: git_repository_is_bare")
    }

    /// The folder that holds the repository's data: its `.git`, or the bare
    /// repository itself, as `git_repository_path` tells it.
    pub fn path(&self) -> PathBuf {
        todo!("ex10.4: git_repository_path: any bytes on Unix, UTF-8 on Windows")
    }

    /// Finds the commit whose id is `id` or begins with it, as
    /// `git_commit_lookup_prefix` does. An id has 40 hexadecimal digits, upper or
    /// lower case.
    ///
    /// # Errors
    ///
    /// When `id` has less than 4 digits, more than 40, or anything but digits; when
    /// no object has that id, or several, or one that is not a commit; when the
    /// commit cannot be read.
    pub fn find_commit(&self, id: &str) -> Result<Commit<'_>, Error> {
        todo!("ex10.5: git_oid_fromstrn, git_commit_lookup_prefix; `id` has no NUL")
    }
}

// TODO(ex10.6): a repository may go to another thread. Say so with `unsafe impl`, and
// say why.

/// A commit of a repository.
pub struct Commit<'repo> {
    // TODO(ex10.5): what libgit2 returned. Free it when the commit is dropped.
    _repository: PhantomData<(&'repo Repository, *mut u8)>,
}

impl<'repo> Commit<'repo> {
    /// The whole id, in lower case.
    pub fn id(&self) -> String {
        todo!("ex10.7: git_commit_id")
    }

    /// The message, by `git_commit_message`.
    pub fn message(&self) -> &[u8] {
        todo!("ex10.7: whose bytes are these, and for how long?")
    }

    /// Who wrote the change, and when, by `git_commit_author`.
    pub fn author(&self) -> Signature<'_> {
        todo!("ex10.8: whose is the git_signature?")
    }

    /// The number of parents: 0 for a first commit, 2 and more for a merge.
    pub fn parent_count(&self) -> usize {
        todo!("ex10.9: git_commit_parentcount")
    }

    /// Parent number `at`, counted from 0, in the order of the commit.
    ///
    /// # Errors
    ///
    /// When there is no such parent, or it cannot be read.
    pub fn parent(&self, at: usize) -> Result<Commit<'repo>, Error> {
        todo!("ex10.9: git_commit_parent, which knows fewer numbers than `usize`")
    }
}

/// Who made a commit, and when.
pub struct Signature<'commit> {
    // TODO(ex10.8): what do the methods need?
    _commit: PhantomData<&'commit ()>,
}

impl Signature<'_> {
    /// The name.
    pub fn name(&self) -> &[u8] {
        todo!("ex10.8: the name")
    }

    /// The e-mail address.
    pub fn email(&self) -> &[u8] {
        todo!("ex10.8: the address")
    }

    /// The time: seconds since 1970-01-01 00:00 UTC.
    pub fn seconds(&self) -> i64 {
        todo!("ex10.8: the time")
    }

    /// By how many minutes the author's clock was ahead of UTC.
    pub fn offset_minutes(&self) -> i32 {
        todo!("ex10.8: the offset")
    }
}
