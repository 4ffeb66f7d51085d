//! # Exercise 4: undefined behaviour, find it and repair it
//!
//! Goal: tell code that is undefined from code that only looks so, and repair
//! the one without touching what the other does.
//!
//! Each function below compiles, and most of them return the right number on
//! most days. Some are undefined for some arguments. The `SAFETY` comments are
//! claims of whoever wrote the code: some of them are wrong.
//!
//! Rules that the tests check:
//!
//! - Every function keeps its name and its signature, and stays a safe `fn`:
//!   after the repair no arguments at all may lead to undefined behaviour.
//! - Every function does and returns what its documentation says. A repair that
//!   leaves out the effect is none.
//! - A function that is defined already goes on doing what it does. You may
//!   leave it as it is.
//! - Your verdicts stand in [`DIAGNOSES`] and are judged apart from your
//!   repairs.
//!
//! For each TODO: read the function, decide, write the verdict down, repair the
//! function if it needs it. Then run `just check ex4`; with Miri installed,
//! `just miri ex4`. Stuck? `just hint ex4`.

use std::cell::UnsafeCell;
use std::{ptr, slice, thread};

/// What is wrong with a function, if anything is.
///
/// A verdict holds for the function as it was given to you. If there is a safe
/// call of it that is undefined, the verdict names the rule that is broken.
pub enum Diagnosis {
    /// Memory outside of an allocation is used, or a pointer is moved there.
    OutOfBounds,
    /// A reference is not what it promises to be: shared and unchanging, or
    /// exclusive.
    AliasingViolation,
    /// What one owner has freed, a second owner frees again.
    DoubleFree,
    /// Memory is read before anything was written to it.
    UninitializedRead,
    /// Memory is used after it has been freed.
    UseAfterFree,
    /// A value is accessed at an address that its type does not allow.
    Misaligned,
    /// A type is given bits that are no value of it.
    InvalidValue,
    /// Two threads use the same memory, one writes, and nothing orders them.
    DataRace,
    /// No safe call is undefined.
    Defined,
}

/// Your verdicts: one entry for each function, in any order.
///
/// TODO(ex4.0): fill this in as you go, such as `("store", Diagnosis::Defined)`
/// (which may be wrong), and write the number of entries in place of the 0.
pub const DIAGNOSES: [(&str, Diagnosis); 0] = [];

/// Writes `value` into slot `index`.
///
/// Returns what the slot held before. When there is no such slot, nothing is
/// written, and the result is `None`.
// TODO(ex4.1): verdict, and repair if it needs one.
pub fn store(slots: &mut [u32], index: usize, value: u32) -> Option<u32> {
    if index > slots.len() {
        return None;
    }
    let start = slots.as_mut_ptr();
    // SAFETY: the index was compared with the length above.
    let slot = unsafe { &mut *start.add(index) };
    let before = *slot;
    *slot = value;
    Some(before)
}

/// Adds `add` to `value`, then multiplies `value` by `factor`, both wrapping.
///
/// Returns the new value, which also stands in `value` afterwards.
// TODO(ex4.2): verdict, and repair if it needs one.
pub fn add_then_scale(value: &mut u32, add: u32, factor: u32) -> u32 {
    let outer = &mut *value;
    let raw = &raw mut *outer;
    // SAFETY: `raw` was made from a reference that is still alive.
    let inner = unsafe { &mut *raw };
    *inner = inner.wrapping_add(add);
    *outer = outer.wrapping_mul(factor);
    *value
}

/// Multiplies `value` by `factor`, then adds `add` to `value`, both wrapping.
///
/// Returns the new value, which also stands in `value` afterwards.
// TODO(ex4.3): verdict, and repair if it needs one.
pub fn scale_then_add(value: &mut u32, factor: u32, add: u32) -> u32 {
    let outer = &mut *value;
    let raw = &raw mut *outer;
    // SAFETY: `raw` was made from a reference that is still alive.
    let inner = unsafe { &mut *raw };
    *outer = outer.wrapping_mul(factor);
    *inner = inner.wrapping_add(add);
    *value
}

