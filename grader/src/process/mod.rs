//! A process of somebody else's code, with a beginning and a certain end.
//!
//! What is Unix-only stands in `unix.rs`; `portable.rs` does what the standard
//! library can do anywhere. Both offer `start`, and a `Started` to wait for.

#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the standard library has no way to these system calls")]
mod fence;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;

#[cfg(not(unix))]
mod portable;
#[cfg(not(unix))]
use portable as system;

use std::env;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::terminal;

pub use system::supervise;

/// What the supervisor of a test is started with.
pub const HIDDEN_VERBS: [&str; 3] = ["__run", "__init", "__crowd"];

/// What a process may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wall-clock time.
    pub wall: Duration,
    /// Bytes of address space.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has this limit"))]
    pub memory: Option<u64>,
    /// Processes at once, itself included.
    pub processes: usize,
}

/// What only a test gets.
pub struct Terms<'a> {
    /// What it proves with that it ran to its end.
    pub nonce: &'a str,
    /// The limit of the clock, which may shrink while it runs.
    pub wall: &'a dyn Fn() -> Duration,
    /// Where it may write, as far as the system can see to that.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Linux has this limit"))]
    pub writable: &'a [PathBuf],
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Exit(i32),
    /// The number of the signal.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has signals"))]
    Signal(i32),
    Timeout,
    /// More output than anybody reads.
    Flood,
    /// More processes than allowed.
    Swarm,
    /// The user pressed Ctrl-C, or a newer run took over.
    Cancelled,
}

/// What is known of a process that has ended.
#[derive(Debug)]
pub struct Ended {
    pub ending: Ending,
    pub stdout: String,
    pub stderr: String,
    /// What it wrote to the record descriptor.
    pub record: String,
    pub duration: Duration,
}

/// The wish of the user to stop: Ctrl-C, once signals are heeded.
#[derive(Debug, Default)]
pub struct Cancel(());

impl Cancel {
    pub const fn new() -> Cancel {
        Cancel(())
    }

    pub fn is_cancelled(&self) -> bool {
        terminal::is_ended()
    }
}

/// Held while a process is started: what is passed on to it must not be open in
/// another that starts at the same time.
pub static STARTING: Mutex<()> = Mutex::new(());

/// Runs a command to its end, whatever that is.
///
/// # Errors
///
/// When the process cannot be started or waited for.
pub fn run(command: Command, limits: Limits, cancel: &Cancel) -> io::Result<Ended> {
    run_to_end(command, None, limits, cancel, None)
}

/// Runs a test, which gets the two descriptors of the completion record.
///
/// # Errors
///
/// When the process cannot be started or waited for.
pub fn run_test(
    command: Command,
    terms: &Terms<'_>,
    limits: Limits,
    cancel: &Cancel,
) -> io::Result<Ended> {
    run_to_end(command, Some(terms), limits, cancel, None)
}

/// Whether the system itself keeps a test from writing where it has no business.
pub fn files_are_fenced() -> bool {
    system::files_are_fenced()
}

/// Whether the system itself stops a test that starts processes without end. The
/// watch alone comes too late for one that never pauses.
pub fn crowds_are_refused() -> bool {
    let Ok(program) = env::current_exe() else { return false };
    let mut command = Command::new(program);
    command.arg("__crowd");
    let wall = Duration::from_secs(20);
    let limits = Limits { wall, memory: None, processes: 2 * CROWD };
    let terms = Terms { nonce: "", wall: &|| wall, writable: &[] };
    run_test(command, &terms, limits, &Cancel::new())
        .is_ok_and(|ended| ended.ending == Ending::Exit(CROWD_REFUSED))
}

/// More threads than a test can need.
const CROWD: usize = 1024;

/// The exit code of `__crowd` when it was stopped.
const CROWD_REFUSED: i32 = 3;

