//! Values that write down what happens to them.
//!
//! A [`Tracked`] value is sixteen bytes without any heap memory: a number and
//! its complement. The ledger knows every number it handed out, so it can tell
//!
//! - a value dropped once from one dropped twice or never;
//! - a value from sixteen bytes that never were one (uninitialised or freed
//!   memory), because these are not a number and its complement;
//! - in which order values were dropped.
//!
//! A [`Ledger`] belongs to the test that opens it; values may travel to other
//! threads. Bytes that never were a value name no ledger: they are held against
//! those of the thread that uses them, or against all where it has none.

use std::any::Any;
use std::fmt;
use std::panic;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use crate::audit;

/// A value whose life is written down in a [`Ledger`].
///
/// Two values are equal when their labels are.
pub struct Tracked {
    token: u64,
    check: u64,
}

/// The book of one test: which values exist, and what became of each.
pub struct Ledger {
    id: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Alive,
    Dropped,
}

struct Record {
    label: u32,
    life: Life,
}

struct Book {
    id: u32,
    opened_on: ThreadId,
    records: Vec<Record>,
    drops: Vec<u32>,
    violations: Vec<String>,
    panic_on_drop: Option<u32>,
    panic_on_clone: Option<u32>,
    clones: usize,
}

#[derive(Default)]
struct Shelf {
    next_id: u32,
    books: Vec<Book>,
}

static SHELF: Mutex<Shelf> = Mutex::new(Shelf { next_id: 1, books: Vec::new() });

impl Book {
    fn new(id: u32) -> Book {
        Book {
            id,
            opened_on: thread::current().id(),
            records: Vec::new(),
            drops: Vec::new(),
            violations: Vec::new(),
            panic_on_drop: None,
            panic_on_clone: None,
            clones: 0,
        }
    }
}

/// The payload of a panic that a test planned.
pub struct Planned;

/// Panics with [`Planned`] without a message: no hook runs and, the payload
/// being zero-sized, no memory is touched.
pub fn planned_panic() -> ! {
    panic::resume_unwind(Box::new(Planned))
}

/// Runs `work` and swallows a planned panic. True when there was one.
///
/// # Panics
///
/// Passes on every other panic.
pub fn catch_planned(work: impl FnOnce()) -> bool {
    match panic::catch_unwind(panic::AssertUnwindSafe(work)) {
        Ok(()) => false,
        Err(payload) if is_planned(&*payload) => true,
        Err(payload) => panic::resume_unwind(payload),
    }
}

/// Whether a panic's payload is a planned one.
pub fn is_planned(payload: &(dyn Any + Send)) -> bool {
    payload.is::<Planned>()
}

fn with_shelf<R>(work: impl FnOnce(&mut Shelf) -> R) -> R {
    audit::pause(|| work(&mut SHELF.lock().unwrap_or_else(PoisonError::into_inner)))
}

impl Ledger {
    /// Opens an empty ledger.
    #[allow(clippy::new_without_default, reason = "a ledger is an act, not a value")]
    pub fn new() -> Ledger {
        with_shelf(|shelf| {
            let id = shelf.next_id;
            shelf.next_id += 1;
            shelf.books.push(Book::new(id));
            Ledger { id }
        })
    }

    fn book<R>(&self, work: impl FnOnce(&mut Book) -> R) -> R {
        with_shelf(|shelf| {
            let book = shelf.books.iter_mut().find(|b| b.id == self.id);
            work(book.expect("the book of an open ledger"))
        })
    }

    /// A new value with a label of the test's choice.
    pub fn value(&self, label: u32) -> Tracked {
        let index = self.book(|book| {
            book.records.push(Record { label, life: Life::Alive });
            book.records.len() as u32 - 1
        });
        Tracked::with_token(u64::from(self.id) << 32 | u64::from(index))
    }

    /// From now on the values with this label panic (once) when dropped,
    /// after the drop has been written down. Never while another panic runs.
    pub fn panic_on_drop(&self, label: u32) {
        self.book(|book| book.panic_on_drop = Some(label));
    }

    /// From now on the values with this label panic when cloned.
    pub fn panic_on_clone(&self, label: u32) {
        self.book(|book| book.panic_on_clone = Some(label));
    }

    /// The labels of the values dropped so far, in order.
    pub fn drops(&self) -> Vec<u32> {
        self.book(|book| book.drops.clone())
    }

    /// The labels of the values that are alive, in order of creation.
    pub fn alive(&self) -> Vec<u32> {
        self.book(|book| {
            book.records.iter().filter(|r| r.life == Life::Alive).map(|r| r.label).collect()
        })
    }

    /// How many values were made by `clone`.
    pub fn clones(&self) -> usize {
        self.book(|book| book.clones)
    }

