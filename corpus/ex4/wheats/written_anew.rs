//! design: the verdicts stand in a slice, in the order of an alphabet, and the enum knows one
//! more; every function is written anew, and the calling thread weighs one half itself

use std::cell::UnsafeCell;
use std::num::Wrapping;
use std::{process, ptr, thread};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Diagnosis {
    Unknown,
    OutOfBounds,
    AliasingViolation,
    DoubleFree,
    UninitializedRead,
    UseAfterFree,
    Misaligned,
    InvalidValue,
    DataRace,
    Defined,
}

use Diagnosis::*;

pub const DIAGNOSES: &[(&str, Diagnosis)] = &[
    ("add_then_scale", Defined),
    ("alternate", Defined),
    ("append_and_lower", Defined),
    ("append_and_raise", UseAfterFree),
    ("count_negative", Defined),
    ("count_set", InvalidValue),
    ("exchange", Defined),
    ("fold_backwards", OutOfBounds),
    ("fold_forwards", Defined),
    ("padded_checksum", UninitializedRead),
    ("raise_all", AliasingViolation),
    ("read_word", Misaligned),
    ("scale_then_add", AliasingViolation),
    ("store", OutOfBounds),
    ("sum_by_parity", DoubleFree),
    ("two_slots", AliasingViolation),
    ("weigh_in_parallel", DataRace),
];

/// Not asked for, and no harm.
impl std::str::FromStr for Diagnosis {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "defined" => Ok(Diagnosis::Defined),
            "undefined" => Ok(Diagnosis::Unknown),
            _ => Err("no verdict"),
        }
    }
}

pub mod helpers {
    /// Folds like the exercise does.
    pub fn fold(values: impl Iterator<Item = u32>) -> u32 {
        values.fold(0, |result: u32, value| result.wrapping_mul(31).wrapping_add(value))
    }
}
use helpers::fold;

#[inline(never)]
pub extern "Rust" fn store(slots: &mut [u32], index: usize, value: u32) -> Option<u32> {
    match slots {
        [first, ..] if index == 0 => Some(std::mem::replace(first, value)),
        [_, rest @ ..] => store(rest, index - 1, value),
        [] => None,
    }
}

pub const fn add_then_scale(value: &mut u32, add: u32, factor: u32) -> u32 {
    *value = value.wrapping_add(add).wrapping_mul(factor);
    *value
}

pub const fn scale_then_add(value: &mut u32, factor: u32, add: u32) -> u32 {
    *value = value.wrapping_mul(factor).wrapping_add(add);
    *value
}

#[must_use]
pub fn sum_by_parity(values: Box<[u32]>) -> (u32, u32) {
    let (mut this, mut other) = (0, 0);
    for value in values.into_vec().into_iter().rev() {
        (this, other) = (value.wrapping_add(other), this);
    }
    (this, other)
}

pub fn padded_checksum(bytes: &[u8], len: usize) -> u32 {
    // Each zero multiplies by 31: no buffer is needed.
    let kept = &bytes[..bytes.len().min(len)];
    let mut sum = fold(kept.iter().map(|byte| u32::from(*byte)));
    for _ in kept.len()..len {
        sum = sum.wrapping_mul(31);
    }
    sum
}

pub fn append_and_raise(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    // A new vector in place of the old one, even when there was room.
    let raised = values.first().map(|first| first.wrapping_add(extra));
    *values = raised.into_iter().chain(values.drain(..).skip(1)).chain([extra]).collect();
    raised
}

pub fn append_and_lower(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    let lowered = values.first_mut().map(|first| {
        *first = first.wrapping_sub(extra);
        *first
    });
    values.insert(values.len(), extra);
    lowered
}

pub fn read_word(record: &[u8], offset: usize) -> Option<u32> {
    let bytes = record.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

pub fn count_set(flags: &[u8]) -> usize {
    flags.iter().map(|flag| usize::from(*flag > 0)).sum()
}

pub fn weigh_in_parallel(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
    /// Ends the process if a thread unwinds while the other still writes.
    struct AbortOnUnwind;
    impl Drop for AbortOnUnwind {
        fn drop(&mut self) {
            if thread::panicking() {
                process::abort();
            }
        }
    }
    /// One total for each thread, in one block, apart from each other.
    struct Totals(UnsafeCell<[u64; 2]>);
    // SAFETY: thread `n` uses nothing but element `n`, until it has been joined.
    unsafe impl Sync for Totals {}

    fn add_up(totals: &Totals, n: usize, items: &[u32], weigh: fn(u32) -> u64) {
        let _abort = AbortOnUnwind;
        let total = totals.0.get().cast::<u64>().wrapping_add(n);
        for item in items {
            // SAFETY: element `n` belongs to this thread.
            unsafe { total.write(total.read().wrapping_add(weigh(*item))) };
        }
    }

    let totals = Totals(UnsafeCell::new([0; 2]));
    let (front, back) = items.split_at(items.len() / 2);
    thread::scope(|threads| {
        if !front.is_empty() {
            threads.spawn(|| add_up(&totals, 0, front, weigh));
        }
        // The calling thread takes the second half.
        add_up(&totals, 1, back, weigh);
    });
    let [front, back] = totals.0.into_inner();
    front.wrapping_add(back)
}

pub fn fold_forwards(values: &[u32]) -> u32 {
    fold(values.iter().copied())
}

pub fn fold_backwards(values: &[u32]) -> u32 {
    fold(values.iter().rev().copied())
}

pub fn count_negative(bits: &[u32]) -> usize {
    bits.iter().map(|bits| (bits >> 31) as usize).sum()
}

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

pub fn exchange<T>(place: &mut T, value: T) -> T {
    // SAFETY: `place` points to a value; the copy of it is handed to the caller.
    let before = unsafe { ptr::read(place) };
    // SAFETY: `place` is writable, and `write` drops nothing.
    unsafe { ptr::write(place, value) };
    before
}

pub fn raise_all(values: &mut [u32], by: u32) -> u32 {
    values
        .iter_mut()
        .map(|value| {
            *value = value.wrapping_add(by);
            Wrapping(*value)
        })
        .sum::<Wrapping<u32>>()
        .0
}

pub fn two_slots<'s>(
    values: &'s mut [u32],
    first: usize,
    second: usize,
) -> Option<(&'s mut u32, &'s mut u32)> {
    let mut slots = [None, None];
    for (index, value) in values.iter_mut().enumerate() {
        if index == first {
            slots[0] = Some(value);
        } else if index == second {
            slots[1] = Some(value);
        }
    }
    let [first, second] = slots;
    first.zip(second)
}
