//! The graded suite of exercise 10, a safe slice of libgit2.
//!
//! It knows the contract and libgit2: no field, no way of keeping lifetimes. What is
//! due it takes from libgit2 itself, from the bytes that it wrote, and from `git`.

#![cfg_attr(miri, allow(unused))]
#![allow(clippy::drop_non_drop, reason = "a submission's types may have a destructor")]

/// What Miri shows: one line, and nothing red.
#[cfg(miri)]
#[test]
#[ignore = "skipped: libgit2 is compiled C code, which Miri cannot run"]
fn miri_runs_c_code() {}

/// The memory that libgit2 asks for, under observation.
///
/// libgit2 lets its users bring an allocator. This one knows every block, fills
/// what is freed with a pattern and keeps it for a while, so that a second free, a
/// late read and a late write all show. With `WORKBOOK_AUDIT=off`, under valgrind
/// and AddressSanitizer, it stays away: they see more with libgit2's own.
#[cfg(not(miri))]
mod watched {
    use std::cell::Cell;
    use std::collections::{HashMap, HashSet, VecDeque};
    use std::ffi::{CStr, c_char, c_int, c_void};
    use std::ptr;
    use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
    use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};
    use std::thread;
    use std::time::{Duration, Instant};

    use libgit2_sys as raw;
    use workbook_support::audit;

    // SAFETY: the signatures are those of the C standard.
    unsafe extern "C" {
        fn malloc(size: usize) -> *mut c_void;
        fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
        fn free(block: *mut c_void);
    }

    const POISON: u8 = 0xDB;
    /// Freed blocks are kept up to this many bytes.
    const KEPT: usize = 8 << 20;

    /// libgit2's `git_allocator`, of its header git2/sys/alloc.h.
    #[repr(C)]
    struct Allocator {
        gmalloc: unsafe extern "C" fn(usize, *const c_char, c_int) -> *mut c_void,
        grealloc: unsafe extern "C" fn(*mut c_void, usize, *const c_char, c_int) -> *mut c_void,
        gfree: unsafe extern "C" fn(*mut c_void),
    }

    struct Block {
        size: usize,
        owner: u64,
        /// The number of its free, counted from 1; 0 while libgit2 has it.
        freed: u64,
    }

    // libgit2 frees what belongs to a thread when the thread has nearly ended: these
    // need no destructor, so they are still there.
    thread_local! {
        /// The number of this thread; 0 until it has one.
        static THREAD: Cell<u64> = const { Cell::new(0) };
        /// Whether this thread is one of those whose first calls meet.
        static MEETS: Cell<bool> = const { Cell::new(false) };
    }

    fn this_thread() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if THREAD.get() == 0 {
            THREAD.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        THREAD.get()
    }

    #[derive(Default)]
    struct Book {
        blocks: HashMap<usize, Block>,
        kept: VecDeque<usize>,
        kept_bytes: usize,
        frees: u64,
        faults: Vec<String>,
    }

    static BOOK: LazyLock<Mutex<Book>> = LazyLock::new(Mutex::default);

    fn book() -> MutexGuard<'static, Book> {
        BOOK.lock().unwrap_or_else(PoisonError::into_inner)
    }

    unsafe extern "C" fn gmalloc(size: usize, _: *const c_char, _: c_int) -> *mut c_void {
        if MEETS.get() {
            audit::pause(meet);
        }
        audit::pause(|| {
            let size = size.max(1);
            // SAFETY: it may be called with any size.
            let block = unsafe { malloc(size) };
            if !block.is_null() {
                let owner = this_thread();
                book().blocks.insert(block as usize, Block { size, owner, freed: 0 });
            }
            block
        })
    }

    unsafe extern "C" fn grealloc(
        old: *mut c_void,
        size: usize,
        file: *const c_char,
        line: c_int,
    ) -> *mut c_void {
        if old.is_null() {
            // SAFETY: any size will do.
            return unsafe { gmalloc(size, file, line) };
        }
        let known = audit::pause(|| book().blocks.get(&(old as usize)).map(|block| block.size));
        let Some(old_size) = known else {
            // Older than the watch.
            // SAFETY: libgit2 got it from C's heap.
            return unsafe { realloc(old, size) };
        };
        // SAFETY: any size will do.
        let new = unsafe { gmalloc(size, file, line) };
        if !new.is_null() {
            // SAFETY: both blocks have as many bytes, and they do not overlap.
            unsafe {
                ptr::copy_nonoverlapping(old.cast::<u8>(), new.cast(), old_size.min(size))
            };
            // SAFETY: libgit2 hands it back.
            unsafe { gfree(old) };
        }
        new
    }

    unsafe extern "C" fn gfree(block: *mut c_void) {
        if block.is_null() {
            return;
        }
        audit::pause(|| {
            let mut book = book();
            let Book { blocks, kept, kept_bytes, frees, faults } = &mut *book;
            let Some(found) = blocks.get_mut(&(block as usize)) else {
                // Older than the watch.
                // SAFETY: libgit2 got it from C's heap.
                return unsafe { free(block) };
            };
            if found.freed > 0 {
                faults.push(format!("a block of {} bytes was freed twice", found.size));
                return;
            }
            *frees += 1;
            found.freed = *frees;
            // SAFETY: the block has as many bytes, and nobody uses it any more.
            unsafe { block.cast::<u8>().write_bytes(POISON, found.size) };
            kept.push_back(block as usize);
            *kept_bytes += found.size;
            while *kept_bytes > KEPT {
                let Some(oldest) = kept.pop_front() else { break };
                if let Some(gone) = blocks.remove(&oldest) {
                    *kept_bytes -= gone.size;
                    // SAFETY: it came from `malloc` and was freed by libgit2 only.
                    unsafe { free(oldest as *mut c_void) };
                }
            }
        });
    }

    /// The first request for memory by one of the threads that meet has come.
    static IS_FIRST_THERE: AtomicBool = AtomicBool::new(false);
    /// It is held back, since nothing would be left of the race otherwise.
    static IS_HELD: AtomicBool = AtomicBool::new(false);
    /// The others have begun, and somebody waits for libgit2 to be initialised.
    static HAVE_BEGUN: AtomicUsize = AtomicUsize::new(0);
    /// Nobody had to wait: the request is not a part of the initialisation.
    static IS_READY: AtomicBool = AtomicBool::new(false);
    /// Requests by the others while the first was held back.
    static EARLY: AtomicUsize = AtomicUsize::new(0);
    const OTHERS: usize = 3;

    fn wait_until(is_so: impl Fn() -> bool, longest: Duration) -> bool {
        let start = Instant::now();
        while !is_so() {
            if start.elapsed() > longest {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
        true
    }

    /// Holds back the first request for memory, and counts what comes meanwhile.
    fn meet() {
        if IS_FIRST_THERE.swap(true, Ordering::SeqCst) {
            if IS_HELD.load(Ordering::SeqCst) {
                EARLY.fetch_add(1, Ordering::SeqCst);
            }
            return;
        }
        IS_HELD.store(true, Ordering::SeqCst);
        let have_begun = || HAVE_BEGUN.load(Ordering::SeqCst) > OTHERS;
        if wait_until(have_begun, Duration::from_secs(2)) {
            wait_until(|| IS_READY.load(Ordering::SeqCst), Duration::from_millis(300));
        } else {
            IS_READY.store(true, Ordering::SeqCst);
        }
        IS_HELD.store(false, Ordering::SeqCst);
    }

    /// Several threads do `work`, which is the first in this process that uses
    /// libgit2. Returns how many requests for memory came from the others while the
    /// first of them was initialising it; 0 where that cannot be told, which is so
    /// without watch, and where libgit2 was initialised already.
    pub fn first_calls_of_several(work: impl Fn() + Sync) -> usize {
        lend();
        // SAFETY: it may be called at any time, and its text is copied before libgit2
        // is called again.
        let text = unsafe { CStr::from_ptr((*raw::git_error_last()).message) };
        let is_new = text.to_string_lossy().contains("not been initialized");
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                MEETS.set(true);
                work();
            });
            wait_until(
                || IS_HELD.load(Ordering::SeqCst) || first.is_finished(),
                Duration::from_secs(5),
            );
            for _ in 0..OTHERS {
                scope.spawn(|| {
                    MEETS.set(true);
                    HAVE_BEGUN.fetch_add(1, Ordering::SeqCst);
                    work();
                });
            }
            HAVE_BEGUN.fetch_add(1, Ordering::SeqCst);
            // SAFETY: it may be called at any time. It waits while another thread is
            // in it for the first time.
            unsafe { raw::git_libgit2_init() };
            IS_READY.fetch_or(IS_HELD.load(Ordering::SeqCst), Ordering::SeqCst);
        });
        // SAFETY: it was initialised above.
        unsafe { raw::git_libgit2_shutdown() };
        match is_new && !IS_READY.load(Ordering::SeqCst) {
            true => EARLY.load(Ordering::SeqCst),
            false => 0,
        }
    }

    fn is_off() -> bool {
        std::env::var_os("WORKBOOK_AUDIT").is_some_and(|value| value == "off")
    }

    /// Lends libgit2 memory that is under observation, before it is initialised.
    pub fn lend() {
        static ONCE: Once = Once::new();
        static ALLOCATOR: Allocator = Allocator { gmalloc, grealloc, gfree };
        ONCE.call_once(|| {
            if is_off() {
                return;
            }
            // SAFETY: the option takes a pointer to an allocator, which is copied.
            let set = unsafe {
                let option = raw::GIT_OPT_SET_ALLOCATOR as c_int;
                raw::git_libgit2_opts(option, ptr::from_ref(&ALLOCATOR))
            };
            assert_eq!(set, 0, "libgit2 takes an allocator");
        });
    }

    /// The blocks that this thread asks for in `work` and libgit2 still has then.
    pub fn made_during<R>(work: impl FnOnce() -> R) -> (R, Vec<usize>) {
        let mine = || -> HashSet<usize> {
            let here = this_thread();
            let book = book();
            let mine = book.blocks.iter().filter(|(_, b)| b.freed == 0 && b.owner == here);
            mine.map(|(address, _)| *address).collect()
        };
        let before = mine();
        let result = work();
        (result, mine().difference(&before).copied().collect())
    }

    /// The numbers of the frees of those of `blocks` that are freed, in order.
    pub fn frees(blocks: &[usize]) -> Vec<u64> {
        let book = book();
        let number = |address| book.blocks.get(address).map_or(0, |block| block.freed);
        let mut numbers: Vec<u64> = blocks.iter().map(number).filter(|n| *n > 0).collect();
        numbers.sort();
        numbers
    }

    /// Initialises libgit2 for the suite, which never shuts it down, with nothing of
    /// this machine's settings, without a cache of objects (what is freed is then
    /// really freed), and with its memory under observation.
    pub fn begin() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            lend();
            // SAFETY: it may be called at any time.
            assert!(unsafe { raw::git_libgit2_init() } > 0, "libgit2 can be initialised");
            for level in 1..=5 {
                // SAFETY: the option takes a level and a C string, which is copied. On
                // a level that it does not know it returns an error.
                unsafe {
                    raw::git_libgit2_opts(
                        raw::GIT_OPT_SET_SEARCH_PATH as c_int,
                        level as c_int,
                        c"/nowhere".as_ptr(),
                    )
                };
            }
            // SAFETY: the option takes a number.
            unsafe { raw::git_libgit2_opts(raw::GIT_OPT_ENABLE_CACHING as c_int, 0 as c_int) };
        });
    }

    /// How often libgit2 is initialised, the suite's own call counted.
    pub fn initialised() -> i32 {
        // SAFETY: both may be called at any time; the pair changes nothing.
        unsafe {
            raw::git_libgit2_init();
            raw::git_libgit2_shutdown()
        }
    }

    /// Blocks that this thread asked for and libgit2 still has; `None` without watch.
    pub fn blocks() -> Option<usize> {
        let here = this_thread();
        let book = book();
        let mine = book.blocks.values().filter(|block| block.freed == 0 && block.owner == here);
        (!is_off()).then(|| mine.count())
    }

    /// Nothing was freed twice, and nothing was written to after it was freed.
    #[track_caller]
    pub fn assert_no_faults() {
        let mut book = book();
        let mut faults = std::mem::take(&mut book.faults);
        for (address, block) in book.blocks.iter().filter(|(_, block)| block.freed > 0) {
            // SAFETY: a kept block is freed for libgit2 only; nobody uses it, and no
            // other thread can give it back while the book is locked.
            let bytes =
                unsafe { std::slice::from_raw_parts(*address as *const u8, block.size) };
            if bytes.iter().any(|byte| *byte != POISON) {
                faults.push(format!(
                    "a block of {} bytes was used after it was freed",
                    block.size
                ));
            }
        }
        drop(book);
        faults.truncate(3);
        assert!(faults.is_empty(), "libgit2's memory was misused: {}", faults.join("; "));
    }

    /// `work`, done again and again, leaves nothing with libgit2, and nothing on the
    /// heap of Rust.
    #[track_caller]
    pub fn assert_leaves_nothing(what: &str, mut work: impl FnMut()) {
        const TIMES: usize = 40;
        // What libgit2 keeps for good, such as the buffer of this thread's error.
        for _ in 0..3 {
            work();
        }
        let before = blocks();
        let ((), report) = audit::scope(|| {
            for _ in 0..TIMES {
                work();
            }
        });
        if let (Some(before), Some(after)) = (before, blocks()) {
            assert!(
                after < before + TIMES,
                "{what}, {TIMES} times: expected libgit2 to have as many blocks as before \
                 ({before}), it has {after}"
            );
        }
        assert_no_faults();
        report.assert_clean();
    }
}