    /// Nothing was dropped twice, used after its drop, or made up.
    ///
    /// # Panics
    ///
    /// When something was; the message lists each case.
    #[track_caller]
    pub fn assert_sound(&self) {
        let violations = self.book(|book| book.violations.clone());
        if !violations.is_empty() {
            let list: Vec<String> =
                violations.iter().take(8).map(|v| format!("\n  - {v}")).collect();
            panic!("expected each value to be dropped once, saw:{}", list.concat());
        }
    }

    /// [`assert_sound`](Self::assert_sound), and every value has been dropped.
    ///
    /// # Panics
    ///
    /// When a value is still alive, or something else is wrong.
    #[track_caller]
    pub fn assert_all_dropped(&self) {
        self.assert_sound();
        let alive = self.alive();
        if !alive.is_empty() {
            panic!(
                "expected every value to be dropped once, but {} never were: labels {:?}",
                alive.len(),
                &alive[..alive.len().min(8)]
            );
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        with_shelf(|shelf| shelf.books.retain(|book| book.id != self.id));
    }
}

impl Tracked {
    fn with_token(token: u64) -> Tracked {
        Tracked { token, check: !token }
    }

    fn index(&self) -> usize {
        (self.token & 0xFFFF_FFFF) as usize
    }

    /// Runs `work` on the book that this value is written down in, if these
    /// bytes are a value at all; otherwise complains to the thread's open books.
    fn written_down<R>(
        &self,
        act: &str,
        work: impl FnOnce(&mut Book, usize) -> R,
    ) -> Option<R> {
        with_shelf(|shelf| {
            let book_id = (self.token >> 32) as u32;
            let index = self.index();
            let genuine = self.check == !self.token;
            if genuine
                && let Some(book) = shelf.books.iter_mut().find(|b| b.id == book_id)
                && index < book.records.len()
            {
                if book.records[index].life == Life::Alive {
                    return Some(work(book, index));
                }
                let label = book.records[index].label;
                book.violations.push(match act {
                    "dropped" => format!("the value {label} was dropped twice"),
                    _ => format!("the value {label} was {act} after its drop"),
                });
                return None;
            }
            let memory = match self.token.to_ne_bytes() {
                bytes if bytes.iter().all(|b| *b == audit::FRESH) => "memory never written to",
                bytes if bytes.iter().all(|b| *b == audit::POISON) => "freed memory",
                _ => "bytes that never were a value",
            };
            let here = thread::current().id();
            let known = shelf.books.iter().any(|book| book.opened_on == here);
            for book in shelf.books.iter_mut().filter(|b| !known || b.opened_on == here) {
                book.violations.push(format!("{memory} was {act} as if it were a value"));
            }
            None
        })
    }

    /// The label given at creation; 0 when these bytes are no live value.
    pub fn label(&self) -> u32 {
        self.written_down("read", |book, index| book.records[index].label).unwrap_or(0)
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        let panics = self.written_down("dropped", |book, index| {
            book.records[index].life = Life::Dropped;
            let label = book.records[index].label;
            book.drops.push(label);
            let panics = book.panic_on_drop == Some(label) && !thread::panicking();
            if panics {
                book.panic_on_drop = None;
            }
            panics
        });
        if panics == Some(true) {
            planned_panic();
        }
    }
}

impl Clone for Tracked {
    fn clone(&self) -> Tracked {
        let token = self.written_down("cloned", |book, index| {
            let label = book.records[index].label;
            if book.panic_on_clone == Some(label) {
                return None;
            }
            book.clones += 1;
            book.records.push(Record { label, life: Life::Alive });
            Some(u64::from(book.id) << 32 | (book.records.len() as u64 - 1))
        });
        match token {
            Some(Some(token)) => Tracked::with_token(token),
            Some(None) => planned_panic(),
            // Already a violation; the copy is none of the ledger's values.
            None => Tracked { token: 0, check: 0 },
        }
    }
}

impl PartialEq for Tracked {
    fn eq(&self, other: &Tracked) -> bool {
        self.label() == other.label()
    }
}

impl fmt::Debug for Tracked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tracked({})", self.label())
    }
}

/// A zero-sized value that counts its drops, on the thread it is dropped on.
#[derive(Debug)]
pub struct TrackedZst {
    _private: (),
}

thread_local! {
    static ZST_DROPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl TrackedZst {
    /// A new value; zero-sized values have no identity, only a number.
    #[allow(clippy::new_without_default, reason = "making one is an act")]
    pub fn new() -> TrackedZst {
        TrackedZst { _private: () }
    }

    /// How many were dropped on this thread since the thread began.
    pub fn drops() -> usize {
        ZST_DROPS.get()
    }
}

impl Drop for TrackedZst {
    fn drop(&mut self) {
        ZST_DROPS.set(ZST_DROPS.get() + 1);
    }
}
