//! defect: the second of the two references no longer borrows from the slice
//! class: lifetimes
//! stage: stable
//! shows: a reference outlives the slice that it leads into
//! caught_by: compile_fail::wrong_programs_are_refused

use std::{ptr, slice, thread};

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
    ("store", Diagnosis::OutOfBounds),
    ("add_then_scale", Diagnosis::Defined),
    ("scale_then_add", Diagnosis::AliasingViolation),
    ("sum_by_parity", Diagnosis::DoubleFree),
    ("padded_checksum", Diagnosis::UninitializedRead),
    ("append_and_raise", Diagnosis::UseAfterFree),
    ("append_and_lower", Diagnosis::Defined),
    ("read_word", Diagnosis::Misaligned),
    ("count_set", Diagnosis::InvalidValue),
    ("weigh_in_parallel", Diagnosis::DataRace),
    ("fold_forwards", Diagnosis::Defined),
    ("fold_backwards", Diagnosis::OutOfBounds),
    ("count_negative", Diagnosis::Defined),
    ("alternate", Diagnosis::Defined),
    ("exchange", Diagnosis::Defined),
    ("raise_all", Diagnosis::AliasingViolation),
    ("two_slots", Diagnosis::AliasingViolation),
];

pub fn store(slots: &mut [u32], index: usize, value: u32) -> Option<u32> {
    if index >= slots.len() {
        return None;
    }
    let start = slots.as_mut_ptr();
    // SAFETY: the index is smaller than the length.
    Some(unsafe { start.add(index).replace(value) })
}

pub fn add_then_scale(value: &mut u32, add: u32, factor: u32) -> u32 {
    let outer = &mut *value;
    let raw = &raw mut *outer;
    // SAFETY: `raw` was made from a reference that is still alive.
    let inner = unsafe { &mut *raw };
    *inner = inner.wrapping_add(add);
    *outer = outer.wrapping_mul(factor);
    *value
}

pub fn scale_then_add(value: &mut u32, factor: u32, add: u32) -> u32 {
    let raw = &raw mut *value;
    // SAFETY: `raw` points to the number that `value` borrows, and nothing else
    // uses it until the block ends.
    unsafe {
        *raw = (*raw).wrapping_mul(factor);
        *raw = (*raw).wrapping_add(add);
        *raw
    }
}

pub fn sum_by_parity(values: Box<[u32]>) -> (u32, u32) {
    let raw = Box::into_raw(values);
    // SAFETY: `raw` points to the slice that the box has just given up.
    let values = unsafe { &*raw };
    let sum_from = |start| {
        values.iter().skip(start).step_by(2).fold(0_u32, |sum, value| sum.wrapping_add(*value))
    };
    let (even, odd) = (sum_from(0), sum_from(1));
    // SAFETY: `raw` came from `Box::into_raw` and is not used again.
    drop(unsafe { Box::from_raw(raw) });
    (even, odd)
}

pub fn padded_checksum(bytes: &[u8], len: usize) -> u32 {
    let mut buffer = vec![0_u8; len];
    let kept = bytes.len().min(len);
    buffer[..kept].copy_from_slice(&bytes[..kept]);
    buffer.iter().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)))
}

pub fn append_and_raise(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    if values.is_empty() {
        values.push(extra);
        return None;
    }
    values.push(extra);
    let first = values.as_mut_ptr();
    // SAFETY: the vector is not empty, and `first` was asked for after the push.
    unsafe {
        *first = (*first).wrapping_add(extra);
        Some(*first)
    }
}

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

pub fn read_word(record: &[u8], offset: usize) -> Option<u32> {
    let last = record.len().checked_sub(size_of::<u32>())?;
    if offset > last {
        return None;
    }
    // SAFETY: `offset` is at most `last`, which lies inside the record.
    let word = unsafe { record.as_ptr().add(offset) }.cast::<u32>();
    // SAFETY: the four bytes from `offset` on lie inside the record, all of them
    // are initialised, and `read_unaligned` asks for no alignment.
    Some(u32::from_le(unsafe { word.read_unaligned() }))
}

pub fn count_set(flags: &[u8]) -> usize {
    flags.iter().filter(|flag| **flag != 0).count()
}

pub fn weigh_in_parallel(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
    fn add_up(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
        items.iter().fold(0_u64, |total, item| total.wrapping_add(weigh(*item)))
    }

    let (front, back) = items.split_at(items.len() / 2);
    thread::scope(|threads| {
        let front = threads.spawn(|| add_up(front, weigh));
        let back = add_up(back, weigh);
        front.join().expect("`weigh` does not panic").wrapping_add(back)
    })
}

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

pub fn fold_backwards(values: &[u32]) -> u32 {
    let start = values.as_ptr();
    let mut result = 0_u32;
    for index in (0..values.len()).rev() {
        // SAFETY: the index is smaller than the length.
        result = result.wrapping_mul(31).wrapping_add(unsafe { *start.add(index) });
    }
    result
}

pub fn count_negative(bits: &[u32]) -> usize {
    // SAFETY: `f32` has the size and the alignment of `u32`.
    let floats = unsafe { slice::from_raw_parts(bits.as_ptr().cast::<f32>(), bits.len()) };
    floats.iter().filter(|float| float.is_sign_negative()).count()
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
    let len = values.len();
    let start = values.as_mut_ptr();
    for index in 0..len {
        // SAFETY: the index is smaller than the length, and `values` borrows the
        // numbers mutably.
        unsafe { *start.add(index) = (*start.add(index)).wrapping_add(by) };
    }
    values.iter().fold(0, |sum: u32, value| sum.wrapping_add(*value))
}

pub fn two_slots<'a, 'b>(
    values: &'b mut [u32],
    first: usize,
    second: usize,
) -> Option<(&'b mut u32, &'a mut u32)> {
    if first == second || first >= values.len() || second >= values.len() {
        return None;
    }
    let start = values.as_mut_ptr();
    // SAFETY: both indices are smaller than the length, and they differ.
    unsafe { Some((&mut *start.add(first), &mut *start.add(second))) }
}