#[cfg(not(miri))]
mod helpers {
    use std::ffi::{CStr, CString, c_int};
    use std::fs;
    use std::hash::{BuildHasher, RandomState};
    use std::path::{Path, PathBuf};
    use std::ptr;

    use libgit2_sys as raw;
    use unsafe_workbook::ex10_git::{Commit, Error, Repository};

    use super::watched;

    /// A folder of one test's own, removed at its end.
    pub struct Folder(PathBuf);

    impl Folder {
        #[allow(clippy::new_without_default, reason = "a helper")]
        pub fn new() -> Folder {
            // Tests run at the same time, in namespaces in which their numbers repeat.
            let number = RandomState::new().hash_one(0);
            let folder = std::env::temp_dir().join(format!("workbook-ex10-{number:016x}"));
            fs::create_dir(&folder).expect("a new folder can be made");
            Folder(folder)
        }

        pub fn path(&self) -> &Path {
            &self.0
        }

        pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[track_caller]
    pub fn ok<T>(result: Result<T, Error>, what: &str) -> T {
        match result {
            Ok(value) => value,
            Err(error) => panic!(
                "{what}: expected Ok, it is an error with the text {:?}",
                error.message()
            ),
        }
    }

    /// The error, which says something.
    #[track_caller]
    pub fn err<T>(result: Result<T, Error>, what: &str) -> Error {
        let Err(error) = result else { panic!("{what}: expected an error, saw Ok") };
        assert!(error.code() < 0, "{what}: expected a negative code, it is {}", error.code());
        assert!(!error.message().is_empty(), "{what}: expected an error with a text");
        error
    }

    /// An error that libgit2 was not asked about, or that it found wrong itself.
    #[track_caller]
    pub fn own_err<T>(result: Result<T, Error>, what: &str) {
        let error = err(result, what);
        let own = raw::GIT_ERROR_INVALID as i32;
        assert_eq!(error.class(), own, "{what}: expected the class GIT_ERROR_INVALID");
    }

    /// Code, class and text of an error.
    pub type Said = (i32, i32, String);

    pub fn said(error: &Error) -> Said {
        (error.code(), error.class(), error.message().to_owned())
    }

    /// What libgit2 says about a call of the suite's own that must fail.
    #[track_caller]
    pub fn libgit2_says(code: c_int) -> Said {
        assert!(code < 0, "a call that must fail");
        // SAFETY: it may be called at any time, and its text is copied before libgit2
        // is called again.
        unsafe {
            let last = &*raw::git_error_last();
            let text = CStr::from_ptr(last.message).to_string_lossy().into_owned();
            (code, last.klass, text)
        }
    }

    pub fn c_path(path: &Path) -> CString {
        #[cfg(unix)]
        return CString::new(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str())).unwrap();
        #[cfg(not(unix))]
        return CString::new(path.to_str().unwrap()).unwrap();
    }

    /// A repository that the suite writes by itself, object by object.
    pub struct Fixture {
        folder: Folder,
        repository: *mut raw::git_repository,
        odb: *mut raw::git_odb,
    }

    pub const AUTHOR: &[u8] = b"A U Thor <author@example.org> 1700000000 +0200";
    const COMMITTER: &[u8] = b"C O Mitter <committer@example.com> 1700009999 -0700";
    /// The id of the tree without entries.
    pub const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    impl Fixture {
        #[allow(clippy::new_without_default, reason = "a helper")]
        pub fn new() -> Fixture {
            watched::begin();
            let folder = Folder::new();
            let path = c_path(folder.path());
            let (mut repository, mut odb) = (ptr::null_mut(), ptr::null_mut());
            // SAFETY: libgit2 is initialised, the places may be written, and the path
            // ends with a NUL.
            unsafe {
                let made = raw::git_repository_init(&mut repository, path.as_ptr(), 0);
                assert_eq!(made, 0, "the suite can make a repository");
                assert_eq!(raw::git_repository_odb(&mut odb, repository), 0);
            }
            let fixture = Fixture { folder, repository, odb };
            assert_eq!(fixture.write(raw::GIT_OBJECT_TREE, b""), EMPTY_TREE);
            fixture
        }

        pub fn path(&self) -> &Path {
            self.folder.path()
        }

        pub fn raw(&self) -> *mut raw::git_repository {
            self.repository
        }

        #[track_caller]
        pub fn open(&self) -> Repository {
            ok(Repository::open(self.path()), "open a repository that libgit2 made")
        }

        pub fn write(&self, kind: raw::git_object_t, bytes: &[u8]) -> String {
            let mut oid = raw::git_oid { id: [0; raw::GIT_OID_SHA1_SIZE] };
            // SAFETY: the place may be written, the database exists, and there are as
            // many bytes.
            let code = unsafe {
                raw::git_odb_write(&mut oid, self.odb, bytes.as_ptr().cast(), bytes.len(), kind)
            };
            assert_eq!(code, 0, "the suite can write an object");
            hex(&oid.id)
        }

        pub fn blob(&self, bytes: &[u8]) -> String {
            self.write(raw::GIT_OBJECT_BLOB, bytes)
        }

        pub fn commit(&self, parents: &[&str], author: &[u8], message: &[u8]) -> String {
            self.write(raw::GIT_OBJECT_COMMIT, &commit_text(parents, author, message))
        }

        /// The file of an object that is not packed.
        pub fn object_file(&self, id: &str) -> PathBuf {
            self.folder.join(".git/objects").join(&id[..2]).join(&id[2..])
        }
    }

    impl Drop for Fixture {
        fn drop(&mut self) {
            // SAFETY: both came from libgit2, and are freed once.
            unsafe {
                raw::git_odb_free(self.odb);
                raw::git_repository_free(self.repository);
            }
        }
    }

    /// A commit as git stores it.
    pub fn commit_text(parents: &[&str], author: &[u8], message: &[u8]) -> Vec<u8> {
        let mut text = format!("tree {EMPTY_TREE}\n").into_bytes();
        for parent in parents {
            text.extend(format!("parent {parent}\n").bytes());
        }
        for (who, signature) in [("author ", author), ("committer ", COMMITTER)] {
            text.extend([who.as_bytes(), signature, b"\n"].concat());
        }
        [&text, &b"\n"[..], message].concat()
    }

    /// The id that a commit would have.
    pub fn id_of_commit(text: &[u8]) -> String {
        let mut oid = raw::git_oid { id: [0; raw::GIT_OID_SHA1_SIZE] };
        // SAFETY: the place may be written, and there are as many bytes.
        let code = unsafe {
            let kind = raw::GIT_OBJECT_COMMIT;
            raw::git_odb_hash(&mut oid, text.as_ptr().cast(), text.len(), kind)
        };
        assert_eq!(code, 0, "libgit2 can hash");
        hex(&oid.id)
    }

    pub fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Bytes in a form that a person can read.
    pub fn show(bytes: &[u8]) -> String {
        let text: String =
            bytes.iter().take(120).map(|b| b.escape_ascii().to_string()).collect();
        format!("\"{text}\"")
    }

    #[track_caller]
    pub fn assert_bytes(seen: &[u8], expected: &[u8], what: &str) {
        assert!(seen == expected, "{what}: expected {}, saw {}", show(expected), show(seen));
    }

    /// The ids of the parents, in order.
    #[track_caller]
    pub fn parents(commit: &Commit<'_>) -> Vec<String> {
        (0..commit.parent_count())
            .map(|at| ok(commit.parent(at), "a parent that is counted").id())
            .collect()
    }

    /// A commit whose type does not say what it borrows: the suite is compiled with
    /// lifetimes that are too short as well, and programs of their own judge them.
    /// Each test drops commits before their repository.
    pub fn detached<'any>(commit: Commit<'_>) -> Commit<'any> {
        // SAFETY: only the lifetime changes, and each test drops commits before their
        // repository.
        unsafe { std::mem::transmute::<Commit<'_>, Commit<'any>>(commit) }
    }

    /// The path of a folder that has another name in `path` perhaps.
    #[track_caller]
    pub fn real(path: &Path) -> PathBuf {
        fs::canonicalize(path).unwrap_or_else(|e| panic!("no folder {}: {e}", path.display()))
    }
}