/// The hidden verb `__crowd`: starts threads, which the system counts like
/// processes, and tells by its exit code whether it was stopped.
fn crowd() -> ExitCode {
    let gate = Mutex::new(());
    let closed = gate.lock();
    thread::scope(|scope| {
        let refused = (0..CROWD).any(|_| {
            let small = thread::Builder::new().stack_size(16 << 10);
            small.spawn_scoped(scope, || drop(gate.lock())).is_err()
        });
        drop(closed);
        ExitCode::from(if refused { CROWD_REFUSED as u8 } else { 0 })
    })
}

/// Like [`run`], and hands over every line of standard output as it comes, also
/// those that are not kept.
///
/// # Errors
///
/// When the process cannot be started or waited for.
pub fn run_watched(
    command: Command,
    limits: Limits,
    cancel: &Cancel,
    on_line: &mut dyn FnMut(&str),
) -> io::Result<Ended> {
    run_to_end(command, None, limits, cancel, Some(on_line))
}

/// A limit grows by at most this many times itself while others have the
/// processors.
const MOST_STARVED: u32 = 3;

/// What has run for this long is no quick test.
const LONG: Duration = Duration::from_secs(2);

/// A test that prints more never stops, or nobody reads it.
pub const MOST_OUTPUT: usize = 64 << 20;

/// Runs a test, or a tool when there are no terms. On a machine with too much to do
/// the limit of the compiler and the like moves, but not for ever; a test needs a
/// hundredth of its limit, which does not move.
fn run_to_end(
    mut command: Command,
    terms: Option<&Terms<'_>>,
    limits: Limits,
    cancel: &Cancel,
    mut on_line: Option<&mut dyn FnMut(&str)>,
) -> io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut started = system::start(command, terms, limits)?;
    let printed = Arc::new(AtomicUsize::new(0));
    let (sender, lines) = mpsc::channel();
    let streams = [started.stdout(), started.stderr(), started.record()];
    let mut watched = on_line.is_some().then_some(sender);
    let collected = streams.map(|stream| collect(stream, &printed, watched.take()));
    let [Ok(stdout), Ok(stderr), Ok(record)] = collected else {
        started.kill();
        return Err(io::Error::other("the system gives no more threads"));
    };
    let mut pause = Duration::from_micros(500);
    let mut starved = Duration::ZERO;
    let ending = loop {
        hand_over(&lines, &mut on_line);
        if let Some(ending) = started.poll()? {
            break ending;
        }
        if cancel.is_cancelled() {
            started.kill();
            break Ending::Cancelled;
        }
        let over = match terms {
            Some(terms) => start.elapsed() > (terms.wall)(),
            None if start.elapsed() > limits.wall + starved => {
                let before = starved;
                starved = started.starved().min(limits.wall * MOST_STARVED);
                starved <= before
            }
            None => false,
        };
        if over {
            started.kill();
            break Ending::Timeout;
        }
        if terms.is_some() && printed.load(Ordering::Relaxed) > MOST_OUTPUT {
            started.kill();
            break Ending::Flood;
        }
        if started.is_swarm(limits.processes) {
            started.kill();
            break Ending::Swarm;
        }
        thread::sleep(pause);
        // Most tests end at once; what runs for long is looked at less often.
        let longest = if start.elapsed() < LONG { 5 } else { 50 };
        pause = (pause * 2).min(Duration::from_millis(longest));
    };
    let duration = start.elapsed();
    // Whatever the process has left behind ends now, and with it the pipes.
    started.sweep();
    let stdout = stdout.text();
    hand_over(&lines, &mut on_line);
    Ok(Ended {
        ending,
        stdout,
        stderr: stderr.text(),
        record: started.take_record().unwrap_or_else(|| record.text()),
        duration,
    })
}

fn hand_over(lines: &mpsc::Receiver<String>, on_line: &mut Option<&mut dyn FnMut(&str)>) {
    if let Some(on_line) = on_line {
        lines.try_iter().for_each(|line| on_line(&line));
    }
}

