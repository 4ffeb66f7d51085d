//! Starts a tool of the toolchain and waits for it, with a limit.
//!
//! The tool and whatever it starts form a process group of their own, so that
//! all of it ends when the time is up.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

use crate::process::STARTING;

/// More output than this is cut off; the tool may still write it.
const KEPT: usize = 4 << 20;

/// How a tool ended and what it printed.
#[derive(Debug)]
pub struct Finished {
    /// `None` when it was stopped at the limit.
    pub status: Option<ExitStatus>,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    pub fn success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

/// Runs `command` without input, for at most `limit`.
///
/// # Errors
///
/// When it cannot be started.
pub fn run(mut command: Command, limit: Duration) -> io::Result<Finished> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    own_group(&mut command);
    let alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut child = Stopped(command.spawn()?);
    drop(alone);
    let stdout = reader(child.0.stdout.take());
    let stderr = reader(child.0.stderr.take());
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.0.try_wait()? {
            break Some(status);
        }
        if Instant::now() >= deadline {
            child.stop();
            break None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    Ok(Finished { status, stdout: text(stdout), stderr: text(stderr) })
}

/// A child that does not outlive its owner.
pub struct Stopped(pub Child);

impl Stopped {
    /// Ends the whole process group and waits for the child.
    pub fn stop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        kill_group(&mut self.0);
        let _ = self.0.wait();
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Puts `command` into a process group of its own; on Linux it also ends when
/// this process does, however that ends.
#[cfg(unix)]
#[cfg_attr(target_os = "linux", expect(unsafe_code, reason = "there is no other way in"))]
pub fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // SAFETY: between fork and exec the closure makes one system call; it
        // does not allocate and takes no lock.
        unsafe {
            command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::KILL))?));
        }
    }
}

/// Puts `command` into a process group of its own.
#[cfg(not(unix))]
pub fn own_group(_: &mut Command) {}

#[cfg(unix)]
fn kill_group(child: &mut Child) {
    if let Some(group) = rustix::process::Pid::from_raw(child.id() as i32) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
}

#[cfg(not(unix))]
fn kill_group(child: &mut Child) {
    let _ = child.kill();
}

type Reading = Option<thread::JoinHandle<Vec<u8>>>;

fn reader(pipe: Option<impl Read + Send + 'static>) -> Reading {
    let mut pipe = pipe?;
    Some(thread::spawn(move || {
        let mut kept = Vec::new();
        let mut chunk = [0; 8192];
        while let Ok(count @ 1..) = pipe.read(&mut chunk) {
            let room = KEPT.saturating_sub(kept.len()).min(count);
            kept.extend_from_slice(&chunk[..room]);
        }
        kept
    }))
}

fn text(reading: Reading) -> String {
    let bytes = reading.and_then(|thread| thread.join().ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
