//! defect: the repair goes through Pin, and T must be Unpin
//! class: api
//! stage: stable
//! shows: values of other types cannot be exchanged any more
//! caught_by: compile_fail::right_programs_are_accepted

use std::sync::atomic::{AtomicU64, Ordering};
use std::{mem, ptr, slice, thread};

/// What is wrong with a function, if anything is.
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

/// The verdict on each function as it was given.
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

/// Writes `value` into slot `index`.
///
/// Returns what the slot held before. When there is no such slot, nothing is
/// written, and the result is `None`.
pub fn store(slots: &mut [u32], index: usize, value: u32) -> Option<u32> {
    // Was: out of bounds. `index > len` lets `index == len` pass, and slot
    // number `len` is the first one outside (INV-1).
    // `get_mut` makes the comparison and the access in one step.
    let slot = slots.get_mut(index)?;
    Some(mem::replace(slot, value))
}

/// Adds `add` to `value`, then multiplies `value` by `factor`, both wrapping.
///
/// Returns the new value, which also stands in `value` afterwards.
pub fn add_then_scale(value: &mut u32, add: u32, factor: u32) -> u32 {
    // Was, and is: defined. Two mutable references to one number exist at a
    // time, but they are used in stack order (INV-2): `inner`, made last, is
    // never used again once `outer` is.
    let outer = &mut *value;
    let raw = &raw mut *outer;
    // SAFETY:
    // - valid: `raw` comes from `outer`, a reference to an initialised number;
    // - exclusive: until the last use of `inner`, on the next line, nothing else
    //   touches the number (INV-2).
    let inner = unsafe { &mut *raw };
    *inner = inner.wrapping_add(add);
    *outer = outer.wrapping_mul(factor);
    *value
}

/// Multiplies `value` by `factor`, then adds `add` to `value`, both wrapping.
///
/// Returns the new value, which also stands in `value` afterwards.
pub fn scale_then_add(value: &mut u32, factor: u32, add: u32) -> u32 {
    // Was: aliasing violation. `inner` was made first and used last, after
    // `outer` had been used: from that use on `inner` was no longer valid.
    // The repair leaves the arithmetic in its order and makes `inner` later.
    let outer = &mut *value;
    *outer = outer.wrapping_mul(factor);
    let raw = &raw mut *outer;
    // SAFETY:
    // - valid: `raw` comes from `outer`, a reference to an initialised number;
    // - exclusive: `outer` is not used any more, so `inner` is the last in the
    //   stack until it is finished with (INV-2).
    let inner = unsafe { &mut *raw };
    *inner = inner.wrapping_add(add);
    *value
}

/// Adds up the numbers at even positions and those at odd positions, wrapping,
/// and frees the slice.
///
/// Returns both sums, that of position 0, 2, 4, … first.
#[allow(clippy::boxed_local, reason = "it frees the slice, so it takes the owner")]
pub fn sum_by_parity(values: Box<[u32]>) -> (u32, u32) {
    // Was: double free. Each half had its own `Box::from_raw`, but there was one
    // allocation, which has one owner (INV-3).
    // That owner is `values`: it frees the slice at the end of this function.
    let sum_from = |start| {
        values.iter().skip(start).step_by(2).fold(0_u32, |sum, value| sum.wrapping_add(*value))
    };
    (sum_from(0), sum_from(1))
}

/// The checksum of `bytes`, cut to `len` bytes or made longer with zeros.
///
/// It begins as 0; each byte `b`, from the first to the last, turns it into
/// `checksum * 31 + b`, wrapping.
pub fn padded_checksum(bytes: &[u8], len: usize) -> u32 {
    // Was: uninitialised read. `set_len(len)` claimed bytes that nobody had
    // written whenever `bytes` was shorter than `len`.
    // `resize` writes the zeros before it counts them.
    let mut buffer: Vec<u8> = Vec::with_capacity(len);
    buffer.extend_from_slice(&bytes[..bytes.len().min(len)]);
    buffer.resize(len, 0);
    buffer.iter().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)))
}