#[cfg(not(miri))]
mod control {
    use super::helpers::*;
    use workbook_support::{graded, quiet};

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"one\n");
        let repository = fixture.open();
        let commit = ok(repository.find_commit(&id), "a commit that is there");
        let fooled = quiet::catch(|| assert_bytes(commit.message(), b"two\n", "a message"));
        assert!(
            fooled.is_err(),
            "\"one\" was taken for \"two\": comparisons cannot be trusted"
        );
    }
}

#[cfg(not(miri))]
mod unit {
    use std::collections::HashMap;
    use std::ffi::c_int;
    use std::fs;
    use std::path::Path;
    use std::ptr;
    use std::sync::Mutex;
    use std::thread;

    use super::agreement::*;
    use super::helpers::*;
    use super::watched;
    use libgit2_sys as raw;
    use unsafe_workbook::ex10_git::{Commit, Error, Repository, Signature};
    use workbook_support::{graded, implements};

    /// What libgit2 says when the suite itself opens `path`.
    fn open_says(path: &Path) -> Said {
        watched::begin();
        let mut repository = ptr::null_mut();
        let path = c_path(path);
        // SAFETY: libgit2 is initialised, the place may be written, and the path ends
        // with a NUL.
        libgit2_says(unsafe { raw::git_repository_open(&mut repository, path.as_ptr()) })
    }

    /// What libgit2 says when the suite itself looks for `id`.
    fn find_says(fixture: &Fixture, id: &str) -> Said {
        let mut oid = raw::git_oid { id: [0; raw::GIT_OID_SHA1_SIZE] };
        let mut commit = ptr::null_mut();
        // SAFETY: the places may be written, the repository exists, and there are as
        // many digits.
        let code = unsafe {
            let digits = id.as_ptr().cast();
            assert_eq!(raw::git_oid_fromstrn(&mut oid, digits, id.len()), 0);
            raw::git_commit_lookup_prefix(&mut commit, fixture.raw(), &oid, id.len())
        };
        libgit2_says(code)
    }

    /// Leaves an error of another class than GIT_ERROR_INVALID behind.
    fn old_error() {
        let (_, class, _) = open_says(Path::new("no folder has this name"));
        assert!(class != raw::GIT_ERROR_INVALID as i32);
    }

