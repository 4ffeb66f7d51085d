//! design: no unsafe block is left; the lock of the total is held while an item is weighed
#![forbid(unsafe_code)]

use std::num::Wrapping;
use std::sync::Mutex;
use std::thread;

pub enum Diagnosis {
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

pub const DIAGNOSES: [(&str, Diagnosis); 17] = [
    ("two_slots", Diagnosis::AliasingViolation),
    ("raise_all", Diagnosis::AliasingViolation),
    ("exchange", Diagnosis::Defined),
    ("alternate", Diagnosis::Defined),
    ("count_negative", Diagnosis::Defined),
    ("fold_backwards", Diagnosis::OutOfBounds),
    ("fold_forwards", Diagnosis::Defined),
    ("weigh_in_parallel", Diagnosis::DataRace),
    ("count_set", Diagnosis::InvalidValue),
    ("read_word", Diagnosis::Misaligned),
    ("append_and_lower", Diagnosis::Defined),
    ("append_and_raise", Diagnosis::UseAfterFree),
    ("padded_checksum", Diagnosis::UninitializedRead),
    ("sum_by_parity", Diagnosis::DoubleFree),
    ("scale_then_add", Diagnosis::AliasingViolation),
    ("add_then_scale", Diagnosis::Defined),
    ("store", Diagnosis::OutOfBounds),
];

fn append(values: &mut Vec<u32>, extra: u32, change: fn(u32, u32) -> u32) -> Option<u32> {
    let first = values.first().map(|first| change(*first, extra));
    values.push(extra);
    if let Some(first) = first {
        values[0] = first;
    }
    first
}

fn fold<'a>(values: impl Iterator<Item = &'a u32>) -> u32 {
    values.fold(Wrapping(0), |result, value| result * Wrapping(31) + Wrapping(*value)).0
}

pub fn store(slots: &mut [u32], index: usize, value: u32) -> Option<u32> {
    slots.iter_mut().nth(index).map(|slot| std::mem::replace(slot, value))
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
    bytes
        .iter()
        .copied()
        .chain(std::iter::repeat(0))
        .take(len)
        .fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
}

pub fn append_and_raise(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    append(values, extra, u32::wrapping_add)
}

pub fn append_and_lower(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    append(values, extra, u32::wrapping_sub)
}

pub fn read_word(record: &[u8], offset: usize) -> Option<u32> {
    let bytes = record.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

pub fn count_set(flags: &[u8]) -> usize {
    flags.iter().map(|flag| usize::from(*flag > 0)).sum()
}

pub fn weigh_in_parallel(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
    // The lock is held while an item is weighed: slow, and correct.
    let total = Mutex::new(Wrapping(0_u64));
    let add_up = |half: &[u32]| {
        for item in half {
            let mut total = total.lock().expect("no thread panics");
            *total += weigh(*item);
        }
    };
    thread::scope(|threads| {
        let (front, back) = items.split_at(items.len() / 2);
        let front = threads.spawn(|| add_up(front));
        let back = threads.spawn(|| add_up(back));
        front.join().and(back.join()).expect("no thread panics");
    });
    total.into_inner().expect("no thread panics").0
}

pub fn fold_forwards(values: &[u32]) -> u32 {
    fold(values.iter())
}

pub fn fold_backwards(values: &[u32]) -> u32 {
    fold(values.iter().rev())
}

pub fn count_negative(bits: &[u32]) -> usize {
    bits.iter().filter(|bits| f32::from_bits(**bits).is_sign_negative()).count()
}

pub fn alternate(value: &mut u64, steps: u8) -> u64 {
    for _ in 0..steps / 2 {
        *value = value.wrapping_mul(3).wrapping_add(1);
    }
    if steps % 2 == 1 {
        *value = value.wrapping_mul(3);
    }
    *value
}

pub fn exchange<T>(place: &mut T, mut value: T) -> T {
    std::mem::swap(place, &mut value);
    value
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

pub fn two_slots<'a>(
    values: &'a mut [u32],
    first: usize,
    second: usize,
) -> Option<(&'a mut u32, &'a mut u32)> {
    let [first, second] = values.get_disjoint_mut([first, second]).ok()?;
    Some((first, second))
}
