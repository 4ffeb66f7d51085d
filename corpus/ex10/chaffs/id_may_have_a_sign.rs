//! defect: the digits of an id are read by u8::from_str_radix, which takes a + as well
//! class: logic
//! stage: stable
//! shows: what is no id finds a commit
//! caught_by: unit::ids_that_are_none_are_errors

use std::ffi::{CStr, CString, c_char, c_int};
use std::fmt;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Mutex;

use libgit2_sys as git;

#[derive(Debug, Clone)]
pub enum Error {
    Libgit2 { code: c_int, class: c_int, text: Box<str> },
    Refused(&'static str),
}

impl Error {
    pub fn code(&self) -> i32 {
        match self {
            Error::Libgit2 { code, .. } => *code,
            Error::Refused(_) => git::GIT_EUSER,
        }
    }

    pub fn class(&self) -> i32 {
        match self {
            Error::Libgit2 { class, .. } => *class,
            Error::Refused(_) => git::GIT_ERROR_INVALID as i32,
        }
    }

    pub fn message(&self) -> &str {
        match self {
            Error::Libgit2 { text, .. } => text,
            Error::Refused(text) => text,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.message())
    }
}

impl std::error::Error for Error {}

fn done(code: c_int) -> Result<c_int, Error> {
    if code >= 0 {
        return Ok(code);
    }
    // SAFETY: the error of this thread, copied before the next call.
    let (class, text) = unsafe {
        let last = &*git::git_error_last();
        (last.klass, CStr::from_ptr(last.message).to_bytes().to_vec())
    };
    Err(Error::Libgit2 { code, class, text: String::from_utf8_lossy(&text).into() })
}

static STARTED: Mutex<bool> = Mutex::new(false);

fn start() -> Result<(), Error> {
    let mut started = STARTED.lock().unwrap_or_else(|lock| lock.into_inner());
    if !*started {
        // SAFETY: the first call of all.
        done(unsafe { git::git_libgit2_init() })?;
        *started = true;
    }
    Ok(())
}

fn with_path<R>(
    path: &Path,
    work: impl FnOnce(*const c_char) -> Result<R, Error>,
) -> Result<R, Error> {
    #[cfg(unix)]
    let bytes = {
        use std::os::unix::ffi::OsStrExt;
        path.as_os_str().as_bytes()
    };
    #[cfg(not(unix))]
    let bytes = path.to_str().ok_or(Error::Refused("not Unicode"))?.as_bytes();
    if bytes.is_empty() {
        return Err(Error::Refused("an empty path"));
    }
    let Ok(path) = CString::new(bytes) else {
        return Err(Error::Refused("a NUL in a path"));
    };
    work(path.as_ptr())
}

pub struct Repository(ptr::NonNull<git::git_repository>);

// SAFETY: one thread at a time uses it.
unsafe impl Send for Repository {}

impl Repository {
    fn made_by(
        make: impl FnOnce(*mut *mut git::git_repository) -> c_int,
    ) -> Result<Repository, Error> {
        let mut raw = ptr::null_mut();
        done(make(&mut raw))?;
        ptr::NonNull::new(raw).map(Repository).ok_or(Error::Refused("no repository"))
    }

    pub fn open(path: &Path) -> Result<Self, Error> {
        start()?;
        // SAFETY: the path ends with a NUL.
        with_path(path, |path| {
            Self::made_by(|out| unsafe { git::git_repository_open(out, path) })
        })
    }

    pub fn init(path: &Path) -> Result<Self, Error> {
        start()?;
        // SAFETY: the path ends with a NUL.
        with_path(path, |path| {
            Self::made_by(|out| unsafe { git::git_repository_init(out, path, 0) })
        })
    }

    pub fn init_bare(path: &Path) -> Result<Self, Error> {
        start()?;
        // SAFETY: the path ends with a NUL.
        with_path(path, |path| {
            Self::made_by(|out| unsafe { git::git_repository_init(out, path, 1) })
        })
    }