    #[test]
    fn a_commit_says_what_was_written() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"The first line\n\nand more\n");
        let repository = fixture.open();
        let commit = ok(repository.find_commit(&id), "a commit that is there");
        assert_eq!(commit.id(), id, "expected the id in lower case");
        assert_bytes(commit.message(), b"The first line\n\nand more\n", "the message");
        let author = commit.author();
        assert_bytes(author.name(), b"A U Thor", "the author's name");
        assert_bytes(author.email(), b"author@example.org", "the author's address");
        assert_eq!(author.seconds(), 1_700_000_000, "the author's time, not the committer's");
        assert_eq!(author.offset_minutes(), 120, "+0200 is 120 minutes");
        assert_eq!(commit.parent_count(), 0, "a first commit has no parent");
    }

    #[test]
    fn the_first_call_may_be_open() {
        graded!();
        // Here the suite has not initialised libgit2.
        let folder = Folder::new();
        let error = err(Repository::open(&folder.join("missing")), "a missing folder");
        assert_eq!(error.code(), raw::GIT_ENOTFOUND, "libgit2 must be initialised first");
        let text = error.message();
        assert!(
            text.contains("missing"),
            "expected libgit2's text about the path, saw {text:?}: was it read in time?"
        );
        let repository = ok(Repository::init(folder.path()), "init in an empty folder");
        let other = ok(Repository::open(folder.path()), "open what was made");
        drop(other);
        let error = err(repository.find_commit(EMPTY_TREE), "an id that nothing has");
        assert_eq!(error.code(), raw::GIT_ENOTFOUND, "libgit2 must stay initialised");
        drop(repository);
        assert!(!error.message().is_empty(), "an error outlives what caused it");
        let repository = ok(Repository::open(folder.path()), "open it again");
        err(repository.find_commit(EMPTY_TREE), "an id that nothing has");
    }

    #[test]
    fn the_first_call_may_be_init() {
        graded!();
        // Here the suite has not initialised libgit2.
        let folder = Folder::new();
        let repository = ok(Repository::init(folder.path()), "init, before anything else");
        let error = err(repository.find_commit(EMPTY_TREE), "an id that nothing has");
        assert_eq!(error.code(), raw::GIT_ENOTFOUND, "libgit2 must be initialised first");
    }

    #[test]
    fn the_first_call_may_be_init_bare() {
        graded!();
        // Here the suite has not initialised libgit2.
        let folder = Folder::new();
        let repository = ok(Repository::init_bare(folder.path()), "init_bare, at the start");
        let error = err(repository.find_commit(EMPTY_TREE), "an id that nothing has");
        assert_eq!(error.code(), raw::GIT_ENOTFOUND, "libgit2 must be initialised first");
    }

    #[test]
    fn the_first_calls_may_meet() {
        graded!();
        // Here the suite has not initialised libgit2, and lends it memory only.
        let folder = Folder::new();
        let early = watched::first_calls_of_several(|| {
            let error = err(Repository::open(&folder.join("missing")), "a missing folder");
            assert_eq!(error.code(), raw::GIT_ENOTFOUND, "libgit2 must be initialised first");
        });
        assert!(
            early == 0,
            "one thread initialises libgit2, and another uses it before that is done: expected \
             it to wait, it asked for memory {early} times"
        );
    }

    #[test]
    fn a_repository_outlives_the_thread_that_opened_it() {
        graded!();
        // Here the suite has not initialised libgit2.
        let folder = Folder::new();
        let path = folder.path();
        let made = thread::scope(|scope| {
            let thread =
                scope.spawn(|| Carried(ok(Repository::init(path), "init, on a thread")));
            thread.join().expect("the thread came to its end")
        });
        let repository = { made }.0;
        let error = err(repository.find_commit(&"3".repeat(40)), "an id that nothing has");
        assert_eq!(
            error.code(),
            raw::GIT_ENOTFOUND,
            "libgit2 must stay initialised while the repository is there"
        );
        assert!(
            error.message().contains("333"),
            "expected libgit2's text about the id, saw {:?}",
            error.message()
        );
        assert!(!repository.is_bare(), "the thread made it with a working folder");
    }

    #[test]
    fn init_makes_a_repository() {
        graded!();
        watched::begin();
        let folder = Folder::new();
        let place = folder.join("several/missing/folders");
        let repository = ok(Repository::init(&place), "init in a folder that is missing");
        assert!(!repository.is_bare(), "expected a repository with a working folder");
        assert!(place.join(".git/HEAD").is_file(), "expected the repository in .git");
        assert_eq!(real(&repository.path()), real(&place.join(".git")), "the path");
        drop(repository);
        for place in [place.clone(), place.join(".git"), place.join(".git/")] {
            let repository = ok(Repository::open(&place), "open what was made");
            assert!(!repository.is_bare(), "expected a repository with a working folder");
            assert_eq!(
                real(&repository.path()),
                real(&folder.join("several/missing/folders/.git"))
            );
        }
    }

    #[test]
    fn init_bare_makes_a_bare_repository() {
        graded!();
        watched::begin();
        let folder = Folder::new();
        let place = folder.join("missing/bare");
        let repository = ok(Repository::init_bare(&place), "init_bare in a missing folder");
        assert!(repository.is_bare(), "expected a bare repository");
        assert!(place.join("HEAD").is_file(), "expected the repository in the folder itself");
        assert_eq!(real(&repository.path()), real(&place), "the path");
        drop(repository);
        assert!(ok(Repository::open(&place), "open what was made").is_bare());
        // The name of the folder says nothing.
        for name in ["a/.git", "b.git"] {
            let repository = ok(Repository::init_bare(&folder.join(name)), name);
            assert!(repository.is_bare(), "{name}: expected a bare repository");
            assert_eq!(real(&repository.path()), real(&folder.join(name)), "{name}: the path");
        }
    }

    #[test]
    fn init_keeps_what_is_there() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"kept\n");
        let repository = ok(Repository::init(fixture.path()), "init where a repository is");
        let commit = ok(repository.find_commit(&id), "a commit from before");
        assert_bytes(commit.message(), b"kept\n", "its message");
        // The same for a bare one: the repository's own folder is one.
        let bare = fixture.path().join("bare");
        drop(ok(Repository::init_bare(&bare), "init_bare in a missing folder"));
        let from = fixture.object_file(&id);
        let place = bare.join("objects").join(&id[..2]);
        fs::create_dir_all(&place).expect("a folder of the suite's own");
        fs::copy(&from, place.join(&id[2..])).expect("a file of the suite's own");
        let repository = ok(Repository::init_bare(&bare), "init_bare where a repository is");
        let commit = ok(repository.find_commit(&id), "a commit from before, in a bare one");
        assert_bytes(commit.message(), b"kept\n", "its message");
    }

    #[test]
    fn a_linked_working_folder_is_opened() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"text\n");
        let main = real(fixture.path()).join(".git");
        // What `git worktree add` makes: a `.git` that is a file, and a folder of its
        // own in the repository.
        let folder = Folder::new();
        let own = main.join("worktrees/linked");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("HEAD"), "ref: refs/heads/linked\n").unwrap();
        fs::write(own.join("commondir"), "../..\n").unwrap();
        let file = real(folder.path()).join(".git");
        fs::write(own.join("gitdir"), format!("{}\n", file.display())).unwrap();
        // What a submodule has: such a file alone.
        let other = Folder::new();
        for (folder, due) in [(&folder, &own), (&other, &main)] {
            let text = format!("gitdir: {}\n", due.display());
            fs::write(folder.join(".git"), text).unwrap();
            let repository = ok(Repository::open(folder.path()), "a folder with a .git file");
            assert!(!repository.is_bare(), "expected a repository with a working folder");
            let path = repository.path();
            assert!(
                path.canonicalize().is_ok_and(|path| path == real(due)),
                "expected the path that git_repository_path tells, {}, saw {}",
                due.display(),
                path.display()
            );
            let commit = ok(repository.find_commit(&id), "a commit of the main repository");
            assert_bytes(commit.message(), b"text\n", "its message");
        }
    }

    #[test]
    fn open_does_not_look_above() {
        graded!();
        let fixture = Fixture::new();
        let inside = fixture.path().join("folder/inside");
        fs::create_dir_all(&inside).unwrap();
        let error = err(Repository::open(&inside), "a folder inside of a working folder");
        assert_eq!(said(&error), open_says(&inside), "expected what git_repository_open says");
    }

    #[test]
    fn paths_may_hold_any_letters() {
        graded!();
        watched::begin();
        let folder = Folder::new();
        for name in [
            "two words",
            "ünïcödé",
            "日本",
            "it's $HOME",
            "-n",
            "a%41b",
            "日".repeat(60).as_str(),
        ] {
            let place = folder.join(name);
            let repository = ok(Repository::init(&place), name);
            assert_eq!(real(&repository.path()), real(&place.join(".git")), "{name}: the path");
            assert!(!ok(Repository::open(&place), name).is_bare());
        }
    }

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_utf8() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        graded!();
        watched::begin();
        let folder = Folder::new();
        for name in [&b"na\xEFve"[..], b"\xFF\xFE", b"cut \xE2\x82", b"\x80"] {
            let place = folder.join(OsStr::from_bytes(name));
            if let Err(error) = fs::create_dir(&place) {
                eprintln!("skipped: this file system refuses {}: {error}", show(name));
                continue;
            }
            let repository = ok(Repository::init(&place), &show(name));
            let path = repository.path();
            let has_name = path.components().any(|part| part.as_os_str().as_bytes() == name);
            assert!(has_name, "expected the bytes {} in the path {path:?}", show(name));
            assert_eq!(real(&path), real(&place.join(".git")), "the path");
            drop(repository);
            ok(Repository::open(&place), &show(name));
            let missing = place.join(OsStr::from_bytes(b"missing \xFF"));
            let error = err(Repository::open(&missing), "a missing folder");
            assert_eq!(said(&error), open_says(&missing), "expected libgit2's text, lossily");
        }
    }

    #[cfg(not(unix))]
    #[test]
    fn paths_need_not_be_utf8() {
        graded!();
        eprintln!("skipped: paths are text here");
        drop(Fixture::new().open());
    }

    #[test]
    fn a_path_with_a_nul_is_an_error() {
        graded!();
        let fixture = Fixture::new();
        let folder = fixture.path().to_str().expect("the test's folder has a plain name");
        for path in [format!("{folder}\0"), format!("{folder}\0/more"), String::from("\0")] {
            let path = Path::new(&path);
            old_error();
            own_err(Repository::open(path), "open, a path with a NUL");
            old_error();
            own_err(Repository::init(path), "init, a path with a NUL");
            old_error();
            own_err(Repository::init_bare(path), "init_bare, a path with a NUL");
        }
    }

    #[test]
    fn wrong_paths_are_errors() {
        graded!();
        let fixture = Fixture::new();
        let empty = Path::new("");
        err(Repository::open(empty), "open, an empty path");
        err(Repository::init(empty), "init, an empty path");
        err(Repository::init_bare(empty), "init_bare, an empty path");
        let file = fixture.path().join("file");
        fs::write(&file, "text").unwrap();
        err(Repository::init(&file.join("below")), "init below a file");
        err(Repository::init_bare(&file), "init_bare in the place of a file");
        let folder = fixture.path().join("folder");
        fs::create_dir(&folder).unwrap();
        let missing = fixture.path().join("missing");
        let long = fixture.path().join("long/".repeat(3000));
        for path in [file, folder, missing, long] {
            let error = err(Repository::open(&path), "open without a repository");
            assert_eq!(
                said(&error),
                open_says(&path),
                "expected what git_repository_open says"
            );
        }
    }

    #[test]
    fn errors_say_what_libgit2_says() {
        graded!();
        let fixture = Fixture::new();
        let repository = fixture.open();
        let commit = fixture.commit(&[], AUTHOR, b"a commit\n");
        let tag =
            format!("object {commit}\ntype commit\ntag name\ntagger A <a@b> 1 +0000\n\ntag\n");
        let tag = fixture.write(raw::GIT_OBJECT_TAG, tag.as_bytes());
        let blob = fixture.blob(b"a blob\n");
        let unknown = "0123456789abcdef0123456789abcdef01234567";
        for (id, what) in [
            (unknown, "an id that nothing has"),
            (&unknown[..9], "digits that no id begins with"),
            (&blob, "the id of a blob"),
            (&blob[..12], "the first digits of a blob's id"),
            (EMPTY_TREE, "the id of a tree"),
            (&tag, "the id of a tag"),
        ] {
            let error = err(repository.find_commit(id), what);
            assert_eq!(said(&error), find_says(&fixture, id), "{what}: code, class and text");
            let shown = error.to_string();
            assert!(shown.contains(error.message()), "expected the text in {shown:?}");
        }
        let commit = ok(repository.find_commit(&commit), "the commit itself");
        let error = err(commit.parent(0), "a parent of a first commit");
        let class = raw::GIT_ERROR_INVALID as i32;
        assert_eq!(error.class(), class, "the class for a parent that is not there");
    }

    #[test]
    fn an_error_keeps_what_it_says() {
        graded!();
        let fixture = Fixture::new();
        let missing = fixture.path().join("missing");
        let due = open_says(&missing);
        let first = err(Repository::open(&missing), "a missing folder");
        let repository = fixture.open();
        let second = err(repository.find_commit(&"7".repeat(40)), "an id that nothing has");
        old_error();
        drop(repository);
        assert_eq!(said(&first), due, "after another error");
        assert!(second.message().contains("777"), "the second error has the first one's text");
        let error = Carried(second);
        let read = thread::spawn(move || said(&{ error }.0)).join();
        let (_, _, text) = read.expect("an error can be read on another thread");
        assert!(text.contains("777"), "on another thread the text became {text:?}");
    }

    #[test]
    fn errors_of_threads_do_not_meet() {
        graded!();
        watched::begin();
        let folder = Folder::new();
        thread::scope(|scope| {
            for number in 0..4 {
                let name = format!("missing-{number}{number}{number}");
                let place = folder.join(&name);
                scope.spawn(move || {
                    for _ in 0..100 {
                        let error = err(Repository::open(&place), "a missing folder");
                        let text = error.message();
                        assert!(text.contains(&name), "expected {name} in the text {text:?}");
                        thread::yield_now();
                        assert!(error.message().contains(&name), "the text has changed");
                    }
                });
            }
        });
    }

    #[test]
    fn an_id_may_be_abbreviated() {
        graded!();
        let fixture = Fixture::new();
        let ids: Vec<String> =
            (0..20).map(|i| fixture.commit(&[], AUTHOR, format!("{i}\n").as_bytes())).collect();
        let repository = fixture.open();
        for id in &ids {
            for digits in [40, 39, 20, 12, 9] {
                let found =
                    ok(repository.find_commit(&id[..digits]), "the first digits of an id");
                assert_eq!(found.id(), *id, "expected the commit, found by {digits} digits");
                let upper = id[..digits].to_uppercase();
                let found = ok(repository.find_commit(&upper), "digits in upper case");
                assert_eq!(found.id(), *id, "expected the commit, found by {upper}");
            }
        }
    }

    #[test]
    fn only_the_digits_that_were_given_count() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"one\n");
        let repository = fixture.open();
        // A `str` does not end with a NUL: here other digits follow.
        for digits in [8, 12, 30] {
            let longer = format!("{}{}", &id[..digits], "0f".repeat(40));
            let found =
                ok(repository.find_commit(&longer[..digits]), "a part of a longer text");
            assert_eq!(found.id(), id, "expected the commit, found by {digits} digits");
        }
        let short = format!("{}0000", &id[..36]);
        if short != id {
            err(
                repository.find_commit(&short),
                "an id that nothing has, with a known beginning",
            );
        }
    }

    #[test]
    fn ids_that_are_none_are_errors() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"one\n");
        let repository = fixture.open();
        let texts = [
            String::new(),
            id[..1].into(),
            id[..3].into(),
            format!("{id}0"),
            format!("{id} "),
            format!("{id}\0"),
            format!("{id}{id}"),
            format!("{id}{}", "f".repeat(5000)),
            format!(" {}", &id[..39]),
            format!("{}\n", &id[..12]),
            format!("{}\0", &id[..12]),
            format!("{}\0{}", &id[..12], &id[13..]),
            format!("g{}", &id[1..]),
            format!("{}é", &id[..10]),
            String::from("HEAD"),
            String::from("0xab"),
            String::from("日本日本"),
            String::from("master"),
        ];
        for text in &texts {
            old_error();
            let error = err(repository.find_commit(text), &format!("the id {text:?}"));
            assert!(
                error.class() != raw::GIT_ERROR_NONE as i32,
                "{text:?}: an error has a class"
            );
            let old = raw::GIT_ERROR_REPOSITORY as i32;
            assert!(
                error.class() != old && error.class() != raw::GIT_ERROR_OS as i32,
                "{text:?}: expected an error about the id, it says {:?}",
                error.message()
            );
        }
        assert_eq!(ok(repository.find_commit(&id), "the id itself").id(), id);
        // A number may begin with a sign, an id may not.
        let id = (0..)
            .map(|i| fixture.commit(&[], AUTHOR, format!("number {i}\n").as_bytes()))
            .find(|id| id.starts_with('0') && id[4..].bytes().step_by(2).any(|b| b == b'0'))
            .expect("some time an id has zeros at the right places");
        for (at, _) in id.match_indices('0') {
            let whole = format!("{}+{}", &id[..at], &id[at + 1..]);
            // Nor does it end where a digit would be 0.
            let ends = [format!("{}+", &id[..at]), format!("{}g", &id[..at])];
            for text in ends.iter().chain([&whole]) {
                err(repository.find_commit(text), &format!("{text}, where {id} is an id"));
            }
        }
    }

    #[test]
    fn ambiguous_digits_are_an_error() {
        graded!();
        let fixture = Fixture::new();
        let mut seen: HashMap<String, Vec<u8>> = HashMap::new();
        let (one, two) = (0..)
            .find_map(|i| {
                let text = commit_text(&[], AUTHOR, format!("number {i}\n").as_bytes());
                let start = id_of_commit(&text)[..4].to_owned();
                Some((seen.insert(start, text.clone())?, text))
            })
            .expect("some time two ids begin with the same digits");
        let [one, two] = [one, two].map(|text| fixture.write(raw::GIT_OBJECT_COMMIT, &text));
        let repository = fixture.open();
        let error = err(repository.find_commit(&one[..4]), "digits that two ids begin with");
        assert_eq!(said(&error), find_says(&fixture, &one[..4]), "code, class and text");
        assert_eq!(error.code(), raw::GIT_EAMBIGUOUS, "the code");
        let differ = (0..40).find(|i| one[*i..=*i] != two[*i..=*i]).expect("two commits");
        for id in [one, two] {
            let found = ok(repository.find_commit(&id[..=differ]), "enough digits");
            assert_eq!(found.id(), id, "expected the commit with these digits");
        }
    }

    #[test]
    fn a_message_is_bytes() {
        graded!();
        let fixture = Fixture::new();
        let repository = fixture.open();
        let long = b"0123456789 abcdef\n".repeat(6000);
        let messages: [(&[u8], &[u8]); 9] = [
            (b"no line feed at the end", b"no line feed at the end"),
            ("mit Umlaut: ü, 日本\n".as_bytes(), "mit Umlaut: ü, 日本\n".as_bytes()),
            (b"Latin-1: \xFC \xE9\n", b"Latin-1: \xFC \xE9\n"),
            (b"\xFF\xFE\x80\xC0", b"\xFF\xFE\x80\xC0"),
            (b"\n\nline feeds before\n\n\n", b"line feeds before\n\n\n"),
            (b"a\r\nb\r\n\tc\x01\x1b[31m\n", b"a\r\nb\r\n\tc\x01\x1b[31m\n"),
            (b"  blanks  \n", b"  blanks  \n"),
            (b"", b""),
            (&long, &long),
        ];
        for (stored, due) in messages {
            let id = fixture.commit(&[], AUTHOR, stored);
            let commit = ok(repository.find_commit(&id), "a commit with any message");
            assert_bytes(commit.message(), due, "the message");
        }
    }

    #[test]
    fn an_author_is_bytes() {
        graded!();
        let fixture = Fixture::new();
        let repository = fixture.open();
        type Due<'a> = (&'a [u8], &'a [u8], &'a [u8], i64, i32);
        let lines: [Due<'_>; 9] = [
            (b"A <a@b> 0 +0000", b"A", b"a@b", 0, 0),
            (
                "Zoë Müller <zoë@exämple.org> 1 +0100".as_bytes(),
                "Zoë Müller".as_bytes(),
                "zoë@exämple.org".as_bytes(),
                1,
                60,
            ),
            (
                b"Zo\xEB M\xFCller <zo\xEB@example.org> 1 +0100",
                b"Zo\xEB M\xFCller",
                b"zo\xEB@example.org",
                1,
                60,
            ),
            (b"A B  C <> 1700000000 +0000", b"A B  C", b"", 1_700_000_000, 0),
            (b"A <a@b> 1700000000 +0530", b"A", b"a@b", 1_700_000_000, 330),
            (b"A <a@b> 1700000000 -0330", b"A", b"a@b", 1_700_000_000, -210),
            (b"A <a@b> 1700000000 -1200", b"A", b"a@b", 1_700_000_000, -720),
            (b"A <a@b> 4102444800 +1345", b"A", b"a@b", 4_102_444_800, 825),
            (b"A <a@b> 99999999999 +0000", b"A", b"a@b", 99_999_999_999, 0),
        ];
        for (line, name, email, seconds, minutes) in lines {
            let id = fixture.commit(&[], line, b"text\n");
            let commit = ok(repository.find_commit(&id), &show(line));
            let author = commit.author();
            assert_bytes(author.name(), name, &format!("{}: the name", show(line)));
            assert_bytes(author.email(), email, &format!("{}: the address", show(line)));
            assert_eq!(author.seconds(), seconds, "{}: the time", show(line));
            assert_eq!(author.offset_minutes(), minutes, "{}: the offset", show(line));
        }
    }

    #[test]
    fn parents_come_in_order() {
        graded!();
        let fixture = Fixture::new();
        let roots: Vec<String> =
            (0..6).map(|i| fixture.commit(&[], AUTHOR, format!("{i}\n").as_bytes())).collect();
        let names: Vec<&str> = roots.iter().map(String::as_str).collect();
        let repository = fixture.open();
        for order in
            [&names[..1], &[names[1], names[0]], &[names[4], names[2], names[5]], &names]
        {
            let id = fixture.commit(order, AUTHOR, b"merge\n");
            let merge = ok(repository.find_commit(&id), "a commit with parents");
            assert_eq!(merge.parent_count(), order.len(), "the number of parents");
            assert_eq!(parents(&merge), order, "the parents, in the order of the commit");
        }
    }

    #[test]
    fn a_parent_that_is_not_there_is_an_error() {
        graded!();
        let fixture = Fixture::new();
        let first = fixture.commit(&[], AUTHOR, b"first\n");
        let second = fixture.commit(&[&first], AUTHOR, b"second\n");
        let repository = fixture.open();
        let first = ok(repository.find_commit(&first), "the first commit");
        let second = ok(repository.find_commit(&second), "the second commit");
        for (commit, count) in [(first, 0), (second, 1)] {
            let past = [count, count + 1, 1000, 1 << 31, u32::MAX as usize, usize::MAX];
            for at in past {
                err(commit.parent(at), &format!("parent {at} of {count}"));
            }
            // Numbers whose low half is the number of a parent.
            #[cfg(target_pointer_width = "64")]
            for at in [1 << 32, (1 << 32) + 1, 1 << 63] {
                err(commit.parent(at), &format!("parent {at} of {count}"));
            }
            assert_eq!(commit.parent_count(), count, "errors change nothing");
        }
    }

    #[test]
    fn a_walk_reaches_the_first_commit() {
        graded!();
        let fixture = Fixture::new();
        let mut ids = vec![fixture.commit(&[], AUTHOR, b"0\n")];
        for i in 1..300 {
            let text = format!("{i}\n");
            ids.push(fixture.commit(&[&ids[i - 1]], AUTHOR, text.as_bytes()));
        }
        let repository = fixture.open();
        let mut commit = ok(repository.find_commit(&ids[299]), "the last commit");
        for i in (0..300).rev() {
            assert_eq!(commit.id(), ids[i], "expected commit {i}");
            assert_bytes(commit.message(), format!("{i}\n").as_bytes(), "its message");
            assert_eq!(commit.parent_count(), usize::from(i > 0), "the parents of commit {i}");
            if i > 0 {
                commit = detached(ok(commit.parent(0), "the parent"));
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        graded!();
        let fixture = Fixture::new();
        let first = fixture.commit(&[], AUTHOR, b"first\n");
        let second = fixture.commit(&[&first], AUTHOR, b"second\n");
        let damaged = fixture.commit(&[], AUTHOR, b"damaged\n");
        let emptied = fixture.commit(&[], AUTHOR, b"emptied\n");
        fs::remove_file(fixture.object_file(&first)).expect("a file of the suite's own");
        for (id, bytes) in [(&damaged, &b"no object at all"[..]), (&emptied, b"")] {
            let file = fixture.object_file(id);
            fs::remove_file(&file).expect("a file of the suite's own");
            fs::write(&file, bytes).expect("a file of the suite's own");
        }
        let repository = fixture.open();
        let child = ok(repository.find_commit(&second), "a commit whose parent is missing");
        assert_eq!(child.parent_count(), 1, "its commit names one parent");
        let error = err(child.parent(0), "a parent whose object is missing");
        assert_eq!(error.code(), raw::GIT_ENOTFOUND, "the code for a missing object");
        for id in [&damaged, &emptied] {
            err(repository.find_commit(id), "a commit whose file is damaged");
        }
        let whole = commit_text(&[], AUTHOR, b"text\n");
        for text in [&b""[..], b"hello", &whole[..30], &whole[..60], &whole[46..]] {
            let id = fixture.write(raw::GIT_OBJECT_COMMIT, text);
            let error =
                err(repository.find_commit(&id), &format!("a commit of {}", show(text)));
            assert_eq!(said(&error), find_says(&fixture, &id), "code, class and text");
        }
        assert_bytes(child.message(), b"second\n", "errors change no other commit");
    }

    #[track_caller]
    fn assert_agrees(repository: &Repository, git: &GitSays) {
        let what = format!("commit {}", git.id);
        let commit = ok(repository.find_commit(&git.id), &what);
        assert_eq!(commit.id(), git.id, "{what}: the id");
        assert_bytes(commit.message(), &git.message, &format!("{what}: the message"));
        assert_eq!(parents(&commit), git.parents, "{what}: the parents");
        let author = commit.author();
        assert_bytes(author.name(), &git.name, &format!("{what}: the author's name"));
        assert_bytes(author.email(), &git.email, &format!("{what}: the author's address"));
        assert_eq!(author.seconds(), git.seconds, "{what}: the time");
        assert_eq!(author.offset_minutes(), git.minutes, "{what}: the offset");
    }

    #[test]
    fn git_says_the_same_about_commits() {
        graded!();
        drop(Fixture::new().open());
        if !has_git() {
            return;
        }
        let folder = Folder::new();
        git(folder.path(), &["init", "--quiet"]);
        fast_import(folder.path(), &[], &history());
        let due = ask_git(folder.path());
        {
            let repository = ok(Repository::open(folder.path()), "a repository that git made");
            assert!(!repository.is_bare(), "git made it with a working folder");
            due.iter().for_each(|git| assert_agrees(&repository, git));
        }
        // The same history in one pack, in a bare repository.
        let bare = folder.join("bare");
        git(folder.path(), &["init", "--quiet", "--bare", "bare"]);
        fast_import(&bare, &["-c", "fastimport.unpackLimit=1"], &history());
        let packed =
            fs::read_dir(bare.join("objects/pack")).is_ok_and(|files| files.count() > 0);
        assert!(packed, "git has made a pack");
        let repository = ok(Repository::open(&bare), "a repository with a pack");
        assert!(repository.is_bare(), "git made it bare");
        due.iter().for_each(|git| assert_agrees(&repository, git));
    }

    #[test]
    fn git_says_the_same_about_ids() {
        graded!();
        drop(Fixture::new().open());
        if !has_git() {
            return;
        }
        let folder = Folder::new();
        git(folder.path(), &["init", "--quiet"]);
        fast_import(folder.path(), &[], &history());
        git(folder.path(), &["tag", "-a", "-m", "a tag", "tagged", "b8"]);
        let repository = ok(Repository::open(folder.path()), "a repository that git made");
        let ask = |names: &[&str]| git_lines(folder.path(), &[&["rev-parse"], names].concat());
        let names = ["b1", "b4", "b8", "b8~3", "b6^2", "b4^^"];
        let ids = ask(&names);
        for (name, id) in names.iter().zip(&ids) {
            assert_eq!(ok(repository.find_commit(id), name).id(), *id, "the commit {name}");
        }
        let short = ask(&["--short=7", "b8"]);
        let found = ok(repository.find_commit(&short[0]), "the short id that git shows");
        assert_eq!(found.id(), ids[2], "expected the commit that git shows by it");
        let names = ["tagged", "b8^{tree}", "b8:f8"];
        for (name, id) in names.iter().zip(ask(&names)) {
            err(repository.find_commit(&id), &format!("{name}, which is not a commit"));
        }
    }

    #[test]
    fn git_accepts_what_init_makes() {
        graded!();
        drop(Fixture::new().open());
        if !has_git() {
            return;
        }
        let folder = Folder::new();
        let (plain, bare) = (folder.join("plain"), folder.join("bare"));
        let one = ok(Repository::init(&plain), "init");
        let two = ok(Repository::init_bare(&bare), "init_bare");
        for (repository, place) in [(&one, &plain), (&two, &bare)] {
            let asked = ["rev-parse", "--is-bare-repository", "--absolute-git-dir"];
            let lines = git_lines(place, &asked);
            assert_eq!(
                lines[0],
                repository.is_bare().to_string(),
                "git says whether it is bare"
            );
            assert_eq!(real(Path::new(&lines[1])), real(&repository.path()), "git says where");
        }
        git(&plain, &["commit", "--quiet", "--allow-empty", "-m", "by git"]);
        let id = git_lines(&plain, &["rev-parse", "HEAD"]);
        let commit = ok(one.find_commit(&id[0]), "a commit that git has just made");
        assert_bytes(commit.message(), b"by git\n", "its message");
        assert_eq!(commit.author().offset_minutes(), 330, "its time zone");
    }

    #[test]
    fn a_repository_is_send_but_not_sync() {
        graded!();
        let fixture = Fixture::new();
        drop(fixture.open());
        assert!(implements!(Repository: Send), "expected Repository to be Send");
        assert!(!implements!(Repository: Sync), "expected Repository not to be Sync");
        assert!(!implements!(Commit<'static>: Send), "expected Commit not to be Send");
        assert!(!implements!(Commit<'static>: Sync), "expected Commit not to be Sync");
        assert!(implements!(Error: Send), "expected Error to be Send");
        assert!(implements!(Error: Sync), "expected Error to be Sync");
        let _: Option<Signature<'static>> = None;
    }

    /// Takes something to another thread. One thread at a time uses it, and only
    /// what the contract lets go there is carried.
    pub struct Carried<T>(pub T);
    // SAFETY: one thread at a time uses it, and only what may go there is carried.
    unsafe impl<T> Send for Carried<T> {}
    // SAFETY: it is reached through a lock.
    unsafe impl<T> Sync for Carried<T> {}

    #[test]
    fn a_repository_works_on_another_thread() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"text\n");
        let repository = Carried(fixture.open());
        let back = thread::spawn(move || {
            let repository = { repository }.0;
            let commit = ok(repository.find_commit(&id), "a commit, on another thread");
            assert_bytes(commit.message(), b"text\n", "the message, on another thread");
            drop(commit);
            let error = err(repository.find_commit(&"3".repeat(40)), "an id that nothing has");
            assert!(error.message().contains("333"), "the error of another thread's call");
            Carried(repository)
        });
        let repository = { back.join().expect("the thread came to its end") }.0;
        let error = err(repository.find_commit(&"4".repeat(40)), "an id that nothing has");
        assert!(error.message().contains("444"), "the error of this thread's call");
        let repository = Carried(repository);
        thread::spawn(move || drop({ repository }.0))
            .join()
            .expect("dropped on another thread");
        watched::assert_no_faults();
    }

    #[test]
    fn threads_use_repositories_of_their_own() {
        graded!();
        let fixture = Fixture::new();
        let mut ids = vec![fixture.commit(&[], AUTHOR, b"0\n")];
        for i in 1..30 {
            ids.push(fixture.commit(&[&ids[i - 1]], AUTHOR, format!("{i}\n").as_bytes()));
        }
        let path = fixture.path();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let repository = ok(Repository::open(path), "open, on four threads");
                        let mut commit = ok(repository.find_commit(&ids[29]), "the last one");
                        for id in ids.iter().rev().skip(1) {
                            commit = detached(ok(commit.parent(0), "a parent"));
                            assert_eq!(commit.id(), *id, "expected the next parent");
                        }
                        err(commit.parent(0), "a parent of the first commit");
                    }
                });
            }
        });
        watched::assert_no_faults();
    }

    #[test]
    fn threads_take_turns_with_a_repository() {
        graded!();
        let fixture = Fixture::new();
        let ids: Vec<String> =
            (0..8).map(|i| fixture.commit(&[], AUTHOR, format!("{i}\n").as_bytes())).collect();
        let shared = Carried(Mutex::new(fixture.open()));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let shared = &shared;
                    for (i, id) in ids.iter().enumerate() {
                        let repository = shared.0.lock().expect("no thread panics");
                        let commit = ok(repository.find_commit(id), "a commit, in turn");
                        assert_bytes(commit.message(), format!("{i}\n").as_bytes(), "in turn");
                        assert_eq!(commit.author().seconds(), 1_700_000_000, "in turn");
                    }
                });
            }
        });
        watched::assert_no_faults();
    }

    #[test]
    fn nobody_else_notices_a_shutdown() {
        graded!();
        const TIMES: i32 = 300;
        let fixture = Fixture::new();
        drop(fixture.open());
        // So many that shutdowns in excess cannot end what the suite uses.
        for _ in 0..3 * TIMES {
            // SAFETY: it may be called at any time.
            unsafe { raw::git_libgit2_init() };
        }
        // By how much what was done changes the number of initialisations.
        let (mut opened, mut dropped, mut failed) = (0, 0, 0);
        let mut last = watched::initialised();
        let mut count = |sum: &mut i32| {
            let now = watched::initialised();
            *sum += now - std::mem::replace(&mut last, now);
        };
        for _ in 0..TIMES {
            let one = fixture.open();
            let two = fixture.open();
            count(&mut opened);
            drop(one);
            err(two.find_commit("00000000"), "an id that nothing has");
            drop(two);
            count(&mut dropped);
            err(Repository::open(&fixture.path().join("missing")), "a missing folder");
            err(Repository::init(Path::new("a\0b")), "a path with a NUL");
            count(&mut failed);
        }
        let change = opened + dropped + failed;
        for _ in 0..3 * TIMES {
            // SAFETY: it was initialised as often.
            unsafe { raw::git_libgit2_shutdown() };
        }
        // Other tests of this process come and go, a few at a time.
        assert!(
            change > -TIMES / 2,
            "libgit2 was shut down more often than it was initialised: after {TIMES} rounds \
             {} are missing, which somebody else in this process had made",
            -change
        );
        // Never to shut it down is right, however often it is initialised.
        assert!(
            dropped > -TIMES / 2 || change < TIMES / 2,
            "libgit2 was initialised {change} times more often than it was shut down, in \
             {TIMES} rounds: expected one shutdown for each, or none at all"
        );
    }

    #[test]
    fn nobody_else_notices_a_setting() {
        graded!();
        let fixture = Fixture::new();
        drop(fixture.open());
        drop(ok(Repository::init(fixture.path()), "init"));
        drop(ok(Repository::init_bare(&fixture.path().join("bare")), "init_bare"));
        let mut is_on: c_int = -1;
        // SAFETY: libgit2 is initialised; the option takes the place of a number.
        let code = unsafe {
            let option = raw::GIT_OPT_GET_OWNER_VALIDATION as c_int;
            raw::git_libgit2_opts(option, &raw mut is_on)
        };
        assert_eq!(code, 0, "libgit2 tells the setting");
        assert_eq!(
            is_on, 1,
            "expected GIT_OPT_SET_OWNER_VALIDATION as it was: it counts for the whole process, \
             and who else uses libgit2 relies on it"
        );
    }

    #[test]
    fn a_repository_is_freed_before_a_shutdown() {
        graded!();
        // Here the suite has not initialised libgit2, and lends it memory only.
        watched::lend();
        let folder = Folder::new();
        drop(ok(Repository::init(folder.path()), "init in an empty folder"));
        for _ in 0..3 {
            // If libgit2 is initialised now, then with blocks of its own that are there
            // until it is shut down. The second repository has none of them.
            let (first, mut library) = watched::made_during(|| Repository::open(folder.path()));
            let (second, its) = watched::made_during(|| Repository::open(folder.path()));
            let second = ok(second, "open what was made");
            drop(ok(first, "open what was made"));
            library.retain(|block| watched::frees(&[*block]).is_empty());
            err(second.find_commit("00000000"), "an id that nothing has");
            drop(second);
            let shutdown = watched::frees(&library);
            let Some(half) = shutdown.get(shutdown.len() / 2) else { continue };
            let late = watched::frees(&its).into_iter().filter(|free| free > half).count();
            assert!(
                late <= its.len() / 2,
                "libgit2 was shut down while a repository was open: {late} of the {} blocks that \
                 belong to it were freed after libgit2's own",
                its.len()
            );
        }
    }
}

