//! The completion record: proof that a test ran to its end.
//!
//! Exit code 0 is no such proof: `std::process::exit(0)` anywhere in the code
//! under test ends the process with it. So the grader gives each test process
//! two descriptors (`WORKBOOK_RECORD=<r>,<w>`). The test reads a nonce from the
//! first before any code under test has run, and writes the nonce and its own
//! name to the second when its body has ended without a panic. Meanwhile the nonce
//! lies masked: code that searches its memory for it does not find it. Without the
//! variable, under plain `cargo test`, nothing of this happens.

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{Read, Write};
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
    target: Option<(Masked, File)>,
}

/// The nonce, each byte combined with one of a mask.
struct Masked {
    bytes: [u8; Masked::LONGEST],
    mask: [u8; Masked::LONGEST],
    len: usize,
}

impl Masked {
    /// Room for more than the grader sends.
    const LONGEST: usize = 64;

    /// Reads all of `source`; nothing of it is left in a buffer elsewhere.
    fn read(mut source: impl Read) -> std::io::Result<Masked> {
        let keys = RandomState::new();
        let mask = std::array::from_fn(|at| keys.hash_one(at) as u8);
        let mut nonce = Masked { bytes: [0; Masked::LONGEST], mask, len: 0 };
        while nonce.len < Masked::LONGEST {
            match source.read(&mut nonce.bytes[nonce.len..])? {
                0 => break,
                count => nonce.len += count,
            }
        }
        nonce.toggle();
        Ok(nonce)
    }

    /// Masks, or takes the mask off.
    fn toggle(&mut self) {
        for (byte, mask) in self.bytes.iter_mut().zip(self.mask) {
            *byte ^= mask;
        }
    }

    fn reveal(&mut self) -> &[u8] {
        self.toggle();
        &self.bytes[..self.len]
    }
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
            let record = [nonce.reveal(), b" ", self.path.as_bytes(), b"\n"].concat();
            let _ = file.write_all(&record);
        }
    }
}

#[cfg(unix)]
fn target() -> Option<(Masked, File)> {
    use std::os::fd::FromRawFd;

    let pair = std::env::var("WORKBOOK_RECORD").ok()?;
    let (read, write) = pair.split_once(',').expect("WORKBOOK_RECORD is `<r>,<w>`");
    let number = |text: &str| text.parse::<i32>().expect("WORKBOOK_RECORD holds two numbers");
    // SAFETY: the grader opened both descriptors for this process alone, and
    // this is the only place that takes them over, once per process: a test
    // process runs one test.
    let (read, write) =
        unsafe { (File::from_raw_fd(number(read)), File::from_raw_fd(number(write))) };
    Some((Masked::read(read).expect("the grader's nonce can be read"), write))
}

#[cfg(not(unix))]
fn target() -> Option<(Masked, File)> {
    let path = std::env::var_os("WORKBOOK_RECORD_FILE")?;
    let nonce = std::env::var("WORKBOOK_NONCE").expect("WORKBOOK_NONCE goes with the file");
    let file = File::options().append(true).open(path).expect("the record file can be opened");
    Some((Masked::read(nonce.as_bytes()).expect("memory can be read"), file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_lies_masked_until_it_is_revealed() {
        let word = b"5ad8e6b4c1907f32";
        let mut nonce = Masked::read(&word[..]).unwrap();
        assert_ne!(nonce.bytes[..word.len()], word[..]);
        assert_eq!(nonce.reveal(), word);
    }
}
