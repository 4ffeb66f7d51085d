//! design: commits count their repository's handle; functions declared anew, one owner for all

use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_uint, c_void};
use std::fmt::{self, Debug, Display, Formatter};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::ptr::{self, NonNull};
use std::sync::{Arc, LazyLock};

// Links the library.
use libgit2_sys as _;

#[repr(C)]
struct LastError {
    message: *const c_char,
    class: c_int,
}

#[repr(C)]
struct When {
    seconds: i64,
    minutes: c_int,
    sign: c_char,
}

#[repr(C)]
struct Author {
    name: *const c_char,
    email: *const c_char,
    when: When,
}

type Id = [u8; 20];

// SAFETY: the declarations repeat libgit2's headers.
unsafe extern "C" {
    safe fn git_libgit2_init() -> c_int;
    safe fn git_error_last() -> *const LastError;
    fn git_repository_open(out: *mut *mut c_void, path: *const c_char) -> c_int;
    fn git_repository_init(out: *mut *mut c_void, path: *const c_char, bare: c_uint) -> c_int;
    fn git_repository_free(repository: *mut c_void);
    fn git_repository_is_bare(repository: *const c_void) -> c_int;
    fn git_repository_path(repository: *const c_void) -> *const c_char;
    fn git_oid_fromstrn(out: *mut Id, text: *const u8, length: usize) -> c_int;
    fn git_object_lookup_prefix(
        out: *mut *mut c_void,
        repository: *mut c_void,
        id: *const Id,
        length: usize,
        kind: c_int,
    ) -> c_int;
    fn git_object_free(object: *mut c_void);
    fn git_commit_id(commit: *const c_void) -> *const Id;
    fn git_commit_message(commit: *const c_void) -> *const c_char;
    fn git_commit_author(commit: *const c_void) -> *const Author;
    fn git_commit_parentcount(commit: *const c_void) -> c_uint;
    fn git_commit_parent(out: *mut *mut c_void, commit: *const c_void, at: c_uint) -> c_int;
}

const COMMIT: c_int = 1;
const INVALID: i32 = 3;

pub struct Error {
    code: i32,
    class: i32,
    text: Arc<str>,
}

impl Error {
    pub fn code(&self) -> i32 {
        self.code
    }
    pub fn class(&self) -> i32 {
        self.class
    }
    pub fn message(&self) -> &str {
        &self.text
    }
    fn invalid() -> Error {
        Error { code: -1, class: INVALID, text: "invalid argument".into() }
    }
}

impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}

/// Something of libgit2's, and the function that frees it.
struct Owned {
    raw: NonNull<c_void>,
    free: unsafe extern "C" fn(*mut c_void),
}

impl Owned {
    /// # Safety
    ///
    /// - `make` writes, where it returns 0, what `free` frees.
    unsafe fn new(
        free: unsafe extern "C" fn(*mut c_void),
        make: impl FnOnce(*mut *mut c_void) -> c_int,
    ) -> Result<Owned, Error> {
        let mut raw = ptr::null_mut();
        let code = make(&mut raw);
        match NonNull::new(raw) {
            Some(raw) if code == 0 => Ok(Owned { raw, free }),
            _ => {
                // SAFETY: libgit2 always has an error for this thread; it is copied.
                let last = unsafe { git_error_last().as_ref() }.ok_or_else(Error::invalid)?;
                // SAFETY: as above.
                let text = unsafe { CStr::from_ptr(last.message) }.to_string_lossy();
                Err(Error { code, class: last.class, text: text.into() })
            }
        }
    }

    fn get(&self) -> *mut c_void {
        self.raw.as_ptr()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: see `new`.
        unsafe { (self.free)(self.get()) }
    }
}

pub struct Repository {
    handle: Arc<Owned>,
}

// SAFETY: commits, which count the handle too, borrow the repository: where it moves,
// there are none.
unsafe impl Send for Repository {}

static LIBRARY: LazyLock<c_int> = LazyLock::new(|| git_libgit2_init());

impl Repository {
    fn new(
        path: &Path,
        make: impl FnOnce(*mut *mut c_void, *const c_char) -> c_int,
    ) -> Result<Repository, Error> {
        if *LIBRARY < 0 {
            return Err(Error::invalid());
        }
        let path =
            CString::new(path.as_os_str().as_encoded_bytes()).map_err(|_| Error::invalid())?;
        #[cfg(not(unix))]
        path.to_str().map_err(|_| Error::invalid())?;
        // SAFETY: both callers make a repository.
        let handle = unsafe { Owned::new(git_repository_free, |out| make(out, path.as_ptr())) };
        Ok(Repository { handle: Arc::new(handle?) })
    }