/// What the program `git` makes and says, where it is installed.
#[cfg(not(miri))]
mod agreement {
    use std::fs;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::helpers::*;

    /// `git` in `folder`, with nothing of this machine's settings.
    fn command(folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.current_dir(folder).args(arguments).env_clear();
        for name in ["PATH", "SystemRoot"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("HOME", folder)
            .env("XDG_CONFIG_HOME", folder)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", folder.parent().expect("a folder below another"))
            .env("GIT_AUTHOR_NAME", "A U Thor")
            .env("GIT_AUTHOR_EMAIL", "author@example.org")
            .env("GIT_AUTHOR_DATE", "1700000000 +0530")
            .env("GIT_COMMITTER_NAME", "C O Mitter")
            .env("GIT_COMMITTER_EMAIL", "committer@example.com")
            .env("GIT_COMMITTER_DATE", "1700009999 -0700");
        command.stdin(Stdio::null());
        command
    }

    /// Whether there is a `git`; says so where there is none.
    pub fn has_git() -> bool {
        let found = Command::new("git").arg("--version").stdout(Stdio::null()).status();
        let found = found.is_ok_and(|status| status.success());
        if !found {
            eprintln!("skipped: the program `git` is not installed");
        }
        found
    }

    /// What `git` prints; it must succeed.
    #[track_caller]
    pub fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
        let out = command(folder, arguments).output().expect("git can be started");
        let complaint = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "git {arguments:?} fails: {complaint}");
        out.stdout
    }

    /// The same, as lines of text.
    #[track_caller]
    pub fn git_lines(folder: &Path, arguments: &[&str]) -> Vec<String> {
        let text = String::from_utf8(git(folder, arguments)).expect("git answers with text");
        text.lines().map(str::to_owned).collect()
    }

    /// What `git` prints when it reads `input`; it must succeed.
    #[track_caller]
    fn git_reads(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        // From a file: a pipe that nobody empties would block.
        let file = folder.join("input");
        fs::write(&file, input).expect("the test's folder can be written");
        let stdin = fs::File::open(&file).expect("it was written just now");
        let out = command(folder, arguments).stdin(stdin).output();
        let out = out.expect("git can be started");
        let complaint = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "git {arguments:?} fails: {complaint}");
        out.stdout
    }

    /// Gives `git fast-import` a stream.
    #[track_caller]
    pub fn fast_import(folder: &Path, settings: &[&str], stream: &[u8]) {
        git_reads(folder, &[settings, &["fast-import", "--quiet"]].concat(), stream);
    }

    /// A history with merges, bytes that are no text, and all kinds of time zones.
    pub fn history() -> Vec<u8> {
        let mut stream = Vec::new();
        let mut commit = |mark: u32, author: &[u8], message: &[u8], parents: &[u32]| {
            stream.extend(format!("commit refs/heads/b{mark}\nmark :{mark}\nauthor ").bytes());
            stream.extend_from_slice(author);
            stream.extend(b"\ncommitter C O Mitter <committer@example.com> 1700009999 -0700\n");
            stream.extend(format!("data {}\n", message.len()).bytes());
            stream.extend_from_slice(message);
            stream.push(b'\n');
            for (at, parent) in parents.iter().enumerate() {
                let word = if at == 0 { "from" } else { "merge" };
                stream.extend(format!("{word} :{parent}\n").bytes());
            }
            let text = format!("file {mark}");
            let file = format!("M 644 inline f{mark}\ndata {}\n{text}\n", text.len());
            stream.extend(file.bytes());
        };
        commit(1, b"A U Thor <author@example.org> 1700000000 +0000", b"first\n", &[]);
        commit(2, b"Zo\xEB <zo\xEB@example.org> 1700000001 +0530", b"Latin-1: \xFC\n", &[1]);
        commit(3, "Zoë <z@b> 1700000002 -0330".as_bytes(), "日本\n".as_bytes(), &[1]);
        commit(4, b"A <> 4102444800 -1100", b"a merge\n\nof two\n", &[3, 2]);
        commit(5, b"A B  C <a@b> 5 +1345", b"another first commit", &[]);
        commit(6, b"A <a@b> 1700000003 +0000", b"an octopus\n", &[4, 5, 1, 2]);
        commit(7, b"A <a@b> 1700000004 +0000", b"", &[6]);
        let long = b"0123456789\n".repeat(9000);
        commit(8, b"A <a@b> 1700000005 +0000", &long, &[7]);
        stream
    }

    /// All that `git log` says about a commit, and the message as it is stored.
    pub struct GitSays {
        pub id: String,
        pub parents: Vec<String>,
        pub name: Vec<u8>,
        pub email: Vec<u8>,
        pub seconds: i64,
        pub minutes: i32,
        pub message: Vec<u8>,
    }

    /// The messages, from the commits as git stores them.
    #[track_caller]
    fn add_messages(folder: &Path, commits: &mut [GitSays]) {
        let ids: String = commits.iter().map(|commit| format!("{}\n", commit.id)).collect();
        let out = git_reads(folder, &["cat-file", "--batch"], ids.as_bytes());
        // For each a line `<id> commit <length>`, then so many bytes, a line feed.
        let mut rest = &out[..];
        for commit in commits {
            let end = rest.iter().position(|byte| *byte == b'\n').expect("a line");
            let line = String::from_utf8_lossy(&rest[..end]).into_owned();
            let length = line.rsplit(' ').next().and_then(|word| word.parse().ok());
            let length: usize = length.expect("a length");
            let stored = &rest[end + 1..][..length];
            rest = &rest[end + 1 + length + 1..];
            let head = stored.windows(2).position(|two| two == b"\n\n").expect("an empty line");
            let message = &stored[head + 2..];
            let start = message.iter().position(|byte| *byte != b'\n').unwrap_or(message.len());
            commit.message = message[start..].to_vec();
        }
    }

    #[track_caller]
    pub fn ask_git(folder: &Path) -> Vec<GitSays> {
        let format = "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00";
        let log = git(folder, &["log", "--all", "--date=raw", format]);
        let mut commits = Vec::new();
        for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let fields: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
            let [id, parents, name, email, date, _] = fields[..] else {
                panic!("git log prints {}", show(line))
            };
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("plain text");
            let (id, date) = (text(id), text(date));
            let (seconds, zone) = date.split_once(' ').expect("a time and a zone");
            let zone: i32 = zone.parse().expect("a zone is a number");
            commits.push(GitSays {
                parents: text(parents).split_whitespace().map(str::to_owned).collect(),
                name: name.to_vec(),
                email: email.to_vec(),
                seconds: seconds.parse().expect("seconds are a number"),
                minutes: zone / 100 * 60 + zone % 100,
                message: Vec::new(),
                id,
            });
        }
        add_messages(folder, &mut commits);
        assert!(commits.len() >= 8, "git made the history");
        commits
    }
}

