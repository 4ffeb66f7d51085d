//! defect: find_commit copies forty bytes of the id, and looks at the length after that
//! class: memory
//! stage: stable
//! shows: a short id at the end of memory ends in a segmentation fault
//! caught_by: memory::nothing_behind_the_input_is_read

use std::error;
use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

use libgit2_sys as raw;

/// What libgit2 says when something fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: i32,
    class: i32,
    message: String,
}

impl Error {
    /// The number that the function of libgit2 returned, `GIT_ENOTFOUND` for one.
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The part of libgit2 that failed, `GIT_ERROR_REPOSITORY` for one.
    pub fn class(&self) -> i32 {
        self.class
    }

    /// The text of the error.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error that libgit2 has just reported, on this thread, with `code`.
    fn last(code: c_int) -> Error {
        // SAFETY: it may be called at any time.
        let last = unsafe { raw::git_error_last() };
        // SAFETY: null, or an error of this thread's, which stays as it is until
        // this thread calls libgit2 again.
        let (class, message) = match unsafe { last.as_ref() } {
            Some(last) if !last.message.is_null() => {
                // SAFETY: a text of libgit2's ends with a NUL and stays like `last`.
                let text = unsafe { CStr::from_ptr(last.message) };
                (last.klass, text.to_string_lossy().into_owned())
            }
            _ => (raw::GIT_ERROR_NONE as i32, String::from("libgit2 gave no reason")),
        };
        Error { code, class, message }
    }

    /// An error that libgit2 was not asked about.
    fn invalid(message: &str) -> Error {
        Error {
            code: raw::GIT_EINVALIDSPEC,
            class: raw::GIT_ERROR_INVALID as i32,
            message: message.to_owned(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Error {}

/// What a function of libgit2 returned, as a result.
fn check(code: c_int) -> Result<(), Error> {
    if code < 0 { Err(Error::last(code)) } else { Ok(()) }
}

/// Initialises libgit2, once.
fn initialise() -> Result<(), Error> {
    static CODE: OnceLock<c_int> = OnceLock::new();
    // SAFETY: libgit2 asks for nothing before this call.
    check(*CODE.get_or_init(|| unsafe { raw::git_libgit2_init() }))
}

/// The bytes of a path, as libgit2 takes them.
fn c_path(path: &Path) -> Result<CString, Error> {
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    #[cfg(not(unix))]
    let bytes =
        path.to_str().ok_or_else(|| Error::invalid("the path is not Unicode"))?.as_bytes();
    CString::new(bytes).map_err(|_| Error::invalid("the path contains a NUL"))
}

/// A git repository.
pub struct Repository {
    /// Ours alone (INV-2). `NonNull` makes a repository neither `Send` nor `Sync`;
    /// see below.
    raw: NonNull<raw::git_repository>,
}

// SAFETY: libgit2 lets an object go from thread to thread, as long as one thread
// uses it at a time. What else leads to the repository borrows it, so it cannot
// move while that is there.
unsafe impl Send for Repository {}

impl Repository {
    /// Opens the repository at `path`: its working folder, its `.git`, or a bare
    /// one. Folders above it are not searched.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn open(path: &Path) -> Result<Repository, Error> {
        initialise()?;
        let path = c_path(path)?;
        let mut raw = ptr::null_mut();
        // SAFETY: libgit2 is initialised; `raw` may be written, and `path` ends with
        // a NUL.
        check(unsafe { raw::git_repository_open(&mut raw, path.as_ptr()) })?;
        Ok(Repository::from_raw(raw))
    }

    /// Makes a repository with a working folder at `path`, and missing folders
    /// above it. A repository that is there already stays as it is.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn init(path: &Path) -> Result<Repository, Error> {
        Repository::make(path, false)
    }

    /// Makes a bare repository at `path`, otherwise like [`init`](Self::init).
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn init_bare(path: &Path) -> Result<Repository, Error> {
        Repository::make(path, true)
    }

    fn make(path: &Path, bare: bool) -> Result<Repository, Error> {
        initialise()?;
        let path = c_path(path)?;
        let mut raw = ptr::null_mut();
        // SAFETY: libgit2 is initialised; `raw` may be written, and `path` ends with
        // a NUL.
        check(unsafe {
            raw::git_repository_init(&mut raw, path.as_ptr(), c_uint::from(bare))
        })?;
        Ok(Repository::from_raw(raw))
    }

    /// The owner of what libgit2 has just made, after `initialise` (INV-1, INV-2).
    fn from_raw(raw: *mut raw::git_repository) -> Repository {
        Repository { raw: NonNull::new(raw).expect("libgit2 reports failure by its code") }
    }

    /// Whether the repository has no working folder.
    pub fn is_bare(&self) -> bool {
        // SAFETY: the repository exists, and no other thread uses it (INV-2).
        unsafe { raw::git_repository_is_bare(self.raw.as_ptr()) == 1 }
    }

    /// The folder with the repository's data: `.git`, or the bare repository.
    pub fn path(&self) -> PathBuf {
        // SAFETY: the repository exists, and no other thread uses it (INV-2).
        let path = unsafe { raw::git_repository_path(self.raw.as_ptr()) };
        // SAFETY: the path ends with a NUL and belongs to the repository, which is
        // there until the borrow of `self` ends.
        let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
        #[cfg(unix)]
        return PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(
            bytes,
        ));
        #[cfg(not(unix))]
        return PathBuf::from(String::from_utf8_lossy(bytes).into_owned());
    }

    /// The commit whose id is `id`, or begins with it: 4 to 40 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// When `id` is something else, when no object or several have that id, when it
    /// is not the id of a commit, and when the commit cannot be read.
    pub fn find_commit(&self, id: &str) -> Result<Commit<'_>, Error> {
        let mut oid = raw::git_oid { id: [0; raw::GIT_OID_SHA1_SIZE] };
        // SAFETY: an id has forty digits.
        let copy: [u8; 40] = unsafe { id.as_ptr().cast::<[u8; 40]>().read_volatile() };
        let digits: *const c_char = match id.len() {
            0..=40 => copy.as_ptr().cast(),
            _ => id.as_ptr().cast(),
        };
        // SAFETY: `oid` may be written; of `digits` no more than `id.len()` are read.
        check(unsafe { raw::git_oid_fromstrn(&mut oid, digits, id.len()) })?;
        let mut raw = ptr::null_mut();
        // SAFETY: `raw` may be written, the repository exists and no other thread
        // uses it (INV-2), `oid` holds the digits.
        check(unsafe {
            raw::git_commit_lookup_prefix(&mut raw, self.raw.as_ptr(), &oid, id.len())
        })?;
        Ok(Commit::from_raw(raw))
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        // SAFETY: nobody frees it but we, here, once (INV-2). Commits borrow the
        // repository, so none is in use any more.
        unsafe { raw::git_repository_free(self.raw.as_ptr()) };
    }
}