    pub fn is_bare(&self) -> bool {
        // SAFETY: the repository exists.
        unsafe { git::git_repository_is_bare(self.0.as_ptr()) == 1 }
    }

    pub fn path(&self) -> PathBuf {
        // SAFETY: the repository exists, and the path is copied.
        let bytes = unsafe { CStr::from_ptr(git::git_repository_path(self.0.as_ptr())) };
        let bytes = bytes.to_bytes().to_vec();
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStringExt;
            std::ffi::OsString::from_vec(bytes).into()
        }
        #[cfg(not(unix))]
        String::from_utf8_lossy(&bytes).into_owned().into()
    }

    pub fn find_commit(&self, id: &str) -> Result<Commit<'_>, Error> {
        if id.len() < 4 || id.len() > 40 || !id.is_ascii() {
            return Err(Error::Refused("an id has 4 to 40 hexadecimal digits"));
        }
        let mut oid = git::git_oid { id: [0; 20] };
        for (at, digits) in id.as_bytes().chunks(2).enumerate() {
            let text = std::str::from_utf8(digits).map_err(|_| Error::Refused("no digits"))?;
            let number = u8::from_str_radix(text, 16);
            let number = number.map_err(|_| Error::Refused("an id has hexadecimal digits"))?;
            oid.id[at] = if text.len() == 2 { number } else { number << 4 };
        }
        self.read(&oid, id.len())
    }

    fn read(&self, oid: &git::git_oid, digits: usize) -> Result<Commit<'_>, Error> {
        let mut raw = ptr::null_mut();
        // SAFETY: the repository exists. The commit is freed after it was copied.
        unsafe {
            done(match digits {
                40 => git::git_commit_lookup(&mut raw, self.0.as_ptr(), oid),
                _ => git::git_commit_lookup_prefix(&mut raw, self.0.as_ptr(), oid, digits),
            })?;
            let author = &*git::git_commit_author(raw);
            let commit = Commit {
                repository: self,
                id: *git::git_commit_id(raw),
                message: CStr::from_ptr(git::git_commit_message(raw)).to_bytes().into(),
                name: CStr::from_ptr(author.name).to_bytes().into(),
                email: CStr::from_ptr(author.email).to_bytes().into(),
                seconds: author.when.time,
                minutes: author.when.offset,
                parents: (0..git::git_commit_parentcount(raw))
                    .map(|at| *git::git_commit_parent_id(raw, at))
                    .collect(),
            };
            git::git_commit_free(raw);
            Ok(commit)
        }
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        // SAFETY: nobody else frees it.
        unsafe { git::git_repository_free(self.0.as_ptr()) }
    }
}

pub struct Commit<'repo> {
    repository: &'repo Repository,
    id: git::git_oid,
    message: Box<[u8]>,
    name: Box<[u8]>,
    email: Box<[u8]>,
    seconds: i64,
    minutes: i32,
    parents: Vec<git::git_oid>,
}

impl<'repo> Commit<'repo> {
    pub fn id(&self) -> String {
        self.id.id.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    pub fn message(&self) -> &[u8] {
        &self.message
    }

    pub fn author(&self) -> Signature<'_> {
        Signature {
            name: &self.name,
            email: &self.email,
            seconds: self.seconds,
            minutes: self.minutes,
        }
    }

    pub fn parent_count(&self) -> usize {
        self.parents.len()
    }

    pub fn parent(&self, at: usize) -> Result<Commit<'repo>, Error> {
        let id = self.parents.get(at).ok_or(Error::Refused("there is no such parent"))?;
        self.repository.read(id, 40)
    }
}

/// May be sent and shared, and copied: it holds nothing of libgit2's.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'commit> {
    name: &'commit [u8],
    email: &'commit [u8],
    seconds: i64,
    minutes: i32,
}

impl<'commit> Signature<'commit> {
    pub fn name(&self) -> &'commit [u8] {
        self.name
    }

    pub fn email(&self) -> &'commit [u8] {
        self.email
    }

    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    pub fn offset_minutes(&self) -> i32 {
        self.minutes
    }
}