#[cfg(not(miri))]
mod property {
    use super::helpers::*;
    use quickcheck::{Arbitrary, Gen};
    use workbook_support::graded;
    use workbook_support::property::check;

    /// A commit's own fields, as they can be stored and read back.
    #[derive(Clone, Debug)]
    struct Fields {
        name: Vec<u8>,
        email: Vec<u8>,
        seconds: i64,
        minutes: i32,
        message: Vec<u8>,
    }

    /// Bytes that a name may hold, with a letter at both ends: libgit2 takes blanks
    /// and some signs away there.
    fn word(g: &mut Gen) -> Vec<u8> {
        let inner = Vec::<u8>::arbitrary(g).into_iter();
        let inner = inner.filter(|byte| !matches!(byte, 0 | b'\n' | b'<' | b'>'));
        [b"x", &inner.collect::<Vec<u8>>()[..], b"y"].concat()
    }

    impl Arbitrary for Fields {
        fn arbitrary(g: &mut Gen) -> Fields {
            let zone = i32::from(u16::arbitrary(g) % (12 * 60));
            let message = Vec::<u8>::arbitrary(g).into_iter();
            let message: Vec<u8> = message.filter(|byte| *byte != 0).collect();
            let start = message.iter().take_while(|byte| **byte == b'\n').count();
            Fields {
                name: word(g),
                email: word(g),
                seconds: i64::from(u64::arbitrary(g) as u32)
                    * if bool::arbitrary(g) { 1 } else { 9 },
                minutes: if bool::arbitrary(g) { zone } else { -zone },
                message: message[start..].to_vec(),
            }
        }

