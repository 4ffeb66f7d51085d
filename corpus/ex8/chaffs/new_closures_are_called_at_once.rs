//! defect: a closure that is subscribed during a firing takes part in it when a place was freed
//! class: order
//! stage: stable
//! shows: it sees an event from before its subscription
//! caught_by: unit::a_closure_may_subscribe_another

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

unsafe extern "C" {
    fn events_new() -> *mut u8;
    fn events_free(events: *mut u8);
    fn events_register(
        events: *mut u8,
        call: unsafe extern "C" fn(*const List, i32),
        user: *const List,
    ) -> u64;
    fn events_fire(events: *mut u8, value: i32);
    fn events_fire_from_thread(events: *mut u8, value: i32) -> i32;
    fn events_visit(
        items: *const i32,
        count: usize,
        visit: unsafe extern "C" fn(*mut c_void, *const i32) -> i32,
        user: *mut c_void,
    ) -> usize;
    fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: unsafe extern "C" fn(*const usize, *const usize) -> c_int,
    );
}

#[derive(Debug, Clone)]
pub struct Panicked {
    text: Option<String>,
}

impl Panicked {
    pub fn message(&self) -> &str {
        self.text.as_deref().unwrap_or("no text")
    }

    fn of(payload: &(dyn Any + Send)) -> Self {
        let text = match payload.downcast_ref::<String>() {
            Some(text) => Some(text.clone()),
            None => payload.downcast_ref::<&str>().map(|text| text.to_string()),
        };
        Panicked { text }
    }
}

struct Entry {
    number: u64,
    ended: Cell<bool>,
    call: RefCell<Option<Box<dyn FnMut(i32) + Send>>>,
}

struct List {
    entries: RefCell<Vec<Rc<Entry>>>,
    next: Cell<u64>,
    panicked: RefCell<Option<Panicked>>,
}

unsafe extern "C" fn dispatch(list: *const List, value: i32) {
    // SAFETY: the list lives as long as the source, which is firing.
    let list = unsafe { &*list };
    let count = list.entries.borrow().len();
    let mut at = 0;
    while at < count {
        let Some(entry) = list.entries.borrow().get(at).cloned() else { break };
        at += 1;
        if entry.ended.get() {
            continue;
        }
        // Taken out while it runs: an inner firing finds nothing to call.
        let Some(mut call) = entry.call.borrow_mut().take() else { continue };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| call(value))) {
            list.panicked.borrow_mut().get_or_insert(Panicked::of(&*payload));
        }
        if entry.ended.get() {
            drop(call);
        } else {
            *entry.call.borrow_mut() = Some(call);
        }
    }
}

pub struct Source {
    events: *mut u8,
    list: Box<List>,
}

// SAFETY: one thread at a time, and the closures are Send.
unsafe impl Send for Source {}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: ours.
        unsafe { events_free(self.events) };
    }
}

impl Source {
    pub fn new() -> Option<Source> {
        let list = Box::new(List {
            entries: RefCell::default(),
            next: Cell::new(1),
            panicked: RefCell::default(),
        });
        // SAFETY: no precondition.
        let events = unsafe { events_new() };
        if events.is_null() {
            return None;
        }
        let source = Source { events, list };
        // SAFETY: the list does not move, its box does.
        let number = unsafe { events_register(events, dispatch, &raw const *source.list) };
        (number != 0).then_some(source)
    }

    pub fn subscribe<'a, F: FnMut(i32) + 'static + Send>(
        &'a self,
        f: F,
    ) -> Option<Subscription<'a>> {
        let number = self.list.next.get();
        self.list.next.set(number + 1);
        let entry =
            Entry { number, ended: Cell::new(false), call: RefCell::new(Some(Box::new(f))) };
        self.list.entries.borrow_mut().push(Rc::new(entry));
        Some(Subscription { list: &self.list, number })
    }

    fn watched(&self, fire: impl FnOnce() -> bool) -> Result<(), Panicked> {
        let outer = self.list.panicked.take();
        assert!(fire(), "no thread could be started");
        match self.list.panicked.replace(outer) {
            None => Ok(()),
            Some(panicked) => Err(panicked),
        }
    }

    pub fn fire(&self, value: i32) -> Result<(), Panicked> {
        self.watched(|| {
            // SAFETY: ours.
            unsafe { events_fire(self.events, value) };
            true
        })
    }

    pub fn fire_from_thread(&self, value: i32) -> Result<(), Panicked> {
        // SAFETY: ours.
        self.watched(|| unsafe { events_fire_from_thread(self.events, value) } == 1)
    }
}

