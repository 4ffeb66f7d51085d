//! defect: the message goes through a C string
//! class: logic
//! stage: stable
//! shows: a message with a NUL is cut off
//! caught_by: unit::a_panic_keeps_its_whole_text

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

#[derive(Debug)]
pub struct Panicked {
    message: String,
}

impl Panicked {
    pub fn message(&self) -> &str {
        &self.message
    }

    fn from_payload(payload: Box<dyn Any + Send>) -> Panicked {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("a panic without a text").to_owned();
        let message = message.split('\0').next().unwrap_or_default().to_owned();
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        Panicked { message }
    }
}

#[derive(Default)]
struct Panics(Mutex<Option<Panicked>>);

impl Panics {
    fn catch(&self, work: impl FnOnce()) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
            let panicked = Panicked::from_payload(payload);
            let mut note = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            note.get_or_insert(panicked);
        }
    }

    fn replace(&self, new: Option<Panicked>) -> Option<Panicked> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), new)
    }
}

struct Closure<F> {
    call: Mutex<F>,
    panics: Arc<Panics>,
}

unsafe extern "C" fn trampoline<F: FnMut(i32) + Send>(user: *mut c_void, value: i32) {
    let user: *const Closure<F> = user.cast_const().cast();
    // SAFETY: `user` came from `Arc::into_raw` and a count is left (caller).
    unsafe { Arc::increment_strong_count(user) };
    // SAFETY: the count of the line above is ours.
    let closure = unsafe { Arc::from_raw(user) };
    let panics = Arc::clone(&closure.panics);
    panics.catch(|| match closure.call.try_lock() {
        Ok(mut call) => call(value),
        Err(TryLockError::Poisoned(lock)) => lock.into_inner()(value),
        Err(TryLockError::WouldBlock) => {}
    });
    panics.catch(|| drop(closure));
}

pub struct Source {
    raw: NonNull<RawEvents>,
    panics: Arc<Panics>,
}

// SAFETY: the header lets a source go from thread to thread, and all closures.
unsafe impl Send for Source {}

impl Source {
    #[allow(clippy::new_ret_no_self, reason = "C may have no memory")]
    pub fn new() -> Option<Source> {
        let raw = NonNull::new(events_new())?;
        Some(Source { raw, panics: Arc::default() })
    }

    pub fn subscribe<F>(&self, call: F) -> Option<Subscription<'_>>
    where
        F: FnMut(i32) + Send + 'static,
    {
        let closure = Closure { call: Mutex::new(call), panics: Arc::clone(&self.panics) };
        let user = Arc::into_raw(Arc::new(closure)).cast_mut().cast();
        // SAFETY: by the invariants of the type.
        let number = unsafe { events_register(self.raw.as_ptr(), trampoline::<F>, user) };
        let subscription = Subscription { source: self, number, user, release: release::<F> };
        (number != 0).then_some(subscription)
    }

    pub fn fire(&self, value: i32) -> Result<(), Panicked> {
        self.report(|| {
            // SAFETY: the source exists (INV-1), and no other thread uses it.
            unsafe { events_fire(self.raw.as_ptr(), value) };
        })
    }

    pub fn fire_from_thread(&self, value: i32) -> Result<(), Panicked> {
        self.report(|| {
            // SAFETY: by the invariants of the type.
            let fired = unsafe { events_fire_from_thread(self.raw.as_ptr(), value) };
            assert!(fired != 0, "no thread could be started");
        })
    }

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
        // SAFETY: nobody frees the source but we, here, once (INV-1); it does not.
        unsafe { events_free(self.raw.as_ptr()) };
    }
}

unsafe fn release<F>(user: *const c_void) {
    // SAFETY: the caller's promise.
    drop(unsafe { Arc::<Closure<F>>::from_raw(user.cast()) });
}

#[must_use = "dropping a subscription ends it"]
pub struct Subscription<'source> {
    source: &'source Source,
    number: u64,
    user: *mut c_void,
    release: unsafe fn(*const c_void),
}

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        // SAFETY: the source exists, we borrow it, and no other thread uses it.
        unsafe { events_unregister(self.source.raw.as_ptr(), self.number) };
        // SAFETY: the registration is over, C does not use `user` any more, so its.
        unsafe { (self.release)(self.user) };
    }
}

struct Borrowed<F> {
    call: F,
    panicked: Option<Panicked>,
}

pub fn visit<F>(items: &[i32], visit: F) -> Result<usize, Panicked>
where
    F: FnMut(i32) -> ControlFlow<()>,
{
    unsafe extern "C" fn step<F>(user: *mut c_void, item: *const i32) -> i32
    where
        F: FnMut(i32) -> ControlFlow<()>,
    {
        // SAFETY: the caller's promise.
        let (state, item) = unsafe { (&mut *user.cast::<Borrowed<F>>(), *item) };
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
    // SAFETY: by the invariants of the type.
    let calls = unsafe {
        events_visit(items.as_ptr(), items.len(), step::<F>, (&raw mut state).cast())
    };
    match state.panicked {
        Some(panicked) => Err(panicked),
        None => Ok(calls),
    }
}

thread_local! {
    static SORT: Cell<*mut c_void> = const { Cell::new(ptr::null_mut()) };
}

pub unsafe fn sort_by<T, F>(items: &mut [T], compare: F) -> Result<(), Panicked>
where
    F: FnMut(&T, &T) -> Ordering,
{
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
        match catch_unwind(AssertUnwindSafe(|| (state.call)(a, b))) {
            Ok(order) => order as c_int,
            Err(payload) => {
                state.panicked = Some(Panicked::from_payload(payload));
                0
            }
        }
    }

    if items.len() < 2 || size_of::<T>() == 0 {
        return Ok(());
    }
    let mut state = Borrowed { call: compare, panicked: None };
    let outer = SORT.replace((&raw mut state).cast());
    // SAFETY: by the invariants of the type.
    unsafe { qsort(items.as_mut_ptr().cast(), items.len(), size_of::<T>(), step::<T, F>) };
    SORT.set(outer);
    match state.panicked {
        Some(panicked) => Err(panicked),
        None => Ok(()),
    }
}
