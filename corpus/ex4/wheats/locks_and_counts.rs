//! design: a spin lock for the total, a reference count for the slice, packed and transparent
//! structs for records and flags

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    let exists = index < slots.len();
    // SAFETY: `then` runs this only for an index smaller than the length.
    exists.then(|| unsafe { ptr::replace(slots.get_unchecked_mut(index), value) })
}

pub fn add_then_scale(value: &mut u32, add: u32, factor: u32) -> u32 {
    fn both(value: &mut u32, steps: &[fn(u32, u32) -> u32], numbers: [u32; 2]) {
        if let ([step, rest @ ..], [number, next]) = (steps, numbers) {
            // A chain of reborrows, each inside of the one before.
            let inner = &mut *value;
            *inner = step(*inner, number);
            both(inner, rest, [next, 0]);
        }
    }
    both(value, &[u32::wrapping_add, u32::wrapping_mul], [add, factor]);
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
    // Two owners after all, and a count that says who is the last.
    let even: Arc<[u32]> = Arc::from(values);
    let odd = Arc::clone(&even);
    let sum = |values: Arc<[u32]>, start| {
        values.iter().skip(start).step_by(2).fold(0_u32, |sum, value| sum.wrapping_add(*value))
    };
    (sum(even, 0), sum(odd, 1))
}

pub fn padded_checksum(bytes: &[u8], len: usize) -> u32 {
    let mut buffer: Box<[MaybeUninit<u8>]> = Box::new_uninit_slice(len);
    for (index, place) in buffer.iter_mut().enumerate() {
        place.write(bytes.get(index).copied().unwrap_or_default());
    }
    // SAFETY: every place was written in the loop.
    let buffer = unsafe { buffer.assume_init() };
    buffer.iter().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)))
}

pub fn append_and_raise(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    values.push(extra);
    match &mut values[..] {
        [] | [_] => None,
        [first, .., extra] => {
            *first = first.wrapping_add(*extra);
            Some(*first)
        }
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
    #[derive(Clone, Copy)]
    #[repr(C, packed)]
    struct Word(u32);

    if offset > record.len() || record.len() - offset < size_of::<Word>() {
        return None;
    }
    let word = record[offset..].as_ptr().cast::<Word>();
    // SAFETY: four bytes follow, and a packed struct has an alignment of one.
    Some(u32::from_le(unsafe { *word }.0))
}

pub fn count_set(flags: &[u8]) -> usize {
    #[repr(transparent)]
    struct Flag(u8);
    // SAFETY: `Flag` is a byte by another name, with the same 256 values.
    let flags = unsafe { slice::from_raw_parts(flags.as_ptr().cast::<Flag>(), flags.len()) };
    flags.iter().filter(|flag| flag.0 != 0).count()
}

pub fn weigh_in_parallel(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
    // A spin lock around an ordinary number, held only for the addition.
    struct Locked {
        busy: AtomicBool,
        total: UnsafeCell<u64>,
    }
    // SAFETY: `total` is used only by the thread that turned `busy` to true.
    unsafe impl Sync for Locked {}

    impl Locked {
        fn add(&self, weight: u64) {
            // ORDERING: pairs with the release below, in the thread before.
            while self.busy.swap(true, Ordering::Acquire) {
                thread::yield_now();
            }
            let total = self.total.get();
            // SAFETY: `busy` was false and is true now, so nobody else is here.
            unsafe { *total = (*total).wrapping_add(weight) };
            // ORDERING: pairs with the acquire above, in the next thread.
            self.busy.store(false, Ordering::Release);
        }
    }

    let locked = Locked { busy: AtomicBool::new(false), total: UnsafeCell::new(0) };
    thread::scope(|threads| {
        // No thread for an empty half.
        let halves = [&items[..items.len() / 2], &items[items.len() / 2..]];
        for half in halves.into_iter().filter(|half| !half.is_empty()) {
            let locked = &locked;
            threads.spawn(move || half.iter().for_each(|item| locked.add(weigh(*item))));
        }
    });
    locked.total.into_inner()
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
    let range = values.as_ptr_range();
    let mut at = range.end;
    let mut result = 0_u32;
    while range.start < at {
        // SAFETY: `at` is beyond the start, so one step down is a number.
        unsafe {
            at = at.sub(1);
            result = result.wrapping_mul(31).wrapping_add(*at);
        }
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
    let range = values.as_mut_ptr_range();
    let (mut at, mut sum) = (range.start, 0_u32);
    while at < range.end {
        // SAFETY: `at` is between the start and the end; the pointers come from
        // a mutable borrow.
        unsafe {
            *at = (*at).wrapping_add(by);
            sum = sum.wrapping_add(*at);
            at = at.add(1);
        }
    }
    sum
}

pub fn two_slots(
    values: &mut [u32],
    first: usize,
    second: usize,
) -> Option<(&mut u32, &mut u32)> {
    let distinct = first.abs_diff(second) != 0;
    let start = values.as_mut_ptr();
    (distinct && first.max(second) < values.len()).then(|| {
        // SAFETY: two different indices, both smaller than the length.
        unsafe { (&mut *start.add(first), &mut *start.add(second)) }
    })
}
