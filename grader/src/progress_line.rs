//! The line that says what is going on: on a terminal it is overwritten, in a
//! pipe nothing is written.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Quick work needs no line.
const PATIENCE: Duration = Duration::from_millis(400);

/// One line at the bottom of the terminal.
#[derive(Debug)]
pub struct ProgressLine {
    active: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    work: String,
    since: Instant,
    shown: bool,
}

impl ProgressLine {
    /// A line on standard error, if that is a terminal.
    pub fn new() -> ProgressLine {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        ProgressLine {
            active: io::stderr().is_terminal() && !dumb,
            state: Mutex::new(State {
                work: String::new(),
                since: Instant::now(),
                shown: false,
            }),
        }
    }

    /// New work begins.
    pub fn begin(&self, work: &str) {
        self.clear();
        if let Ok(mut state) = self.state.lock() {
            state.work = work.to_owned();
            state.since = Instant::now();
        }
        // Building is the one piece of work that says nothing while it goes on.
        if work.starts_with("building") {
            self.write(&format!("{work} …"));
        }
    }

    /// How far it is.
    pub fn advance(&self, done: usize, of: usize) {
        let Ok(state) = self.state.lock() else { return };
        if state.since.elapsed() < PATIENCE {
            return;
        }
        let text = format!("{} … {done} of {of}", state.work);
        drop(state);
        self.write(&text);
    }

    fn write(&self, text: &str) {
        if self.active
            && let Ok(mut state) = self.state.lock()
        {
            let text: String = text.chars().take(78).collect();
            let _ = write!(io::stderr(), "\r\x1b[2K{text}");
            let _ = io::stderr().flush();
            state.shown = true;
        }
    }

    /// Makes room for other output.
    pub fn clear(&self) {
        if self.active
            && let Ok(mut state) = self.state.lock()
            && state.shown
        {
            let _ = write!(io::stderr(), "\r\x1b[2K");
            let _ = io::stderr().flush();
            state.shown = false;
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}
