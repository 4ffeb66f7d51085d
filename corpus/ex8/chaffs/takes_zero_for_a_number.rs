//! defect: takes the answer 0 of a registration for a number like any other
//! class: memory
//! stage: stable
//! shows: a closure that C refused is subscribed, and never called
//! caught_by: memory::a_closure_that_c_refuses_is_dropped

use std::any::Any;
use std::cell::Cell;
use std::cmp::Ordering;
use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

#[repr(C)]
struct RawEvents {
    _fields: [u8; 0],
}

type EventFn = unsafe extern "C" fn(user: *mut c_void, value: i32);
type VisitFn = unsafe extern "C" fn(user: *mut c_void, item: *const i32) -> i32;
type CompareFn = unsafe extern "C" fn(a: *const c_void, b: *const c_void) -> c_int;

// SAFETY: the declarations repeat csrc/events.h and, for `qsort`, the C standard.
unsafe extern "C" {
    safe fn events_new() -> *mut RawEvents;
    fn events_free(events: *mut RawEvents);
    fn events_register(events: *mut RawEvents, call: EventFn, user: *mut c_void) -> u64;
    fn events_unregister(events: *mut RawEvents, number: u64) -> i32;
    fn events_fire(events: *mut RawEvents, value: i32);
    fn events_fire_from_thread(events: *mut RawEvents, value: i32) -> i32;
    fn events_visit(
        items: *const i32,
        count: usize,
        visit: VisitFn,
        user: *mut c_void,
    ) -> usize;
    fn qsort(base: *mut c_void, count: usize, size: usize, compare: CompareFn);
}

/// A callback panicked. The panic ended there; C never saw it.
#[derive(Debug)]
pub struct Panicked {
    message: String,
}

impl Panicked {
    /// The message of the panic, where it is a text.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn from_payload(payload: Box<dyn Any + Send>) -> Panicked {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("a panic without a text").to_owned();
        // PANICS HERE: the payload is a value of the caller's, its destructor may
        // panic. What that leaves behind is forgotten: there is no end otherwise.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        Panicked { message }
    }
}

/// The first panic of the firing that is going on.
#[derive(Default)]
struct Panics(Mutex<Option<Panicked>>);

impl Panics {
    /// Runs a piece of the caller's code; a panic is noted and goes no further.
    fn catch(&self, work: impl FnOnce()) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
            let panicked = Panicked::from_payload(payload);
            let mut note = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            note.get_or_insert(panicked);
        }
    }

    /// Replaces the note and returns the old one.
    fn replace(&self, new: Option<Panicked>) -> Option<Panicked> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), new)
    }
}

/// A closure and the place where its panics are noted.
struct Closure<F> {
    call: Mutex<F>,
    panics: Arc<Panics>,
}

/// What C calls for a closure of type `F`.
///
/// # Safety
///
/// - `user` came from `Arc::into_raw` of an `Arc<Closure<F>>` that has at least
///   one count left when the call begins (INV-2).
unsafe extern "C" fn trampoline<F: FnMut(i32) + Send>(user: *mut c_void, value: i32) {
    let user: *const Closure<F> = user.cast_const().cast();
    // SAFETY: `user` came from `Arc::into_raw` and a count is left (caller).
    unsafe { Arc::increment_strong_count(user) };
    // SAFETY: the count of the line above is ours.
    let closure = unsafe { Arc::from_raw(user) };
    let panics = Arc::clone(&closure.panics);
    // PANICS HERE: the closure may. The panic ends in `catch` (INV-3).
    panics.catch(|| match closure.call.try_lock() {
        Ok(mut call) => call(value),
        Err(TryLockError::Poisoned(lock)) => lock.into_inner()(value),
        // It is running already, further out: not again.
        Err(TryLockError::WouldBlock) => {}
    });
    // PANICS HERE: this may be the last count, and what the closure owns may panic
    // when dropped.
    panics.catch(|| drop(closure));
}

/// A source of events.
pub struct Source {
    /// Not null, ours alone (INV-1). `NonNull` makes the source neither `Send` nor
    /// `Sync`; see below.
    raw: NonNull<RawEvents>,
    panics: Arc<Panics>,
}

