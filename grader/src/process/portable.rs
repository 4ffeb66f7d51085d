//! Processes with what the standard library has everywhere: a time limit, and
//! the completion record in a file. No memory limit, and children of the test
//! may outlive it.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Ending, Limits, Terms};

/// A process that runs.
pub struct Started {
    child: Child,
    record: Option<PathBuf>,
}

/// Starts a command.
///
/// # Errors
///
/// When the process cannot be started.
pub fn start(
    mut command: Command,
    terms: Option<&Terms<'_>>,
    _: Limits,
) -> io::Result<Started> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut record = None;
    if let Some(Terms { nonce, .. }) = terms {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("workbook-{}-{count}", std::process::id()));
        File::create(&path)?;
        command.env("WORKBOOK_RECORD_FILE", &path).env("WORKBOOK_NONCE", nonce);
        record = Some(path);
    }
    Ok(Started { child: command.spawn()?, record })
}

impl Started {
    pub fn stdout(&mut self) -> Option<Box<dyn Read + Send>> {
        self.child.stdout.take().map(|s| Box::new(s) as Box<dyn Read + Send>)
    }

    pub fn stderr(&mut self) -> Option<Box<dyn Read + Send>> {
        self.child.stderr.take().map(|s| Box::new(s) as Box<dyn Read + Send>)
    }

    /// A file is read when the process has ended.
    pub fn record(&mut self) -> Option<Box<dyn Read + Send>> {
        None
    }

    pub fn poll(&mut self) -> io::Result<Option<Ending>> {
        Ok(self.child.try_wait()?.map(|status| Ending::Exit(status.code().unwrap_or(-1))))
    }

    /// How long it was ready to run and had no processor: not known here.
    pub fn starved(&self) -> Duration {
        Duration::ZERO
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn sweep(&mut self) {}

    pub fn is_swarm(&mut self, _: usize) -> bool {
        false
    }

    /// What was written to the record file.
    pub fn take_record(&mut self) -> Option<String> {
        let path = self.record.take()?;
        let text = fs::read_to_string(&path).ok();
        let _ = fs::remove_file(path);
        text
    }
}

/// Nothing here keeps a test from writing where the user can.
pub fn files_are_fenced() -> bool {
    false
}

/// The supervisor exists on Unix only.
pub fn supervise(verb: &str, _: impl Iterator<Item = std::ffi::OsString>) -> ExitCode {
    if verb == "__crowd" { super::crowd() } else { ExitCode::from(2) }
}
