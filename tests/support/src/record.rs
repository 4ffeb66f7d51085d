//! The completion record: proof that a test ran to its end.
//!
//! Exit code 0 is no such proof: `std::process::exit(0)` anywhere in the code
//! under test ends the process with it. So the grader gives each test process
//! two descriptors (`WORKBOOK_RECORD=<r>,<w>`). The test reads a nonce from the
//! first before any code under test has run, and writes the nonce and its own
//! name to the second when its body has ended without a panic. Without the
//! variable, under plain `cargo test`, nothing of this happens.

use std::fs::File;
use std::io::Write;
use std::thread;

/// The path of the enclosing test, such as `memory::drop_frees_once`.
///
/// Use it anywhere in the body of a test.
#[macro_export]
macro_rules! test_path {
    () => {{
        fn here() {}
        $crate::record::path_of(here)
    }};
}

/// The first line of every graded test: its completion record.
#[macro_export]
macro_rules! graded {
    () => {
        let _record = $crate::record::Record::start($crate::test_path!());
    };
}

/// The path of the function that encloses `marker`, without the crate's name.
pub fn path_of<F>(marker: F) -> &'static str {
    let name = std::any::type_name_of_val(&marker);
    let name = name.strip_suffix("::here").unwrap_or(name).trim_end_matches("::{{closure}}");
    name.split_once("::").map_or(name, |(_crate, path)| path)
}

/// Writes the completion record when it goes out of scope without a panic.
pub struct Record {
    path: &'static str,
    target: Option<(String, File)>,
}

impl Record {
    /// Begins the test named `path`. See [`graded!`](crate::graded).
    ///
    /// # Panics
    ///
    /// When the grader's variables are there but cannot be used.
    pub fn start(path: &'static str) -> Record {
        let target = if cfg!(miri) { None } else { target() };
        if target.is_none() && !cfg!(miri) {
            // Gives the output buffer its memory now, not inside an audit.
            println!("[{path}]");
        }
        print!("");
        crate::quiet::install();
        Record { path, target }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        if let Some((nonce, file)) = &mut self.target {
            // A record that cannot be written is a missing record: the grader
            // then reports an error, which is the truth.
            let _ = writeln!(file, "{nonce} {}", self.path);
        }
    }
}

#[cfg(unix)]
fn target() -> Option<(String, File)> {
    use std::os::fd::FromRawFd;

    let pair = std::env::var("WORKBOOK_RECORD").ok()?;
    let (read, write) = pair.split_once(',').expect("WORKBOOK_RECORD is `<r>,<w>`");
    let number = |text: &str| text.parse::<i32>().expect("WORKBOOK_RECORD holds two numbers");
    // SAFETY: the grader opened both descriptors for this process alone, and
    // this is the only place that takes them over, once per process: a test
    // process runs one test.
    let (mut read, write) =
        unsafe { (File::from_raw_fd(number(read)), File::from_raw_fd(number(write))) };
    let mut nonce = String::new();
    std::io::Read::read_to_string(&mut read, &mut nonce)
        .expect("the grader's nonce can be read");
    Some((nonce.trim().to_owned(), write))
}

#[cfg(not(unix))]
fn target() -> Option<(String, File)> {
    let path = std::env::var_os("WORKBOOK_RECORD_FILE")?;
    let nonce = std::env::var("WORKBOOK_NONCE").expect("WORKBOOK_NONCE goes with the file");
    let file = File::options().append(true).open(path).expect("the record file can be opened");
    Some((nonce, file))
}