// SAFETY: the header lets a source go from thread to thread, and all closures
// that it reaches are `Send`.
unsafe impl Send for Source {}

impl Source {
    /// A source without subscriptions. `None` when C has no memory.
    #[allow(clippy::new_ret_no_self, reason = "C may have no memory")]
    pub fn new() -> Option<Source> {
        let raw = NonNull::new(events_new())?;
        Some(Source { raw, panics: Arc::default() })
    }

    /// Calls `call` with every event until the subscription is dropped. `None`, and
    /// `call` is dropped, when C has no memory or no room for another.
    pub fn subscribe<F>(&self, call: F) -> Option<Subscription<'_>>
    where
        F: FnMut(i32) + Send + 'static,
    {
        let closure = Closure { call: Mutex::new(call), panics: Arc::clone(&self.panics) };
        let user = Arc::into_raw(Arc::new(closure)).cast_mut().cast();
        // SAFETY:
        // - the source exists (INV-1), and no other thread uses it;
        // - `user` is what `trampoline::<F>` asks for, and the count that it stands
        //   for belongs to the registration (INV-2).
        let number = unsafe { events_register(self.raw.as_ptr(), trampoline::<F>, user) };
        let subscription = Subscription { source: self, number, user, release: release::<F> };
        Some(subscription)
    }

    /// Calls every subscribed closure with `value`, in the order of subscription.
    ///
    /// # Errors
    ///
    /// The first panic of a closure; the others were called all the same.
    pub fn fire(&self, value: i32) -> Result<(), Panicked> {
        self.report(|| {
            // SAFETY: the source exists (INV-1), and no other thread uses it.
            unsafe { events_fire(self.raw.as_ptr(), value) };
        })
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
        self.report(|| {
            // SAFETY:
            // - the source exists (INV-1); this thread waits inside of the call, so
            //   the other is the only one that uses it;
            // - the closures are `Send`, so that thread may call them.
            let fired = unsafe { events_fire_from_thread(self.raw.as_ptr(), value) };
            assert!(fired != 0, "no thread could be started");
        })
    }

    /// Runs a firing and returns the first panic of its own callbacks.
    fn report(&self, fire: impl FnOnce()) -> Result<(), Panicked> {
        let outer = self.panics.replace(None);
        fire();
        match self.panics.replace(outer) {
            Some(panicked) => Err(panicked),
            None => Ok(()),
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // Subscriptions borrow the source, so none is left, but for forgotten ones:
        // their closures leak.
        // SAFETY: nobody frees the source but we, here, once (INV-1); it does not
        // fire, since a firing borrows it.
        unsafe { events_free(self.raw.as_ptr()) };
    }
}

/// Gives the registration's count of a closure back.
///
/// # Safety
///
/// - `user` came from `Arc::into_raw` of an `Arc<Closure<F>>`, and its count is
///   not given back again.
unsafe fn release<F>(user: *const c_void) {
    // SAFETY: the caller's promise.
    drop(unsafe { Arc::<Closure<F>>::from_raw(user.cast()) });
}

/// A registered closure. Dropping it ends the registration, then drops the
/// closure: at once, or at the end of the call that is still running.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription<'source> {
    source: &'source Source,
    /// The registration's number, 0 when there is none.
    number: u64,
    /// The registration's `user` pointer (INV-2), and how to give it back.
    user: *mut c_void,
    release: unsafe fn(*const c_void),
}

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        // SAFETY: the source exists, we borrow it, and no other thread uses it:
        // neither `Source` is `Sync` nor we are `Send`. C ignores the number 0.
        unsafe { events_unregister(self.source.raw.as_ptr(), self.number) };
        // SAFETY: the registration is over, C does not use `user` any more, so its
        // count is given back, here, once. A call that is running has its own.
        unsafe { (self.release)(self.user) };
    }
}

/// Runs `work` with what C's `user` points to, and keeps its panic.
struct Borrowed<F> {
    call: F,
    panicked: Option<Panicked>,
}

