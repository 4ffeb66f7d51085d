//! The instruments that the graded suites share.
//!
//! A suite judges code that it has never seen, so it looks only at what the
//! contract of the exercise promises, and it looks through instruments:
//!
//! - [`audit`]: a global allocator that notices misuse of memory;
//! - [`ledger`]: values that notice when they are dropped twice or never;
//! - [`c_heap`]: what can be seen of the heap that C's `malloc` uses;
//! - [`child`]: a process of its own for what ends in an abort;
//! - [`cliff`]: input behind which nothing can be read;
//! - [`property`]: quickcheck with answers that teach;
//! - [`probe`]: which traits a type implements;
//! - [`ui`]: programs that must not compile;
//! - [`findings`]: what a student found wrong with given code;
//! - [`patience`]: time for code that is slow and right;
//! - [`record`]: proof that a test ran to its end;
//! - [`quiet`]: panics without their noise.
//!
//! Each has tests in `tests/instruments.rs` that show it catching what it is
//! for.

pub mod audit;
pub mod c_heap;
pub mod child;
pub mod cliff;
pub mod findings;
pub mod ledger;
pub mod patience;
pub mod probe;
pub mod property;
pub mod quiet;
pub mod record;
pub mod ui;

/// How much of something a test does: `native`, or `miri` under Miri, which is some
/// hundred times slower.
pub const fn brief<T: Copy>(native: T, miri: T) -> T {
    if cfg!(miri) { miri } else { native }
}
