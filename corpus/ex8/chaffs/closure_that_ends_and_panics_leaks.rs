//! defect: after a panic the trampoline returns before it looks whether the closure has ended
//! class: leak
//! stage: stable
//! shows: a closure that ends itself and then panics is never dropped
//! caught_by: memory::a_closure_that_ends_and_panics_is_dropped

use std::any::Any;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::cmp::Ordering;
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

unsafe extern "C" {
    fn events_new() -> *mut c_void;
    fn events_free(events: *mut c_void);
    fn events_register(
        events: *mut c_void,
        call: Option<unsafe extern "C" fn(*mut c_void, i32)>,
        user: *mut c_void,
    ) -> u64;
    fn events_unregister(events: *mut c_void, number: u64) -> c_int;
    fn events_fire(events: *mut c_void, value: c_int);
    fn events_fire_from_thread(events: *mut c_void, value: c_int) -> c_int;
    fn events_visit(
        items: *const i32,
        count: usize,
        visit: unsafe extern "C" fn(*mut c_void, &i32) -> c_int,
        user: *mut c_void,
    ) -> usize;
    fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: extern "C" fn(*const c_void, *const c_void) -> c_int,
    );
}

pub struct Panicked(String);

impl Panicked {
    pub fn message(&self) -> &str {
        &self.0
    }
}

fn text(payload: Box<dyn Any + Send>) -> Panicked {
    match payload.downcast::<String>() {
        Ok(text) => Panicked(*text),
        Err(payload) => match payload.downcast::<&'static str>() {
            Ok(text) => Panicked((*text).to_string()),
            Err(payload) => {
                std::mem::forget(payload);
                Panicked(String::new())
            }
        },
    }
}

struct State {
    call: UnsafeCell<Box<dyn FnMut(i32) + Send>>,
    busy: Cell<bool>,
    dead: Cell<bool>,
    /// Where the source keeps the panics of the firing that goes on.
    panics: *const RefCell<Vec<Panicked>>,
}

unsafe extern "C" fn trampoline(user: *mut c_void, value: i32) {
    let state = user.cast::<State>();
    // SAFETY: the state lives while it is registered, and longer while busy.
    unsafe {
        if (*state).busy.replace(true) {
            return;
        }
        let call = (*state).call.get();
        let result = catch_unwind(AssertUnwindSafe(|| (*call)(value)));
        (*state).busy.set(false);
        if let Err(payload) = result {
            (*(*state).panics).borrow_mut().push(text(payload));
            return;
        }
        if (*state).dead.get() {
            let ended = Box::from_raw(state);
            let _ = catch_unwind(AssertUnwindSafe(|| drop(ended)));
        }
    }
}

pub struct Source {
    raw: *mut c_void,
    panics: Box<RefCell<Vec<Panicked>>>,
}

// SAFETY: C lets it travel, closures are Send.
unsafe impl Send for Source {}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { events_free(self.raw) }
    }
}

impl Source {
    pub fn new() -> Option<Self> {
        // SAFETY: no precondition.
        let raw = unsafe { events_new() };
        if raw.is_null() {
            return None;
        }
        Some(Source { raw, panics: Box::default() })
    }

    pub fn subscribe<'s>(
        &'s self,
        call: impl FnMut(i32) + Send + 'static,
    ) -> Option<Subscription<'s>> {
        let state = Box::into_raw(Box::new(State {
            call: UnsafeCell::new(Box::new(call)),
            busy: Cell::new(false),
            dead: Cell::new(false),
            panics: &raw const *self.panics,
        }));
        // SAFETY: the state stays until it is unregistered.
        let number = unsafe { events_register(self.raw, Some(trampoline), state.cast()) };
        if number == 0 {
            // SAFETY: never registered.
            drop(unsafe { Box::from_raw(state) });
            return None;
        }
        Some(Subscription { events: self.raw, number, state, _source: PhantomData })
    }

    pub fn fire(&self, value: i32) -> Result<(), Panicked> {
        let outer = self.panics.take();
        // SAFETY: ours, one thread.
        unsafe { events_fire(self.raw, value) };
        self.panics.replace(outer).into_iter().next().map_or(Ok(()), Err)
    }

    pub fn fire_from_thread(&self, value: i32) -> Result<(), Panicked> {
        let outer = self.panics.take();
        // SAFETY: ours, and this thread waits.
        let started = unsafe { events_fire_from_thread(self.raw, value) };
        let ours = self.panics.replace(outer);
        assert_eq!(started, 1, "no thread");
        ours.into_iter().next().map_or(Ok(()), Err)
    }
}