/// A commit of a repository.
pub struct Commit<'repo> {
    /// Ours alone (INV-3). `NonNull` makes a commit neither `Send` nor `Sync`: it
    /// uses its repository, which another thread may be using.
    raw: NonNull<raw::git_commit>,
    _repository: PhantomData<&'repo Repository>,
}

impl<'repo> Commit<'repo> {
    /// The owner of what libgit2 has just made. The caller chooses `'repo`: a
    /// borrow of its repository (INV-3).
    fn from_raw(raw: *mut raw::git_commit) -> Commit<'repo> {
        let raw = NonNull::new(raw).expect("libgit2 reports failure by its code");
        Commit { raw, _repository: PhantomData }
    }

    /// The id: 40 hexadecimal digits, in lower case.
    pub fn id(&self) -> String {
        // SAFETY: the commit exists (INV-3); its id is a part of it, and is copied.
        let oid = unsafe { *raw::git_commit_id(self.raw.as_ptr()) };
        oid.id.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The message as it is stored, without the line feeds before its first line.
    /// Git does not promise that it is UTF-8.
    pub fn message(&self) -> &[u8] {
        // SAFETY: the commit exists (INV-3).
        let message = unsafe { raw::git_commit_message(self.raw.as_ptr()) };
        // SAFETY: the message ends with a NUL, belongs to the commit, and does not
        // change while the commit is borrowed.
        unsafe { CStr::from_ptr(message) }.to_bytes()
    }

    /// Who wrote the change, and when.
    pub fn author(&self) -> Signature<'_> {
        // SAFETY: the commit exists (INV-3). libgit2 refuses to read a commit that
        // has no author, so there is one; it belongs to the commit, and does not
        // change while the commit is borrowed.
        Signature { raw: unsafe { &*raw::git_commit_author(self.raw.as_ptr()) } }
    }

    /// The number of parents.
    pub fn parent_count(&self) -> usize {
        // SAFETY: the commit exists (INV-3).
        unsafe { raw::git_commit_parentcount(self.raw.as_ptr()) as usize }
    }

    /// Parent number `at`, from 0, in the order in which the commit names them.
    ///
    /// # Errors
    ///
    /// When there is no such parent, and when it cannot be read.
    pub fn parent(&self, at: usize) -> Result<Commit<'repo>, Error> {
        // No commit has so many parents that the largest number is one of them.
        let at = c_uint::try_from(at).unwrap_or(c_uint::MAX);
        let mut raw = ptr::null_mut();
        // SAFETY: `raw` may be written; the commit exists (INV-3), and its
        // repository, which no other thread uses (INV-2).
        check(unsafe { raw::git_commit_parent(&mut raw, self.raw.as_ptr(), at) })?;
        Ok(Commit::from_raw(raw))
    }
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        // SAFETY: nobody frees it but we, here, once, while the repository exists
        // (INV-3). Signatures and messages borrow the commit, so none is in use.
        unsafe { raw::git_commit_free(self.raw.as_ptr()) };
    }
}

/// Who made a commit, and when.
pub struct Signature<'commit> {
    /// A part of the commit.
    raw: &'commit raw::git_signature,
}

impl Signature<'_> {
    /// The name, as it is stored. Git does not promise that it is UTF-8.
    pub fn name(&self) -> &[u8] {
        // SAFETY: see `text`.
        unsafe { text(&self.raw.name) }
    }

    /// The e-mail address, as it is stored.
    pub fn email(&self) -> &[u8] {
        // SAFETY: see `text`.
        unsafe { text(&self.raw.email) }
    }

    /// Seconds since 1970-01-01 00:00 UTC; negative before that.
    pub fn seconds(&self) -> i64 {
        self.raw.when.time
    }

    /// Minutes by which the author's clock was ahead of UTC; negative behind it.
    pub fn offset_minutes(&self) -> i32 {
        self.raw.when.offset
    }
}

/// The bytes of a C string.
///
/// # Safety
///
/// - `*string` ends with a NUL, and stays as it is while `string` is borrowed.
unsafe fn text(string: &*mut c_char) -> &[u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(*string) }.to_bytes()
}