/// Adds up the numbers at even positions and those at odd positions, wrapping,
/// and frees the slice.
///
/// Returns both sums, that of position 0, 2, 4, … first.
// TODO(ex4.4): verdict, and repair if it needs one.
#[allow(clippy::boxed_local, reason = "it frees the slice, so it takes the owner")]
pub fn sum_by_parity(values: Box<[u32]>) -> (u32, u32) {
    let raw = Box::into_raw(values);
    // SAFETY: `raw` points to the slice that the box has just given up.
    let values = unsafe { &*raw };
    let sum_from = |start| {
        values.iter().skip(start).step_by(2).fold(0_u32, |sum, value| sum.wrapping_add(*value))
    };
    let (even, odd) = (sum_from(0), sum_from(1));
    // SAFETY: `raw` came from `Box::into_raw`; the even half is done with.
    drop(unsafe { Box::from_raw(raw) });
    // SAFETY: `raw` came from `Box::into_raw`; the odd half is done with.
    drop(unsafe { Box::from_raw(raw) });
    (even, odd)
}

/// The checksum of `bytes`, cut to `len` bytes or made longer with zeros.
///
/// It begins as 0; each byte `b`, from the first to the last, turns it into
/// `checksum * 31 + b`, wrapping.
// TODO(ex4.5): verdict, and repair if it needs one.
pub fn padded_checksum(bytes: &[u8], len: usize) -> u32 {
    let mut buffer: Vec<u8> = Vec::with_capacity(len);
    let kept = bytes.len().min(len);
    // SAFETY: `kept` bytes can be read from `bytes`, and the buffer has room for
    // `len` bytes, which are no fewer.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), buffer.as_mut_ptr(), kept);
        buffer.set_len(len);
    }
    buffer.iter().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)))
}

/// Appends `extra` to `values`, and adds `extra`, wrapping, to the element that
/// was the first.
///
/// Returns that element's new value. An empty vector gets `extra` appended, and
/// the result is `None`.
// TODO(ex4.6): verdict, and repair if it needs one.
pub fn append_and_raise(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    if values.is_empty() {
        values.push(extra);
        return None;
    }
    let first = values.as_mut_ptr();
    values.push(extra);
    // SAFETY: the vector is not empty, so `first` points to its first element.
    unsafe {
        *first = (*first).wrapping_add(extra);
        Some(*first)
    }
}

/// Appends `extra` to `values`, and subtracts `extra`, wrapping, from the
/// element that was the first.
///
/// Returns that element's new value. An empty vector gets `extra` appended, and
/// the result is `None`.
// TODO(ex4.7): verdict, and repair if it needs one.
pub fn append_and_lower(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    if values.is_empty() {
        values.push(extra);
        return None;
    }
    values.reserve(1);
    let first = values.as_mut_ptr();
    values.push(extra);
    // SAFETY: the vector is not empty, so `first` points to its first element.
    unsafe {
        *first = (*first).wrapping_sub(extra);
        Some(*first)
    }
}

/// The number that stands in the four bytes from `offset` on, the least
/// significant byte first.
///
/// `None` when the record does not hold four bytes from there on. Any offset
/// may be asked for: the fields of a packed record stand where they stand.
// TODO(ex4.8): verdict, and repair if it needs one.
pub fn read_word(record: &[u8], offset: usize) -> Option<u32> {
    let last = record.len().checked_sub(size_of::<u32>())?;
    if offset > last {
        return None;
    }
    // SAFETY: `offset` is at most `last`, which lies inside the record.
    let word = unsafe { record.as_ptr().add(offset) }.cast::<u32>();
    // SAFETY: the four bytes from `offset` on lie inside the record, and all of
    // them are initialised.
    Some(u32::from_le(unsafe { *word }))
}

/// The number of bytes that are not zero.
// TODO(ex4.9): verdict, and repair if it needs one.
pub fn count_set(flags: &[u8]) -> usize {
    // SAFETY: `bool` has the size and the alignment of `u8`, and zero is `false`.
    let flags = unsafe { slice::from_raw_parts(flags.as_ptr().cast::<bool>(), flags.len()) };
    flags.iter().filter(|flag| **flag).count()
}

/// Adds up, wrapping, what `weigh` says of each item, on two threads.
///
/// The first `items.len() / 2` items are weighed on one thread, the others on
/// another one; the calling thread may be one of the two. Each item is weighed
/// once. `weigh` does not panic.
// TODO(ex4.10): verdict, and repair if it needs one.
pub fn weigh_in_parallel(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
    struct Total(UnsafeCell<u64>);
    // SAFETY: the total is a plain number, and both threads end before it does.
    unsafe impl Sync for Total {}

    fn add_up(total: &Total, items: &[u32], weigh: fn(u32) -> u64) {
        let total = total.0.get();
        for item in items {
            // SAFETY: the pointer comes from a reference that outlives the loop.
            unsafe { *total = (*total).wrapping_add(weigh(*item)) };
        }
    }

    let total = Total(UnsafeCell::new(0));
    let (front, back) = items.split_at(items.len() / 2);
    thread::scope(|threads| {
        threads.spawn(|| add_up(&total, front, weigh));
        threads.spawn(|| add_up(&total, back, weigh));
    });
    total.0.into_inner()
}