pub struct Subscription<'a> {
    list: &'a List,
    number: u64,
}

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        let entry = {
            let mut entries = self.list.entries.borrow_mut();
            let at = entries.iter().position(|entry| entry.number == self.number);
            at.map(|at| entries.remove(at))
        };
        if let Some(entry) = entry {
            entry.ended.set(true);
            // Not running: the closure goes now.
            let call = entry.call.borrow_mut().take();
            drop(call);
        }
    }
}

pub fn visit<F>(items: &[i32], f: F) -> Result<usize, Panicked>
where
    F: FnMut(i32) -> ControlFlow<()>,
{
    unsafe extern "C" fn each<F: FnMut(i32) -> ControlFlow<()>>(
        user: *mut c_void,
        item: *const i32,
    ) -> i32 {
        // SAFETY: passed below.
        let (f, outcome) = unsafe { &mut *user.cast::<(F, Result<(), Panicked>)>() };
        // SAFETY: an item.
        let item = unsafe { *item };
        match catch_unwind(AssertUnwindSafe(|| f(item))) {
            Ok(ControlFlow::Continue(())) => 0,
            Ok(ControlFlow::Break(())) => i32::MAX,
            Err(payload) => {
                *outcome = Err(Panicked::of(&*payload));
                i32::MIN
            }
        }
    }
    let mut user = Box::new((f, Ok(())));
    // SAFETY: the box outlives the call.
    let count = unsafe {
        events_visit(items.as_ptr(), items.len(), each::<F>, (&raw mut *user).cast())
    };
    user.1.map(|()| count)
}

type Order<'a> = Box<dyn FnMut(usize, usize) -> c_int + 'a>;

thread_local! {
    static ORDER: Cell<*mut c_void> = const { Cell::new(std::ptr::null_mut()) };
}

/// Sorts the positions with C, then moves the items to them.
///
/// # Safety
///
/// - `compare` is a total order.
pub unsafe fn sort_by<T, F>(items: &mut [T], mut compare: F) -> Result<(), Panicked>
where
    F: FnMut(&T, &T) -> Ordering,
{
    unsafe extern "C" fn order(a: *const usize, b: *const usize) -> c_int {
        // SAFETY: set below for the time of the sort.
        unsafe { (*ORDER.get().cast::<Order<'_>>())(*a, *b) }
    }
    let mut positions: Vec<usize> = (0..items.len()).collect();
    let panicked = RefCell::new(None);
    {
        let items = &*items;
        let mut current: Order<'_> = Box::new(|a, b| {
            if panicked.borrow().is_some() {
                return 0;
            }
            match catch_unwind(AssertUnwindSafe(|| compare(&items[a], &items[b]))) {
                Ok(order) => order as c_int,
                Err(payload) => {
                    panicked.replace(Some(Panicked::of(&*payload)));
                    0
                }
            }
        });
        let before = ORDER.replace((&raw mut current).cast());
        // SAFETY: one vector of positions.
        unsafe {
            qsort(positions.as_mut_ptr().cast(), positions.len(), size_of::<usize>(), order)
        };
        ORDER.set(before);
    }
    let mut target: Vec<usize> = vec![0; items.len()];
    for (to, from) in positions.into_iter().enumerate() {
        target[from] = to;
    }
    for at in 0..target.len() {
        while target[at] != at {
            let to = target[at];
            items.swap(at, to);
            target.swap(at, to);
        }
    }
    panicked.into_inner().map_or(Ok(()), Err)
}
