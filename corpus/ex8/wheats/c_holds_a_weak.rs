//! design: C holds a Weak, the subscription the only Arc; panics are sent through channels; sorts keep their comparators on a stack; dynamic dispatch throughout

use std::any::Any;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::ffi::{c_int, c_void};
use std::fmt;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, RwLock, Weak};

mod c {
    use super::*;

    pub type Event = extern "C" fn(*const Slot, i32);
    pub type Visit<'a> = unsafe extern "C" fn(*mut Visitor<'a>, &i32) -> i32;

    #[repr(C)]
    pub struct Events {
        _opaque: [u8; 0],
    }

    // SAFETY: the declarations repeat csrc/events.h and the C standard.
    unsafe extern "C" {
        pub safe fn events_new() -> Option<NonNull<Events>>;
        pub fn events_free(events: NonNull<Events>);
        pub fn events_register(events: NonNull<Events>, call: Event, user: *const Slot) -> u64;
        pub fn events_unregister(events: NonNull<Events>, number: u64) -> i32;
        pub fn events_fire(events: NonNull<Events>, value: i32);
        pub fn events_fire_from_thread(events: NonNull<Events>, value: i32) -> i32;
        pub fn events_visit<'a>(
            items: *const i32,
            count: usize,
            visit: Visit<'a>,
            user: *mut Visitor<'a>,
        ) -> usize;
        pub fn qsort(
            base: *mut c_void,
            count: usize,
            size: usize,
            compare: extern "C" fn(*const c_void, *const c_void) -> c_int,
        );
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Panicked(Cow<'static, str>);

impl Panicked {
    pub fn message(&self) -> &str {
        &self.0
    }

    fn new(payload: Box<dyn Any + Send>) -> Self {
        match payload.downcast::<String>() {
            Ok(text) => Panicked(Cow::Owned(*text)),
            Err(payload) => match payload.downcast::<&'static str>() {
                Ok(text) => Panicked(Cow::Borrowed(*text)),
                Err(_) => Panicked(Cow::Borrowed("something")),
            },
        }
    }
}

impl fmt::Debug for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Panicked: {}", self.0)
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a callback panicked")
    }
}

impl std::error::Error for Panicked {}

type Boxed = Box<dyn FnMut(i32) + Send>;

/// A closure, which is used by the call that has set `busy` alone.
pub struct Slot {
    busy: AtomicBool,
    call: std::cell::UnsafeCell<Boxed>,
    reports: Arc<RwLock<Vec<Sender<Panicked>>>>,
}

// SAFETY: `call` is Send and is used by one call at a time, which `busy` sees to.
unsafe impl Sync for Slot {}

impl Slot {
    fn run(&self, value: i32) {
        if self.busy.swap(true, SeqCst) {
            return;
        }
        // SAFETY: `busy` was false, so nobody else uses the closure.
        let call = unsafe { &mut *self.call.get() };
        let result = catch_unwind(AssertUnwindSafe(|| call(value)));
        self.busy.store(false, SeqCst);
        if let Err(payload) = result {
            let panicked = Panicked::new(payload);
            if let Some(reports) = self.reports.read().unwrap().last() {
                let _ = reports.send(panicked);
            }
        }
    }
}

extern "C" fn called(user: *const Slot, value: i32) {
    // SAFETY: the registration owns this Weak, so it is only looked at.
    let weak = std::mem::ManuallyDrop::new(unsafe { Weak::from_raw(user) });
    // The Arc of this call keeps a closure alive that ends itself.
    if let Some(slot) = weak.upgrade() {
        slot.run(value);
        let _ = catch_unwind(AssertUnwindSafe(|| drop(slot)));
    }
}

pub struct Source {
    events: NonNull<c::Events>,
    reports: Arc<RwLock<Vec<Sender<Panicked>>>>,
}

// SAFETY: a source may go from thread to thread, and so may its closures.
unsafe impl Send for Source {}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: ours, freed once.
        unsafe { c::events_free(self.events) }
    }
}

impl Source {
    pub fn new() -> Option<Source> {
        let events = c::events_new()?;
        Some(Source { events, reports: Default::default() })
    }

    pub fn subscribe<F>(&self, call: F) -> Option<Subscription<'_>>
    where
        F: FnMut(i32) + Send + 'static,
    {
        let slot = Arc::new(Slot {
            busy: AtomicBool::new(false),
            call: std::cell::UnsafeCell::new(Box::new(call)),
            reports: self.reports.clone(),
        });
        let user = Weak::into_raw(Arc::downgrade(&slot));
        // SAFETY: the source is ours, and `user` is a Weak that belongs to C now.
        let number = unsafe { c::events_register(self.events, called, user) };
        let ticket = Ticket { events: self.events, number, user };
        if number == 0 {
            return None;
        }
        Some(Subscription { ticket, slot: Some(slot), _source: PhantomData })
    }

