//! Rust in place of csrc/events.c and of `qsort`, for Miri.
//!
//! The names are those of the C functions, so the student's own extern block
//! links to them.
//!
//! # Safety
//!
//! The functions trust their caller as C does: what a caller gets wrong is reported
//! by Miri. Each `unsafe fn` asks, where it has such an argument:
//!
//! - CALLER-1: `events` came from `events_new` and was not freed; no other thread
//!   uses it during the call. `events_free` takes null, too.
//! - CALLER-2: `call` may be called with `user`, from any thread that fires, until it
//!   is unregistered.
//! - CALLER-3: `items` leads to `count` numbers, and `visit` may be called with `user`.
//! - CALLER-4: `base` leads to `count` elements of `size` bytes that nobody else uses,
//!   and `compare` may be called with two of them.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};

type EventFn = unsafe extern "C" fn(*mut c_void, i32);
type VisitFn = unsafe extern "C" fn(*mut c_void, *const i32) -> i32;
type CompareFn = unsafe extern "C" fn(*const c_void, *const c_void) -> c_int;

struct Events {
    entries: Vec<(u64, EventFn, *mut c_void)>,
    last: u64,
    firing: u32,
}

/// In place of the header's `EVENTS_MOST`, which Miri needs long to reach.
const MOST: usize = 16;

static SOURCES: AtomicUsize = AtomicUsize::new(0);

#[unsafe(no_mangle)]
extern "C" fn events_new() -> *mut Events {
    SOURCES.fetch_add(1, Ordering::SeqCst);
    Box::into_raw(Box::new(Events { entries: Vec::new(), last: 0, firing: 0 }))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn events_free(events: *mut Events) {
    if !events.is_null() {
        // SAFETY: `events` is live and its owner ends here (CALLER-1).
        drop(unsafe { Box::from_raw(events) });
        SOURCES.fetch_sub(1, Ordering::SeqCst);
    }
}

#[unsafe(no_mangle)]
extern "C" fn events_sources() -> usize {
    SOURCES.load(Ordering::SeqCst)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn events_register(
    events: *mut Events,
    call: EventFn,
    user: *mut c_void,
) -> u64 {
    // SAFETY: `events` is live (CALLER-1).
    if unsafe { events_registered(events) } >= MOST {
        return 0;
    }
    // SAFETY: `events` is live (CALLER-1); the reference ends here.
    let events = unsafe { &mut *events };
    events.last += 1;
    events.entries.push((events.last, call, user));
    events.last
}

fn tidy(events: &mut Events) {
    if events.firing == 0 {
        events.entries.retain(|entry| entry.0 != 0);
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn events_unregister(events: *mut Events, number: u64) -> i32 {
    // SAFETY: `events` is live (CALLER-1); the reference ends here.
    let events = unsafe { &mut *events };
    let found = events.entries.iter_mut().find(|entry| number != 0 && entry.0 == number);
    let Some(entry) = found else { return 0 };
    entry.0 = 0;
    tidy(events);
    1
}

#[unsafe(no_mangle)]
unsafe extern "C" fn events_fire(events: *mut Events, value: i32) {
    // SAFETY: `events` is live (CALLER-1), callbacks take what was registered with
    // them (CALLER-2). No reference is alive during a call of a callback, which may
    // come back here.
    unsafe {
        let len = (&(*events).entries).len();
        (*events).firing += 1;
        for i in 0..len {
            let (number, call, user) = (&(*events).entries)[i];
            if number != 0 {
                call(user, value);
            }
        }
        (*events).firing -= 1;
        tidy(&mut *events);
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn events_fire_from_thread(events: *mut Events, value: i32) -> i32 {
    struct Sent(*mut Events);
    // SAFETY: the header lets a source go from thread to thread.
    unsafe impl Send for Sent {}
    let sent = Sent(events);
    let fired = std::thread::spawn(move || {
        let sent = sent;
        // SAFETY: `events` is live (CALLER-1) until the join below.
        unsafe { events_fire(sent.0, value) }
    });
    i32::from(fired.join().is_ok())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn events_registered(events: *const Events) -> usize {
    // SAFETY: `events` is live (CALLER-1).
    unsafe { (&(*events).entries).iter().filter(|entry| entry.0 != 0).count() }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn events_visit(
    items: *const i32,
    count: usize,
    visit: VisitFn,
    user: *mut c_void,
) -> usize {
    for i in 0..count {
        // SAFETY: `items` leads to `count` numbers, and `visit` takes `user` (CALLER-3).
        if unsafe { visit(user, items.add(i)) } != 0 {
            return i + 1;
        }
    }
    count
}

/// Insertion sort; bytes are copied as they are, pointers among them.
#[unsafe(no_mangle)]
unsafe extern "C" fn qsort(base: *mut c_void, count: usize, size: usize, compare: CompareFn) {
    let base = base.cast::<MaybeUninit<u8>>();
    let mut spare = vec![MaybeUninit::<u8>::uninit(); size];
    for end in 1..count {
        for at in (1..=end).rev() {
            // SAFETY: the elements and `compare` are as asked for (CALLER-4); both places
            // lie below `count`.
            unsafe {
                let (left, right) = (base.add((at - 1) * size), base.add(at * size));
                if compare(left.cast(), right.cast()) <= 0 {
                    break;
                }
                spare.as_mut_ptr().copy_from_nonoverlapping(left, size);
                left.copy_from_nonoverlapping(right, size);
                right.copy_from_nonoverlapping(spare.as_ptr(), size);
            }
        }
    }
}