/// Calls `visit` for one item after the other until it breaks, through C. Returns
/// the number of calls.
///
/// # Errors
///
/// The panic of `visit`, which ends the visit.
pub fn visit<F>(items: &[i32], visit: F) -> Result<usize, Panicked>
where
    F: FnMut(i32) -> ControlFlow<()>,
{
    /// # Safety
    ///
    /// - `user` points to a `Borrowed<F>` that nobody else uses during the call.
    /// - `item` points to an `i32`.
    unsafe extern "C" fn step<F>(user: *mut c_void, item: *const i32) -> i32
    where
        F: FnMut(i32) -> ControlFlow<()>,
    {
        // SAFETY: the caller's promise.
        let (state, item) = unsafe { (&mut *user.cast::<Borrowed<F>>(), *item) };
        // PANICS HERE: `call` may. The panic is kept, and ends the visit (INV-3).
        match catch_unwind(AssertUnwindSafe(|| (state.call)(item))) {
            Ok(ControlFlow::Continue(())) => 0,
            Ok(ControlFlow::Break(())) => 1,
            Err(payload) => {
                state.panicked = Some(Panicked::from_payload(payload));
                1
            }
        }
    }

    let mut state = Borrowed { call: visit, panicked: None };
    // SAFETY:
    // - pointer and length come from one slice, which C only reads;
    // - `user` points to `state`, which outlives the call and which nobody else
    //   uses until it returns; the pointer comes from a mutable borrow, since the
    //   trampoline writes through it.
    let calls = unsafe {
        events_visit(items.as_ptr(), items.len(), step::<F>, (&raw mut state).cast())
    };
    match state.panicked {
        Some(panicked) => Err(panicked),
        None => Ok(calls),
    }
}

thread_local! {
    /// What the comparator of the innermost running `qsort` of this thread uses:
    /// `qsort` has no `user` pointer.
    static SORT: Cell<*mut c_void> = const { Cell::new(ptr::null_mut()) };
}

/// Sorts `items` by C's `qsort`.
///
/// # Errors
///
/// The first panic of `compare`. The items are then in some order, each of them
/// there once.
///
/// # Safety
///
/// - `compare` is a total order on the items: asked again, it answers the same,
///   and its answers do not contradict each other. C leaves everything else
///   undefined. (After a panic, all that is left to compare counts as equal: then
///   every loop of every known `qsort` ends at once.)
pub unsafe fn sort_by<T, F>(items: &mut [T], compare: F) -> Result<(), Panicked>
where
    F: FnMut(&T, &T) -> Ordering,
{
    /// # Safety
    ///
    /// - `SORT` points to a `Borrowed<F>` that nobody else uses during the call.
    /// - `a` and `b` point to a `T` each.
    unsafe extern "C" fn step<T, F>(a: *const c_void, b: *const c_void) -> c_int
    where
        F: FnMut(&T, &T) -> Ordering,
    {
        // SAFETY: the caller's promise.
        let (state, a, b) = unsafe {
            (&mut *SORT.get().cast::<Borrowed<F>>(), &*a.cast::<T>(), &*b.cast::<T>())
        };
        if state.panicked.is_some() {
            return 0;
        }
        // PANICS HERE: `call` may. The panic is kept (INV-3). Or it sorts something
        // itself, and puts `SORT` back.
        match catch_unwind(AssertUnwindSafe(|| (state.call)(a, b))) {
            Ok(order) => order as c_int,
            Err(payload) => {
                state.panicked = Some(Panicked::from_payload(payload));
                0
            }
        }
    }

    // What has no size has no order, and C may count on `size` being positive.
    if items.len() < 2 || size_of::<T>() == 0 {
        return Ok(());
    }
    let mut state = Borrowed { call: compare, panicked: None };
    let outer = SORT.replace((&raw mut state).cast());
    // SAFETY:
    // - pointer, length and size describe one slice that is ours alone; C moves its
    //   items bytewise, as Rust moves them, and leaves each there once;
    // - `SORT` points to `state` until the call returns, and an inner `sort_by`
    //   puts it back; `step` does not unwind (INV-3);
    // - `compare` is a total order (caller).
    unsafe { qsort(items.as_mut_ptr().cast(), items.len(), size_of::<T>(), step::<T, F>) };
    SORT.set(outer);
    match state.panicked {
        Some(panicked) => Err(panicked),
        None => Ok(()),
    }
}
