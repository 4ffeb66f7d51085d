//! defect: the name is a static slice
//! class: soundness
//! stage: stable
//! shows: a name is read after its commit was freed
//! caught_by: compile_fail::wrong_programs_are_refused

use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Once;

use libgit2_sys::*;

#[derive(Debug)]
pub struct Error {
    code: c_int,
    class: c_int,
    message: String,
}

impl Error {
    pub fn code(&self) -> i32 {
        self.code
    }

    pub fn class(&self) -> i32 {
        self.class
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    fn own(message: &str) -> Error {
        Error { code: GIT_ERROR, class: GIT_ERROR_INVALID as c_int, message: message.into() }
    }

    fn last(code: c_int) -> Error {
        unsafe {
            let last = git_error_last();
            if last.is_null() {
                return Error { code, class: 0, message: "no text".into() };
            }
            let message = CStr::from_ptr((*last).message).to_string_lossy().into_owned();
            Error { code, class: (*last).klass, message }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (class {}, code {})", self.message, self.class, self.code)
    }
}

impl std::error::Error for Error {}

fn init() {
    static START: Once = Once::new();
    START.call_once(|| {
        unsafe { git_libgit2_init() };
    });
}

#[cfg(unix)]
fn c_path(path: &Path) -> Result<CString, Error> {
    use std::os::unix::ffi::OsStrExt;
    CString::new(path.as_os_str().as_bytes()).map_err(|_| Error::own("a NUL in the path"))
}

#[cfg(not(unix))]
fn c_path(path: &Path) -> Result<CString, Error> {
    let path = path.to_str().ok_or_else(|| Error::own("the path is no text"))?;
    CString::new(path).map_err(|_| Error::own("a NUL in the path"))
}

pub struct Repository {
    raw: *mut git_repository,
}

unsafe impl Send for Repository {}

impl Repository {
    pub fn open(path: &Path) -> Result<Repository, Error> {
        init();
        let path = c_path(path)?;
        let mut raw = ptr::null_mut();
        let code = unsafe { git_repository_open(&mut raw, path.as_ptr()) };
        if code < 0 {
            return Err(Error::last(code));
        }
        Ok(Repository { raw })
    }

    pub fn init(path: &Path) -> Result<Repository, Error> {
        Repository::make(path, 0)
    }

    pub fn init_bare(path: &Path) -> Result<Repository, Error> {
        Repository::make(path, 1)
    }

    fn make(path: &Path, bare: c_uint) -> Result<Repository, Error> {
        init();
        let path = c_path(path)?;
        let mut raw = ptr::null_mut();
        let code = unsafe { git_repository_init(&mut raw, path.as_ptr(), bare) };
        if code < 0 {
            return Err(Error::last(code));
        }
        Ok(Repository { raw })
    }

    pub fn is_bare(&self) -> bool {
        unsafe { git_repository_is_bare(self.raw) != 0 }
    }

    pub fn path(&self) -> PathBuf {
        let path = unsafe { CStr::from_ptr(git_repository_path(self.raw)) };
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            PathBuf::from(std::ffi::OsStr::from_bytes(path.to_bytes()))
        }
        #[cfg(not(unix))]
        PathBuf::from(path.to_str().unwrap_or_default())
    }

    pub fn find_commit(&self, id: &str) -> Result<Commit<'_>, Error> {
        let mut oid = git_oid { id: [0; 20] };
        let mut raw = ptr::null_mut();
        let digits = id.as_ptr().cast::<c_char>();
        let code = unsafe { git_oid_fromstrn(&mut oid, digits, id.len()) };
        if code < 0 {
            return Err(Error::last(code));
        }
        let code = unsafe { git_commit_lookup_prefix(&mut raw, self.raw, &oid, id.len()) };
        if code < 0 {
            return Err(Error::last(code));
        }
        Ok(Commit { raw, _repository: PhantomData })
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        unsafe { git_repository_free(self.raw) };
    }
}

pub struct Commit<'repo> {
    raw: *mut git_commit,
    _repository: PhantomData<&'repo Repository>,
}

impl<'repo> Commit<'repo> {
    pub fn id(&self) -> String {
        let oid = unsafe { &*git_commit_id(self.raw) };
        oid.id.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn message(&self) -> &[u8] {
        unsafe { CStr::from_ptr(git_commit_message(self.raw)) }.to_bytes()
    }

    pub fn author(&self) -> Signature<'_> {
        Signature { raw: unsafe { git_commit_author(self.raw) }, _commit: PhantomData }
    }

    pub fn parent_count(&self) -> usize {
        unsafe { git_commit_parentcount(self.raw) as usize }
    }

    pub fn parent(&self, at: usize) -> Result<Commit<'repo>, Error> {
        let Ok(at) = c_uint::try_from(at) else {
            return Err(Error::own("no commit has so many parents"));
        };
        let mut raw = ptr::null_mut();
        let code = unsafe { git_commit_parent(&mut raw, self.raw, at) };
        if code < 0 {
            return Err(Error::last(code));
        }
        Ok(Commit { raw, _repository: PhantomData })
    }
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        unsafe { git_commit_free(self.raw) };
    }
}

pub struct Signature<'commit> {
    raw: *const git_signature,
    _commit: PhantomData<&'commit git_commit>,
}

impl Signature<'_> {
    pub fn name(&self) -> &'static [u8] {
        unsafe { CStr::from_ptr((*self.raw).name) }.to_bytes()
    }

    pub fn email(&self) -> &[u8] {
        unsafe { CStr::from_ptr((*self.raw).email) }.to_bytes()
    }

    pub fn seconds(&self) -> i64 {
        unsafe { (*self.raw).when.time }
    }

    pub fn offset_minutes(&self) -> i32 {
        unsafe { (*self.raw).when.offset }
    }
}