pub struct Subscription<'s> {
    events: *mut c_void,
    number: u64,
    state: *mut State,
    _source: PhantomData<(&'s Source, Rc<()>)>,
}

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        // SAFETY: registered until now; a busy state is freed by its call.
        unsafe {
            events_unregister(self.events, self.number);
            if (*self.state).busy.get() {
                (*self.state).dead.set(true);
            } else {
                drop(Box::from_raw(self.state));
            }
        }
    }
}

type Visit<'a> = (&'a mut dyn FnMut(i32) -> ControlFlow<()>, Option<Panicked>);

unsafe extern "C" fn step(user: *mut c_void, item: &i32) -> c_int {
    // SAFETY: `visit` below passes this type.
    let (call, panicked) = unsafe { &mut *user.cast::<Visit<'_>>() };
    let item = *item;
    match catch_unwind(AssertUnwindSafe(|| call(item))) {
        Ok(flow) => c_int::from(flow.is_break()),
        Err(payload) => {
            *panicked = Some(text(payload));
            -1
        }
    }
}

pub fn visit<F: FnMut(i32) -> ControlFlow<()>>(
    items: &[i32],
    mut f: F,
) -> Result<usize, Panicked> {
    let mut visit: Visit<'_> = (&mut f, None);
    // SAFETY: one slice, and a `user` that outlives the call.
    let calls =
        unsafe { events_visit(items.as_ptr(), items.len(), step, (&raw mut visit).cast()) };
    visit.1.map_or(Ok(calls), Err)
}

type Compare = *mut dyn FnMut(*const c_void, *const c_void) -> c_int;

thread_local! {
    static STACK: RefCell<Vec<Compare>> = const { RefCell::new(Vec::new()) };
}

extern "C" fn compare(a: *const c_void, b: *const c_void) -> c_int {
    let top = STACK.with(|stack| *stack.borrow().last().unwrap());
    // SAFETY: the top of the stack belongs to the running sort.
    unsafe { (*top)(a, b) }
}

/// # Safety
///
/// - `compare` is a total order.
pub unsafe fn sort_by<T, F>(items: &mut [T], mut order: F) -> Result<(), Panicked>
where
    F: FnMut(&T, &T) -> Ordering,
{
    if size_of::<T>() == 0 {
        return Ok(());
    }
    let mut panicked = None;
    let mut erased = |a: *const c_void, b: *const c_void| {
        if panicked.is_some() {
            return 0;
        }
        // SAFETY: C passes pointers to items.
        let (a, b) = unsafe { (&*a.cast::<T>(), &*b.cast::<T>()) };
        match catch_unwind(AssertUnwindSafe(|| order(a, b))) {
            Ok(Ordering::Less) => -1,
            Ok(Ordering::Equal) => 0,
            Ok(Ordering::Greater) => 1,
            Err(payload) => {
                panicked = Some(text(payload));
                0
            }
        }
    };
    let dynamic: &mut dyn FnMut(*const c_void, *const c_void) -> c_int = &mut erased;
    // SAFETY: only the lifetime changes; the entry is taken off before the end.
    let pointer: Compare = unsafe { std::mem::transmute(dynamic) };
    STACK.with(|stack| stack.borrow_mut().push(pointer));
    // SAFETY: one slice; the comparator does not unwind.
    unsafe { qsort(items.as_mut_ptr().cast(), items.len(), size_of::<T>(), compare) };
    STACK.with(|stack| stack.borrow_mut().pop());
    panicked.map_or(Ok(()), Err)
}
