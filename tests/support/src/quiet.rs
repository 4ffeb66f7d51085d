//! Panics that a test expects, without their noise.
//!
//! A property test panics once per shrinking step; only the last is of
//! interest. Inside [`catch`] a panic prints nothing and comes back as text.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::audit;
use crate::ledger;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Puts the hook in place, once per process. Panics outside of [`catch`] go on
/// to the hook that was there before.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                return before(info);
            }
            audit::pause(|| {
                let text = info.payload_as_str().unwrap_or("a panic without a text");
                let place = match info.location() {
                    Some(at) => format!(" ({}:{}:{})", at.file(), at.line(), at.column()),
                    None => String::new(),
                };
                LAST.set(format!("{text}{place}"));
            });
        }));
    });
}

/// Runs `work`; a panic prints nothing and comes back as its text and place.
pub fn catch<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    install();
    let outer = QUIET.replace(true);
    LAST.set(String::new());
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(outer);
    result.map_err(|payload| {
        if ledger::is_planned(&*payload) {
            return String::from("a planned panic of a value's own code");
        }
        let text = LAST.take();
        if !text.is_empty() {
            return text;
        }
        // `resume_unwind` runs no hook; its payload may be a text all the same.
        match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (_, Some(text)) => text.clone(),
            _ => String::from("a panic without a text"),
        }
    })
}