        fn shrink(&self) -> Box<dyn Iterator<Item = Fields>> {
            let mut smaller = vec![
                Fields { name: b"xy".to_vec(), ..self.clone() },
                Fields { email: b"xy".to_vec(), ..self.clone() },
                Fields { message: Vec::new(), ..self.clone() },
                Fields { seconds: 0, minutes: 0, ..self.clone() },
            ];
            smaller.retain(|other| format!("{other:?}") != format!("{self:?}"));
            Box::new(smaller.into_iter())
        }
    }

    impl Fields {
        fn author(&self) -> Vec<u8> {
            let sign = if self.minutes < 0 { '-' } else { '+' };
            let (hours, minutes) = (self.minutes.abs() / 60, self.minutes.abs() % 60);
            let time = format!("> {} {sign}{hours:02}{minutes:02}", self.seconds);
            [&self.name[..], b" <", &self.email, time.as_bytes()].concat()
        }
    }

    #[test]
    fn any_commit_comes_back() {
        graded!();
        let fixture = Fixture::new();
        let repository = fixture.open();
        check(120, 60, |fields: &Fields| {
            let id = fixture.commit(&[], &fields.author(), &fields.message);
            let commit = ok(repository.find_commit(&id), "the commit");
            assert_eq!(commit.id(), id, "the id");
            assert_bytes(commit.message(), &fields.message, "the message");
            let author = commit.author();
            assert_bytes(author.name(), &fields.name, "the name");
            assert_bytes(author.email(), &fields.email, "the address");
            assert_eq!(author.seconds(), fields.seconds, "the time");
            assert_eq!(author.offset_minutes(), fields.minutes, "the offset");
            Ok(())
        });
    }

    #[test]
    fn any_history_can_be_walked() {
        graded!();
        let fixture = Fixture::new();
        let repository = fixture.open();
        check(60, 12, |history: &Vec<Vec<u8>>| {
            let mut all: Vec<(String, Vec<usize>)> = Vec::new();
            for (number, choices) in history.iter().enumerate() {
                let mut before: Vec<usize> = Vec::new();
                for choice in choices.iter().take(6).filter(|_| number > 0) {
                    let parent = usize::from(*choice) % number;
                    if !before.contains(&parent) {
                        before.push(parent);
                    }
                }
                let ids: Vec<&str> = before.iter().map(|at| all[*at].0.as_str()).collect();
                let message = format!("{number} of {}\n", history.len());
                all.push((fixture.commit(&ids, AUTHOR, message.as_bytes()), before));
            }
            let Some(last) = all.len().checked_sub(1) else { return Ok(()) };
            // Depth first, with every commit on the way in use at the same time.
            let first = ok(repository.find_commit(&all[last].0), "the last commit");
            let mut open = vec![(last, first)];
            let mut seen = vec![false; all.len()];
            let mut kept = Vec::new();
            while let Some((number, commit)) = open.pop() {
                let (id, before) = &all[number];
                assert_eq!(commit.id(), *id, "the id of commit {number}");
                assert_eq!(commit.parent_count(), before.len(), "the parents of {number}");
                for (at, parent) in before.iter().enumerate() {
                    if !std::mem::replace(&mut seen[*parent], true) {
                        open.push((*parent, detached(ok(commit.parent(at), "a parent"))));
                    }
                }
                kept.push(commit);
            }
            Ok(())
        });
    }

    #[test]
    fn any_text_is_an_id_or_an_error() {
        graded!();
        let fixture = Fixture::new();
        let ids: Vec<String> =
            (0..6).map(|i| fixture.commit(&[], AUTHOR, format!("{i}\n").as_bytes())).collect();
        let others = [fixture.blob(b"a blob\n"), EMPTY_TREE.to_owned()];
        let repository = fixture.open();
        check(400, 12, |(which, cut, text, how): &(u8, u8, String, u8)| {
            let id = &ids[usize::from(*which) % ids.len()];
            let cut = usize::from(*cut) % 44;
            let text = match how % 4 {
                0 => text.clone(),
                1 => id.chars().take(cut).collect(),
                2 => id.chars().take(cut).chain(text.chars()).collect(),
                _ => text.chars().take(1).chain(id.chars().skip(1).take(cut)).collect(),
            };
            let low = text.to_lowercase();
            let is_id = (4..=40).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            let matching: Vec<&String> =
                ids.iter().chain(&others).filter(|id| id.starts_with(&low)).collect();
            let due = match matching[..] {
                [only] if is_id && ids.contains(only) => Some(only.clone()),
                _ => None,
            };
            match (repository.find_commit(&text), due) {
                (Ok(found), Some(due)) if found.id() == due => Ok(()),
                (Err(error), None) if !error.message().is_empty() => Ok(()),
                (Ok(found), due) => Err(format!(
                    "{text:?} finds {}, expected {}",
                    found.id(),
                    due.unwrap_or_else(|| String::from("an error"))
                )),
                (Err(error), due) => {
                    Err(format!("{text:?} is the error {:?}, due was {due:?}", error.message()))
                }
            }
        });
    }
}