/// Appends `extra` to `values`, and adds `extra`, wrapping, to the element that
/// was the first.
///
/// Returns that element's new value. An empty vector gets `extra` appended, and
/// the result is `None`.
pub fn append_and_raise(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    // Was: use after free. A `push` that finds no room moves all elements to a
    // new allocation and frees the old one, into which the pointer still led
    // (INV-3).
    // The reference now comes from the vector as it is, before the `push`, and
    // is finished with by then.
    let raised = values.first_mut().map(|first| {
        *first = first.wrapping_add(extra);
        *first
    });
    values.push(extra);
    raised
}

/// Appends `extra` to `values`, and subtracts `extra`, wrapping, from the
/// element that was the first.
///
/// Returns that element's new value. An empty vector gets `extra` appended, and
/// the result is `None`.
pub fn append_and_lower(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    // Was, and is: defined. `reserve(1)` comes before the pointer, so the `push`
    // finds room and moves nothing.
    if values.is_empty() {
        values.push(extra);
        return None;
    }
    values.reserve(1);
    let first = values.as_mut_ptr();
    values.push(extra);
    // SAFETY:
    // - valid: the vector was not empty, so `first` pointed to an initialised
    //   number; a `push` within the capacity does not reallocate, as the
    //   documentation of `Vec` guarantees, so it still does (INV-3);
    // - exclusive: `values` is borrowed mutably, and no reference to the number
    //   was made since `first` was (INV-2): `push` writes behind it.
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
pub fn read_word(record: &[u8], offset: usize) -> Option<u32> {
    // Was: misaligned. A `u32` may be read through a `*const u32` only at a
    // multiple of four, on every processor; a byte slice promises no alignment.
    // Bytes have none to keep. `ptr.read_unaligned()` would do as well.
    let bytes = record.get(offset..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}

/// The number of bytes that are not zero.
pub fn count_set(flags: &[u8]) -> usize {
    // Was: invalid value. Size and alignment are right, yet `bool` has two
    // values, 0 and 1, and bytes have 256.
    // A comparison makes a `bool` of every byte.
    flags.iter().filter(|flag| **flag != 0).count()
}

/// Adds up, wrapping, what `weigh` says of each item, on two threads.
///
/// The first `items.len() / 2` items are weighed on one thread, the others on
/// another one; the calling thread may be one of the two. Each item is weighed
/// once. `weigh` does not panic.
pub fn weigh_in_parallel(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
    // Was: data race. Both threads read and wrote one plain number. That both
    // ended before it did makes it no dangling pointer, but orders nothing.
    // An atomic number is changed in one step, so no sum is lost either. The
    // hand-written `unsafe impl Sync` is gone: an `AtomicU64` is `Sync`.
    let total = AtomicU64::new(0);
    let add_up = |items: &[u32]| {
        for item in items {
            // ORDERING: no other memory hangs on the total, so relaxed will do;
            // the end of the scope below orders all of it before `into_inner`.
            total.fetch_add(weigh(*item), Ordering::Relaxed);
        }
    };
    let (front, back) = items.split_at(items.len() / 2);
    thread::scope(|threads| {
        threads.spawn(|| add_up(front));
        threads.spawn(|| add_up(back));
    });
    total.into_inner()
}

/// Folds `values` from the first to the last: the result begins as 0, and each
/// number `v` turns it into `result * 31 + v`, wrapping.
pub fn fold_forwards(values: &[u32]) -> u32 {
    // Was, and is: defined. `stop` is one past the last number: a pointer may be
    // there, it may not be read there (INV-1).
    let mut at = values.as_ptr();
    // SAFETY: one past the last number is as far as the pointer goes (INV-1).
    let stop = unsafe { at.add(values.len()) };
    let mut result = 0_u32;
    while at != stop {
        // SAFETY: `at` went up from the start in single steps and is not at
        // `stop`, so it points to one of the numbers (INV-1).
        result = result.wrapping_mul(31).wrapping_add(unsafe { *at });
        // SAFETY: one step beyond a number is another one, or `stop` (INV-1).
        at = unsafe { at.add(1) };
    }
    result
}

/// Folds `values` from the last to the first: the result begins as 0, and each
/// number `v` turns it into `result * 31 + v`, wrapping.
pub fn fold_backwards(values: &[u32]) -> u32 {
    // Was: out of bounds. `start.sub(1)` lies before the allocation, and `sub`
    // itself forbids that, whether or not the pointer is ever read (INV-1).
    // The pointer now goes down first and is read afterwards, so it never has to
    // pass the start.
    let start = values.as_ptr();
    // SAFETY: one past the last number is as far as the pointer goes (INV-1).
    let mut at = unsafe { start.add(values.len()) };
    let mut result = 0_u32;
    while at != start {
        // SAFETY: `at` is beyond the start, so one step down is a number (INV-1).
        at = unsafe { at.sub(1) };
        // SAFETY: `at` points to one of the numbers, as of the line above.
        result = result.wrapping_mul(31).wrapping_add(unsafe { *at });
    }
    result
}

const _: () = assert!(
    size_of::<f32>() == size_of::<u32>() && align_of::<f32>() == align_of::<u32>(),
    "`count_negative` looks at the one as the other"
);

/// The number of entries that have their sign bit set when their bits are taken
/// for an `f32`: -1.0, -0.0 and negative NaNs alike.
pub fn count_negative(bits: &[u32]) -> usize {
    // Was, and is: defined. Unlike `bool`, `f32` has a value for each pattern of
    // its 32 bits.
    // SAFETY:
    // - the same memory, length and lifetime as `bits` (INV-1);
    // - aligned, and of the same size: asserted above;
    // - initialised, and valid: every pattern of 32 bits is an `f32`;
    // - nobody writes to it: `bits` is borrowed as long as `floats` is used.
    let floats = unsafe { slice::from_raw_parts(bits.as_ptr().cast::<f32>(), bits.len()) };
    floats.iter().filter(|float| float.is_sign_negative()).count()
}

/// Does `steps` steps with `value`: it is tripled in the first, raised by one in
/// the second, tripled in the third, and so on, wrapping.
///
/// Returns the new value, which also stands in `value` afterwards.
pub fn alternate(value: &mut u64, steps: u8) -> u64 {
    // Was, and is: defined. Two copies of one raw pointer are no two owners:
    // neither promises that it is alone (INV-2).
    let triple = &raw mut *value;
    let raise = triple;
    for step in 0..steps {
        // SAFETY:
        // - valid: both lead to the initialised number that `value` borrows;
        // - `value` itself is not used until the last use of both (INV-2).
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
pub fn exchange<T: Unpin>(place: &mut T, value: T) -> T {
    mem::replace(std::pin::Pin::new(place).get_mut(), value)
}

/// Adds `by` to each of `values`, wrapping.
///
/// Returns the sum of the new values, wrapping.
pub fn raise_all(values: &mut [u32], by: u32) -> u32 {
    // Was: aliasing violation. `as_ptr` borrows the slice as shared, and a
    // pointer from a shared borrow must not write, whatever it is cast to.
    // `as_mut_ptr` borrows it mutably.
    let len = values.len();
    let start = values.as_mut_ptr();
    for index in 0..len {
        // SAFETY: `index < len`, so this is one of the numbers (INV-1), which
        // `start` may write to: it comes from a mutable borrow of them (INV-2).
        let value = unsafe { &mut *start.add(index) };
        *value = value.wrapping_add(by);
    }
    values.iter().fold(0, |sum: u32, value| sum.wrapping_add(*value))
}

/// References to two elements at once: to number `first`, then to number
/// `second`.
///
/// `None` when one of them does not exist, or when there are no two of them
/// because both numbers are the same.
pub fn two_slots(
    values: &mut [u32],
    first: usize,
    second: usize,
) -> Option<(&mut u32, &mut u32)> {
    // Was: aliasing violation. With `first == second` the caller held two
    // mutable references to one element.
    if first >= values.len() || second >= values.len() || first == second {
        return None;
    }
    let start = values.as_mut_ptr();
    // SAFETY:
    // - both are smaller than the length, so these are two of the numbers
    //   (INV-1);
    // - they are different, so the references do not overlap;
    // - both borrow from `values`, which nobody can use as long as they live.
    unsafe { Some((&mut *start.add(first), &mut *start.add(second))) }
}