    fn listen(&self, fire: impl FnOnce()) -> Result<(), Panicked> {
        let (report, reports): (_, Receiver<Panicked>) = channel();
        self.reports.write().unwrap().push(report);
        fire();
        self.reports.write().unwrap().pop();
        match reports.try_recv() {
            Ok(first) => Err(first),
            Err(_) => Ok(()),
        }
    }

    pub fn fire(&self, value: i32) -> Result<(), Panicked> {
        // SAFETY: the source is ours.
        self.listen(|| unsafe { c::events_fire(self.events, value) })
    }

    pub fn fire_from_thread(&self, value: i32) -> Result<(), Panicked> {
        // SAFETY: the source is ours, and this thread waits.
        self.listen(|| match unsafe { c::events_fire_from_thread(self.events, value) } {
            0 => panic!("no thread"),
            _ => {}
        })
    }
}

struct Ticket {
    events: NonNull<c::Events>,
    number: u64,
    user: *const Slot,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // SAFETY: the source is alive, its borrow says so.
        unsafe { c::events_unregister(self.events, self.number) };
        // SAFETY: C has forgotten the Weak, which is ours again.
        drop(unsafe { Weak::from_raw(self.user) });
    }
}

#[must_use]
pub struct Subscription<'source> {
    // Dropped first: unregisters.
    #[allow(dead_code)]
    ticket: Ticket,
    // Dropped second: the closure.
    #[allow(dead_code)]
    slot: Option<Arc<Slot>>,
    _source: PhantomData<Cell<&'source Source>>,
}

pub struct Visitor<'a> {
    call: &'a mut dyn FnMut(i32) -> ControlFlow<()>,
    payload: Option<Box<dyn Any + Send>>,
}

pub fn visit<F>(items: &[i32], mut visit: F) -> Result<usize, Panicked>
where
    F: FnMut(i32) -> ControlFlow<()>,
{
    unsafe extern "C" fn one(user: *mut Visitor<'_>, item: &i32) -> i32 {
        // SAFETY: the visitor of the visit below.
        let visitor = unsafe { &mut *user };
        let mut flow = ControlFlow::Continue(());
        let result = catch_unwind(AssertUnwindSafe(|| flow = (visitor.call)(*item)));
        visitor.payload = result.err();
        (visitor.payload.is_some() || flow.is_break()).into()
    }
    let mut visitor = Visitor { call: &mut visit, payload: None };
    // SAFETY: items and visitor outlive the call.
    let count = unsafe { c::events_visit(items.as_ptr(), items.len(), one, &mut visitor) };
    visitor.payload.map(Panicked::new).map_or(Ok(count), Err)
}

type Compare = dyn FnMut(*const c_void, *const c_void) -> c_int;

thread_local! {
    static SORTS: RefCell<Vec<*mut Compare>> = const { RefCell::new(Vec::new()) };
}

extern "C" fn compared(a: *const c_void, b: *const c_void) -> c_int {
    let innermost = SORTS.with_borrow(|sorts| *sorts.last().expect("a sort"));
    // SAFETY: it lives until its sort ends, and C asks one question after the other.
    unsafe { (*innermost)(a, b) }
}

/// # Safety
///
/// - `compare` is a total order.
pub unsafe fn sort_by<T, F>(items: &mut [T], mut compare: F) -> Result<(), Panicked>
where
    F: FnMut(&T, &T) -> Ordering,
{
    let mut outcome = Ok(());
    let mut ask = |a: *const c_void, b: *const c_void| -> c_int {
        if outcome.is_err() {
            return 0;
        }
        // SAFETY: C asks about two items.
        let (a, b) = unsafe { (&*a.cast::<T>(), &*b.cast::<T>()) };
        match catch_unwind(AssertUnwindSafe(|| compare(a, b))) {
            Ok(Ordering::Less) => c_int::MIN,
            Ok(Ordering::Equal) => 0,
            Ok(Ordering::Greater) => c_int::MAX,
            Err(payload) => {
                outcome = Err(Panicked::new(payload));
                0
            }
        }
    };
    let short: *mut (dyn FnMut(*const c_void, *const c_void) -> c_int + '_) = &raw mut ask;
    // SAFETY: only the lifetime of the borrows changes; the stack is popped in time.
    let long: *mut Compare = unsafe { std::mem::transmute(short) };
    SORTS.with_borrow_mut(|sorts| sorts.push(long));
    if size_of::<T>() > 0 {
        // SAFETY: one slice, ours.
        unsafe { c::qsort(items.as_mut_ptr().cast(), items.len(), size_of::<T>(), compared) };
    }
    SORTS.with_borrow_mut(|sorts| {
        sorts.pop();
        if sorts.is_empty() {
            *sorts = Vec::new();
        }
    });
    outcome
}

/// For whoever wants the panic back.
impl Panicked {
    pub fn resume(self) -> ! {
        panic_any(self.0.into_owned())
    }
}