/// Folds `values` from the first to the last: the result begins as 0, and each
/// number `v` turns it into `result * 31 + v`, wrapping.
// TODO(ex4.11): verdict, and repair if it needs one.
pub fn fold_forwards(values: &[u32]) -> u32 {
    let mut at = values.as_ptr();
    // SAFETY: the slice holds `len` numbers from its start on.
    let stop = unsafe { at.add(values.len()) };
    let mut result = 0_u32;
    while at != stop {
        // SAFETY: `at` has not reached `stop`, so it points to a number.
        unsafe {
            result = result.wrapping_mul(31).wrapping_add(*at);
            at = at.add(1);
        }
    }
    result
}

/// Folds `values` from the last to the first: the result begins as 0, and each
/// number `v` turns it into `result * 31 + v`, wrapping.
// TODO(ex4.12): verdict, and repair if it needs one.
pub fn fold_backwards(values: &[u32]) -> u32 {
    let start = values.as_ptr();
    // SAFETY: `stop` is compared and never read; from it to the last number it
    // is `len` steps.
    let (stop, mut at) = unsafe {
        let stop = start.sub(1);
        (stop, stop.add(values.len()))
    };
    let mut result = 0_u32;
    while at != stop {
        // SAFETY: `at` has not reached `stop`, so it points to a number.
        unsafe {
            result = result.wrapping_mul(31).wrapping_add(*at);
            at = at.sub(1);
        }
    }
    result
}

/// The number of entries that have their sign bit set when their bits are taken
/// for an `f32`: -1.0, -0.0 and negative NaNs alike.
// TODO(ex4.13): verdict, and repair if it needs one.
pub fn count_negative(bits: &[u32]) -> usize {
    // SAFETY: `f32` has the size and the alignment of `u32`.
    let floats = unsafe { slice::from_raw_parts(bits.as_ptr().cast::<f32>(), bits.len()) };
    floats.iter().filter(|float| float.is_sign_negative()).count()
}

/// Does `steps` steps with `value`: it is tripled in the first, raised by one in
/// the second, tripled in the third, and so on, wrapping.
///
/// Returns the new value, which also stands in `value` afterwards.
// TODO(ex4.14): verdict, and repair if it needs one.
pub fn alternate(value: &mut u64, steps: u8) -> u64 {
    let triple = &raw mut *value;
    let raise = triple;
    for step in 0..steps {
        // SAFETY: both pointers lead to the number that `value` borrows.
        unsafe {
            if step % 2 == 0 {
                *triple = (*triple).wrapping_mul(3);
            } else {
                *raise = (*raise).wrapping_add(1);
            }
        }
    }
    *value
}

/// Puts `value` into `place`.
///
/// Returns what was there before. Nothing is dropped.
// TODO(ex4.15): verdict, and repair if it needs one.
pub fn exchange<T>(place: &mut T, value: T) -> T {
    // SAFETY: `place` points to a value; the copy of it is handed to the caller.
    let before = unsafe { ptr::read(place) };
    // SAFETY: `place` is writable, and `write` drops nothing.
    unsafe { ptr::write(place, value) };
    before
}

/// Adds `by` to each of `values`, wrapping.
///
/// Returns the sum of the new values, wrapping.
// TODO(ex4.16): verdict, and repair if it needs one.
pub fn raise_all(values: &mut [u32], by: u32) -> u32 {
    let start = values.as_ptr().cast_mut();
    for index in 0..values.len() {
        // SAFETY: the index is smaller than the length, and `values` borrows the
        // numbers mutably.
        unsafe { *start.add(index) = (*start.add(index)).wrapping_add(by) };
    }
    values.iter().fold(0, |sum: u32, value| sum.wrapping_add(*value))
}

/// References to two elements at once: to number `first`, then to number
/// `second`.
///
/// `None` when one of them does not exist, or when there are no two of them
/// because both numbers are the same.
// TODO(ex4.17): verdict, and repair if it needs one.
pub fn two_slots(
    values: &mut [u32],
    first: usize,
    second: usize,
) -> Option<(&mut u32, &mut u32)> {
    if first >= values.len() || second >= values.len() {
        return None;
    }
    let start = values.as_mut_ptr();
    // SAFETY: both indices are smaller than the length.
    unsafe { Some((&mut *start.add(first), &mut *start.add(second))) }
}