#[cfg(not(miri))]
mod compile_fail {
    use super::helpers::*;
    use workbook_support::{graded, ui};

    const MODE: &str = if cfg!(feature = "solutions") { "solutions" } else { "exercises" };

    #[test]
    fn wrong_programs_are_refused() {
        graded!();
        ui::assert_refused_with_code("ex10", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex10", MODE);
    }

    #[test]
    fn right_programs_are_accepted() {
        graded!();
        drop(Fixture::new().open());
        ui::assert_compiles("ex10", MODE);
    }
}

#[cfg(not(miri))]
mod memory {
    use std::path::Path;

    use super::helpers::*;
    use super::watched::{self, assert_leaves_nothing, assert_no_faults};
    use unsafe_workbook::ex10_git::{Commit, Repository};
    use workbook_support::cliff::text_at_the_edge;
    use workbook_support::{graded, quiet};

    #[test]
    fn nothing_behind_the_input_is_read() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"one\n");
        let repository = fixture.open();
        for len in [0, 1, 7, 39, 40] {
            text_at_the_edge(&id[..len], |text| {
                let found = repository.find_commit(text).map(|commit| commit.id());
                if len >= 7 {
                    let found = found.unwrap_or_else(|error| panic!("{}", error.message()));
                    assert_eq!(found, id, "the commit of {len} digits");
                }
            });
        }
        for no_id in ["", "no", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"] {
            text_at_the_edge(no_id, |text| {
                assert!(repository.find_commit(text).is_err(), "{no_id:?} is no id");
            });
        }
    }

    /// A merge, its parents and a line of three before them.
    fn small_history(fixture: &Fixture) -> Vec<String> {
        let mut ids = vec![fixture.commit(&[], AUTHOR, b"0\n")];
        for i in 1..4 {
            ids.push(fixture.commit(&[&ids[i - 1]], AUTHOR, format!("{i}\n").as_bytes()));
        }
        ids.push(fixture.commit(&[&ids[3], &ids[0]], AUTHOR, b"4\n"));
        ids
    }

    #[test]
    fn repositories_are_freed() {
        graded!();
        let fixture = Fixture::new();
        let bare = fixture.path().join("bare");
        assert_leaves_nothing("open", || drop(fixture.open()));
        assert_leaves_nothing("open, and its path", || drop(fixture.open().path()));
        assert_leaves_nothing("init", || drop(ok(Repository::init(fixture.path()), "init")));
        assert_leaves_nothing("init_bare", || {
            drop(ok(Repository::init_bare(&bare), "init_bare"))
        });
    }

    #[test]
    fn commits_are_freed() {
        graded!();
        let fixture = Fixture::new();
        let ids = small_history(&fixture);
        let repository = fixture.open();
        let find = |id: &str| ok(repository.find_commit(id), "a commit that is there");
        assert_leaves_nothing("find", || drop(find(&ids[0])));
        assert_leaves_nothing("find by a few digits", || drop(find(&ids[0][..12])));
        assert_leaves_nothing("find, and ask for everything", || {
            let commit = find(&ids[4]);
            let author = commit.author();
            drop((commit.id(), commit.message(), author.name(), author.email()));
            let _ = (commit.parent_count(), author.seconds(), author.offset_minutes());
        });
        assert_leaves_nothing("walk to the first commit", || {
            let mut commit = find(&ids[4]);
            while commit.parent_count() > 0 {
                commit = detached(ok(commit.parent(0), "a parent"));
            }
        });
        assert_leaves_nothing("take all parents", || {
            let merge = find(&ids[4]);
            drop((ok(merge.parent(0), "the first parent"), ok(merge.parent(1), "the second")));
        });
    }

    #[test]
    fn errors_leave_nothing_behind() {
        graded!();
        let fixture = Fixture::new();
        let ids = small_history(&fixture);
        let blob = fixture.blob(b"a blob\n");
        let missing = fixture.path().join("missing");
        let file = fixture.path().join("file");
        std::fs::write(&file, "text").unwrap();
        let failing = |path: &Path| {
            err(Repository::open(path), "no repository");
            err(Repository::init(&file.join("below")), "below a file");
            err(Repository::init_bare(&file), "in the place of a file");
        };
        assert_leaves_nothing("paths without a repository", || failing(&missing));
        assert_leaves_nothing("paths with a NUL", || failing(Path::new("a\0b")));
        let repository = fixture.open();
        assert_leaves_nothing("ids that nothing has", || {
            err(repository.find_commit("00000000"), "a few digits");
            err(repository.find_commit(&"1".repeat(40)), "an id");
        });
        assert_leaves_nothing("ids that are none", || {
            err(repository.find_commit("no id"), "not an id");
            err(repository.find_commit(""), "not an id");
            err(repository.find_commit(&"1".repeat(41)), "not an id");
        });
        assert_leaves_nothing("ids of what is not a commit", || {
            err(repository.find_commit(&blob), "a blob");
            err(repository.find_commit(EMPTY_TREE), "a tree");
        });
        let commit = ok(repository.find_commit(&ids[4]), "a merge");
        assert_leaves_nothing("parents that are not there", || {
            err(commit.parent(2), "the third of two");
            err(commit.parent(usize::MAX), "a large number");
        });
    }

    #[test]
    fn a_parent_outlives_its_child() {
        graded!();
        let fixture = Fixture::new();
        let ids = small_history(&fixture);
        let repository = fixture.open();
        let (first, second) = {
            let merge = ok(repository.find_commit(&ids[4]), "a merge");
            let [first, second] = [0, 1].map(|at| ok(merge.parent(at), "a parent of a merge"));
            (detached(first), detached(second))
        };
        for (commit, id, message) in [(&first, &ids[3], b"3\n"), (&second, &ids[0], b"0\n")] {
            assert_eq!(commit.id(), *id, "expected the parent, its child is gone");
            assert_bytes(commit.message(), message, "the parent's message");
            assert_bytes(commit.author().name(), b"A U Thor", "the parent's author");
        }
        drop(second);
        let third = detached(ok(first.parent(0), "the parent of a parent"));
        drop(first);
        assert_eq!(third.id(), ids[2], "expected the parent's parent");
        drop(third);
        drop(repository);
        assert_no_faults();
    }

    #[test]
    fn what_is_borrowed_stays() {
        graded!();
        let fixture = Fixture::new();
        let long = b"a long message\n".repeat(40);
        let id = fixture.commit(&[], b"N A Me <address@example.org> 7 +0001", &long);
        let others = small_history(&fixture);
        let repository = fixture.open();
        let commit = ok(repository.find_commit(&id), "a commit");
        let (message, author) = (commit.message(), commit.author());
        let (name, email) = (author.name(), author.email());
        for _ in 0..20 {
            for other in &others {
                let other = ok(repository.find_commit(other), "another commit");
                let _ = (other.author().seconds(), other.message());
            }
            // Before the commit itself is asked again.
            assert_bytes(message, &long, "the message, while others are read");
            assert_bytes(name, b"N A Me", "the name, while others are read");
            drop(ok(repository.find_commit(&id), "the same commit once more"));
            drop((commit.author().seconds(), commit.message(), commit.id()));
            err(repository.find_commit("00000000"), "an id that nothing has");
        }
        assert_bytes(message, &long, "the message, borrowed all the time");
        assert_bytes(name, b"N A Me", "the name, borrowed all the time");
        assert_bytes(email, b"address@example.org", "the address, borrowed all the time");
        assert_eq!((author.seconds(), author.offset_minutes()), (7, 1), "the time");
        assert_no_faults();
    }

    #[test]
    fn an_author_belongs_to_its_commit() {
        graded!();
        let fixture = Fixture::new();
        let id = fixture.commit(&[], AUTHOR, b"text\n");
        let repository = fixture.open();
        let commit = ok(repository.find_commit(&id), "a commit");
        for _ in 0..10 {
            assert_bytes(commit.author().name(), b"A U Thor", "the name, asked for once more");
            let (one, two) = (commit.author(), commit.author());
            drop(one);
            assert_bytes(two.email(), b"author@example.org", "the address");
        }
        assert_no_faults();
        drop(commit);
        drop(repository);
        assert_no_faults();
    }

    #[test]
    fn commits_end_in_any_order() {
        graded!();
        let fixture = Fixture::new();
        let ids = small_history(&fixture);
        for round in 0..30_usize {
            let repository = fixture.open();
            let mut all: Vec<Commit<'_>> = Vec::new();
            for id in ids.iter().chain(&ids) {
                all.push(ok(repository.find_commit(id), "a commit"));
            }
            let mut at = round;
            while !all.is_empty() {
                at = (at * 7 + 3) % 1009;
                let commit = all.swap_remove(at % all.len());
                assert_eq!(commit.message().len(), 2, "a commit among others");
                if at % 3 == 0
                    && let Ok(parent) = commit.parent(0)
                {
                    all.push(detached(parent));
                }
                drop(commit);
            }
            drop(all);
            drop(repository);
            assert_no_faults();
        }
    }

    #[test]
    fn a_panic_frees_everything() {
        graded!();
        let fixture = Fixture::new();
        let ids = small_history(&fixture);
        assert_leaves_nothing("a panic with a repository and commits in use", || {
            let panicked = quiet::catch(|| {
                let repository = fixture.open();
                let merge = ok(repository.find_commit(&ids[4]), "a merge");
                let parent = ok(merge.parent(0), "a parent");
                let author = parent.author();
                assert!(author.seconds() == 0, "planned");
            });
            let text = panicked.expect_err("the test's own panic");
            assert!(text.contains("planned"), "expected the test's own panic, saw {text}");
        });
    }

    #[test]
    fn two_repositories_are_independent() {
        graded!();
        let (here, there) = (Fixture::new(), Fixture::new());
        let id = here.commit(&[], AUTHOR, b"here\n");
        let one = here.open();
        let commit = ok(one.find_commit(&id), "a commit");
        let (two, three) = (there.open(), here.open());
        err(two.find_commit(&id), "a commit of another repository");
        drop(two);
        drop(ok(three.find_commit(&id), "the same commit, by another handle"));
        drop(three);
        assert_bytes(commit.message(), b"here\n", "the message, other repositories are gone");
        drop(commit);
        assert!(!one.is_bare(), "a repository, others are gone");
        drop(one);
        watched::assert_no_faults();
    }
}
