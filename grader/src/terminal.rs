//! Single keys from the terminal, and the terminal as it was afterwards.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// Set by a signal that asks the program to end.
static ENDED: AtomicBool = AtomicBool::new(false);

/// Whether a signal has asked the program to end since [`heed_signals`].
pub fn is_ended() -> bool {
    ENDED.load(Ordering::Relaxed)
}

/// From now on SIGINT, SIGTERM and SIGHUP are told by [`is_ended`], so that the
/// program can put the terminal in order before it goes.
#[cfg(unix)]
#[expect(unsafe_code, reason = "a signal handler cannot be set without it")]
pub fn heed_signals() {
    extern "C" fn note(_signal: libc::c_int) {
        ENDED.store(true, Ordering::Relaxed);
    }
    let handler = note as extern "C" fn(libc::c_int) as libc::sighandler_t;
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: the handler stores into an atomic and does nothing else,
        // which is allowed at any moment.
        unsafe { libc::signal(signal, handler) };
    }
}

/// Signals of this kind exist on Unix only.
#[cfg(not(unix))]
pub fn heed_signals() {}

/// A terminal that hands over keys as they are pressed. Dropping it gives the
/// terminal back as it was, after a panic as well.
pub struct Keys {
    keys: Receiver<char>,
    #[cfg(unix)]
    saved: rustix::termios::Termios,
}

impl Keys {
    /// `None` when there is no terminal to read keys from.
    pub fn open() -> Option<Keys> {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            return None;
        }
        Keys::start()
    }

    /// The next key, if one has been pressed.
    pub fn pressed(&self) -> Option<char> {
        self.keys.try_recv().ok()
    }

    #[cfg(unix)]
    fn start() -> Option<Keys> {
        use rustix::termios::{
            LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr,
        };
        let saved = tcgetattr(std::io::stdin()).ok()?;
        let mut single = saved.clone();
        // Keys arrive one by one, unseen; Ctrl-C arrives as a key, so that the
        // way out is the same for all.
        single.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        single.special_codes[SpecialCodeIndex::VMIN] = 1;
        single.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(std::io::stdin(), OptionalActions::Now, &single).ok()?;
        Some(Keys { keys: read_keys(), saved })
    }

    /// Keys come as lines here: the letter, then Enter.
    #[cfg(not(unix))]
    fn start() -> Option<Keys> {
        Some(Keys { keys: read_keys() })
    }
}

#[cfg(unix)]
impl Drop for Keys {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.saved);
    }
}

fn read_keys() -> Receiver<char> {
    let (sender, keys) = mpsc::channel();
    thread::spawn(move || {
        use std::io::Read;
        for byte in std::io::stdin().lock().bytes() {
            let Ok(byte) = byte else { break };
            if sender.send(char::from(byte)).is_err() {
                break;
            }
        }
    });
    keys
}
