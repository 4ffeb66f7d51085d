//! # Exercise 8: closures as C callbacks
//!
//! Goal: hand Rust closures to C, which knows a function pointer and a `void *`,
//! and let no mistake of a closure reach C.
//!
//! Read `csrc/events.h` first: it says what C promises, and what it asks for.
//!
//! Rules that the tests check:
//!
//! - A closure lives exactly as long as its registration: it is dropped when its
//!   `Subscription` is dropped, or, if it is running at that moment, at the end of
//!   that call. Moving a subscription changes nothing. A forgotten one stays
//!   registered, with its closure, for as long as the source lives.
//! - A panic of a closure never unwinds into C. The closures after it are called
//!   all the same, it stays subscribed, and the firing that called it returns the
//!   first panic as an error, with its message where that is a text.
//! - A closure may fire its own source, subscribe others, end any subscription,
//!   its own included. A closure that is running is not called again by an inner
//!   firing. Each firing reports the panics of its own calls.
//! - C may call from another thread: what a closure owns must be `Send`.
//! - A `Source` is `Send` and not `Sync`; a `Subscription` is not `Send`.
//!
//! Work through the TODOs in order and run `just check ex8` after each one.
//! Stuck? `just hint ex8`.
#![allow(unused_variables, dead_code, reason = "stub: delete this line when you start")]

use std::cmp::Ordering;
use std::marker::PhantomData;
use std::ops::ControlFlow;

// TODO(ex8.1): declare the functions of csrc/events.h that you need, and C's
// `qsort`, in an `unsafe extern "C"` block.

/// A callback panicked. The panic ended there; C never saw it.
pub struct Panicked {
    message: String,
}

impl Panicked {
    /// The message of the panic, where it is a text; any text otherwise.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Calls `visit` for one item after the other until it breaks, by
/// `events_visit`. Returns the number of calls, the last one counted.
///
/// # Errors
///
/// The panic of `visit`, which ends the visit.
pub fn visit<F>(items: &[i32], visit: F) -> Result<usize, Panicked>
where
    F: FnMut(i32) -> ControlFlow<()>,
{
    todo!("ex8.2: a trampoline for F, and `user` that leads to the closure")
}

/// Sorts `items` by C's `qsort`, which has no `user` pointer.
///
/// # Errors
///
/// The first panic of `compare`. The items are then in some order, each of them
/// there once.
///
/// # Safety
///
/// - `compare` is a total order on the items: C leaves everything else undefined.
pub unsafe fn sort_by<T, F>(items: &mut [T], compare: F) -> Result<(), Panicked>
where
    F: FnMut(&T, &T) -> Ordering,
{
    todo!("ex8.3: where does the comparator find its closure?")
}

/// A source of events.
pub struct Source {
    // TODO(ex8.4): what C returned. Free it when the source is dropped.
    _raw: PhantomData<*mut u8>,
}

impl Source {
    /// A source without subscriptions. `None` when C has no memory.
    pub fn new() -> Option<Source> {
        todo!("ex8.4: ask C for a source")
    }

    /// Calls `call` with every event until the subscription is dropped. `None`, and
    /// `call` is dropped, when C has no memory or no room for another.
    // TODO(ex8.5): C may call from a thread of its own, and a subscription can be
    // forgotten. Which bounds does `F` need?
    pub fn subscribe<F>(&self, call: F) -> Option<Subscription<'_>>
    where
        F: FnMut(i32),
    {
        todo!("ex8.5: give the closure a home, and C a pointer to it")
    }

    /// Calls every subscribed closure with `value`, in the order of subscription.
    ///
    /// # Errors
    ///
    /// The first panic of a closure; the others were called all the same.
    pub fn fire(&self, value: i32) -> Result<(), Panicked> {
        todo!("ex8.6: fire, then look for a panic")
    }

    /// The same from a thread that C starts.
    ///
    /// # Errors
    ///
    /// As [`fire`](Self::fire).
    ///
    /// # Panics
    ///
    /// When no thread can be started.
    pub fn fire_from_thread(&self, value: i32) -> Result<(), Panicked> {
        todo!("ex8.7: fire from C's thread, then look for a panic")
    }
}

// TODO(ex8.7): a source may go to another thread. Say so with `unsafe impl`, and
// say why.

/// A registered closure. Dropping it ends the registration.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription<'source> {
    // TODO(ex8.5): what the destructor needs to end the registration and to drop
    // the closure, at once or after the call that is running.
    _source: PhantomData<(&'source Source, *mut u8)>,
}