/// How much of each end of an output is kept.
const KEPT: usize = 48 << 10;

/// A stream that is read in the background.
struct Collected(mpsc::Receiver<String>);

impl Collected {
    /// All of it; nothing more is waited for once the process is gone.
    fn text(self) -> String {
        self.0.recv_timeout(Duration::from_secs(2)).unwrap_or_default()
    }
}

/// Reads a stream to its end; of a long one the beginning and the end are kept.
fn collect(
    source: Option<Box<dyn Read + Send>>,
    printed: &Arc<AtomicUsize>,
    lines: Option<mpsc::Sender<String>>,
) -> io::Result<Collected> {
    let (sender, receiver) = mpsc::channel();
    let Some(mut source) = source else { return Ok(Collected(receiver)) };
    let printed = Arc::clone(printed);
    thread::Builder::new().spawn(move || {
        let mut head: Vec<u8> = Vec::new();
        let mut tail: Vec<u8> = Vec::new();
        let mut dropped = 0_usize;
        let mut chunk = [0; 8192];
        let mut line: Vec<u8> = Vec::new();
        while let Ok(n @ 1..) = source.read(&mut chunk) {
            printed.fetch_add(n, Ordering::Relaxed);
            let room = KEPT - head.len().min(KEPT);
            let (first, rest) = chunk[..n].split_at(n.min(room));
            head.extend_from_slice(first);
            tail.extend_from_slice(rest);
            if let Some(lines) = &lines {
                send_lines(&mut line, &chunk[..n], lines);
            }
            if tail.len() > 2 * KEPT {
                let excess = tail.len() - KEPT;
                dropped += excess;
                tail.drain(..excess);
            }
        }
        if let Some(lines) = lines.filter(|_| !line.is_empty()) {
            let _ = lines.send(String::from_utf8_lossy(&line).into_owned());
        }
        let mut text = String::from_utf8_lossy(&head).into_owned();
        if dropped > 0 {
            text += &format!("\n[… {dropped} bytes of output left out …]\n");
        }
        text += &String::from_utf8_lossy(&tail);
        let _ = sender.send(text);
    })?;
    Ok(Collected(receiver))
}

/// A line that is longer is handed over in parts.
const LONGEST_LINE: usize = 4 << 20;

/// Sends the lines that end in `chunk`; `line` holds what has not ended yet.
fn send_lines(line: &mut Vec<u8>, chunk: &[u8], lines: &mpsc::Sender<String>) {
    for &byte in chunk {
        if byte != b'\n' {
            line.push(byte);
        }
        if byte == b'\n' || line.len() >= LONGEST_LINE {
            // Nobody listens any more once the process has ended.
            let _ = lines.send(String::from_utf8_lossy(line).into_owned());
            line.clear();
        }
    }
}

/// The name of a signal and what usually causes it in this course.
pub fn signal(number: i32) -> (String, &'static str) {
    let (name, cause) = match number {
        4 => ("SIGILL", "an instruction that cannot be reached in sound code"),
        6 => (
            "SIGABRT",
            "an abort: a second panic while one was unwinding, a panic that reached `extern \"C\"`, \
             a stack overflow, or a memory allocator that found its data damaged (freed twice? \
             written past the end?)",
        ),
        7 | 10 => ("SIGBUS", "an access to memory that is not there"),
        8 => ("SIGFPE", "a division of integers by zero outside of Rust's checks"),
        9 => ("SIGKILL", "ended from outside: out of memory, or out of its CPU time"),
        11 => (
            "SIGSEGV",
            "an access to an address that is not mapped: null, dangling or made-up pointers, a \
             read behind the end of what was given, or a value read from memory that was freed \
             or never written",
        ),
        24 => ("SIGXCPU", "more CPU time than the limit"),
        25 => ("SIGXFSZ", "a file larger than the limit"),
        _ => return (format!("signal {number}"), "a signal that the tests do not expect"),
    };
    (name.to_owned(), cause)
}