    pub fn open(path: &Path) -> Result<Repository, Error> {
        // SAFETY: the place may be written, the path ends with a NUL.
        Repository::new(path, |out, path| unsafe { git_repository_open(out, path) })
    }

    pub fn init(path: &Path) -> Result<Repository, Error> {
        // SAFETY: the place may be written, the path ends with a NUL.
        Repository::new(path, |out, path| unsafe { git_repository_init(out, path, 0) })
    }

    pub fn init_bare(path: &Path) -> Result<Repository, Error> {
        // SAFETY: the place may be written, the path ends with a NUL.
        Repository::new(path, |out, path| unsafe { git_repository_init(out, path, 1) })
    }

    pub fn is_bare(&self) -> bool {
        // SAFETY: the handle is there.
        unsafe { git_repository_is_bare(self.handle.get()) != 0 }
    }

    pub fn path(&self) -> PathBuf {
        // SAFETY: the handle is there; the path is copied.
        let path = unsafe { CStr::from_ptr(git_repository_path(self.handle.get())) };
        // SAFETY: Unix takes any bytes, and elsewhere libgit2's paths are UTF-8.
        unsafe { OsStr::from_encoded_bytes_unchecked(path.to_bytes()) }.into()
    }

    pub fn find_commit(&self, id: &str) -> Result<Commit<'_>, Error> {
        let mut oid: Id = [0; 20];
        // SAFETY: there are as many bytes.
        if unsafe { git_oid_fromstrn(&mut oid, id.as_ptr(), id.len()) } != 0 {
            return Err(Error::invalid());
        }
        // SAFETY: the handle is there, and an object of this kind comes.
        let raw = unsafe {
            Owned::new(git_object_free, |out| {
                git_object_lookup_prefix(out, self.handle.get(), &oid, id.len(), COMMIT)
            })
        };
        Ok(Commit::new(raw?, &self.handle))
    }
}

/// The commit goes before the handle.
pub struct Commit<'repo> {
    raw: Owned,
    handle: Arc<Owned>,
    _repository: PhantomData<&'repo Repository>,
}

impl<'repo> Commit<'repo> {
    fn new(raw: Owned, handle: &Arc<Owned>) -> Commit<'repo> {
        Commit { raw, handle: Arc::clone(handle), _repository: PhantomData }
    }

    pub fn id(&self) -> String {
        // SAFETY: the commit is there.
        let id = unsafe { *git_commit_id(self.raw.get()) };
        let digits = id.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
    }

    pub fn message(&self) -> &[u8] {
        // SAFETY: the commit is there while it is borrowed.
        unsafe { CStr::from_ptr(git_commit_message(self.raw.get())).to_bytes() }
    }

    pub fn author(&self) -> Signature<'_> {
        Signature { commit: &self.raw }
    }

    pub fn parent_count(&self) -> usize {
        // SAFETY: the commit is there.
        unsafe { git_commit_parentcount(self.raw.get()) as usize }
    }

    pub fn parent(&self, at: usize) -> Result<Commit<'repo>, Error> {
        let at = u32::try_from(at).map_err(|_| Error::invalid())?;
        // SAFETY: the commit is there, and so is its repository.
        let raw = unsafe {
            Owned::new(git_object_free, |out| git_commit_parent(out, self.raw.get(), at))
        };
        Ok(Commit::new(raw?, &self.handle))
    }
}

/// Asks the commit anew each time.
pub struct Signature<'commit> {
    commit: &'commit Owned,
}

impl Signature<'_> {
    fn get(&self) -> &Author {
        // SAFETY: the commit is there while it is borrowed, and has an author.
        unsafe { &*git_commit_author(self.commit.get()) }
    }

    pub fn name(&self) -> &[u8] {
        // SAFETY: a part of the author.
        unsafe { CStr::from_ptr(self.get().name) }.to_bytes()
    }

    pub fn email(&self) -> &[u8] {
        // SAFETY: a part of the author.
        unsafe { CStr::from_ptr(self.get().email) }.to_bytes()
    }

    pub fn seconds(&self) -> i64 {
        self.get().when.seconds
    }

    pub fn offset_minutes(&self) -> i32 {
        self.get().when.minutes
    }
}
