//! design: buffers come from `std::alloc`, the vector is taken apart and put together, and
//! the threads send each weight through a channel

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::sync::mpsc;
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
    let all = slots.as_mut_ptr_range();
    let slot = all.start.wrapping_add(index);
    if index > isize::MAX as usize / size_of::<u32>() || !all.contains(&slot) {
        return None;
    }
    // SAFETY: the pointer lies between the first slot and the end, and the index
    // was too small for it to have come round.
    Some(mem::replace(unsafe { &mut *slot }, value))
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
    struct Free(*mut u32, usize);
    impl Drop for Free {
        fn drop(&mut self) {
            let layout = Layout::array::<u32>(self.1).expect("the slice exists");
            if layout.size() > 0 {
                // SAFETY: a box of a slice that is not empty owns memory of the
                // global allocator with the layout of the slice.
                unsafe { dealloc(self.0.cast(), layout) };
            }
        }
    }
    let len = values.len();
    let owner = Free(Box::into_raw(values).cast::<u32>(), len);
    let mut sums = [0_u32; 2];
    for index in 0..len {
        // SAFETY: the index is smaller than the length.
        let value = unsafe { *owner.0.add(index) };
        sums[index % 2] = sums[index % 2].wrapping_add(value);
    }
    (sums[0], sums[1])
}

pub fn padded_checksum(bytes: &[u8], len: usize) -> u32 {
    if len == 0 {
        return 0;
    }
    let layout = Layout::array::<u8>(len).expect("capacity overflow");
    // SAFETY: the layout is not empty.
    let buffer = unsafe { alloc_zeroed(layout) };
    if buffer.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: the smaller of both lengths fits both sides, which do not overlap.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len().min(len)) };
    // SAFETY: `len` bytes, all of them zero or copied.
    let filled = unsafe { slice::from_raw_parts(buffer, len) };
    let sum = filled
        .iter()
        .fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    // SAFETY: the buffer came from `alloc_zeroed` with this layout.
    unsafe { dealloc(buffer, layout) };
    sum
}

pub fn append_and_raise(values: &mut Vec<u32>, extra: u32) -> Option<u32> {
    // The vector is taken apart, grown and put together again.
    let (len, cap) = (values.len(), values.capacity());
    let mut old = ManuallyDrop::new(mem::take(values));
    // SAFETY: these are the parts of `old`, which is not used again.
    let mut grown = unsafe { Vec::from_raw_parts(old.as_mut_ptr(), len, cap) };
    grown.reserve(1);
    // SAFETY: there is room for one more, which is written before it counts.
    unsafe {
        grown.as_mut_ptr().add(len).write(extra);
        grown.set_len(len + 1);
    }
    *values = grown;
    let (_, before) = values.split_last_mut()?;
    let first = before.first_mut()?;
    *first = first.wrapping_add(extra);
    Some(*first)
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
    let end = offset.checked_add(4).filter(|end| *end <= record.len())?;
    let mut word = MaybeUninit::<[u8; 4]>::uninit();
    // SAFETY: four bytes up to `end` lie inside the record, and four bytes fit.
    unsafe {
        ptr::copy_nonoverlapping(record[offset..end].as_ptr(), word.as_mut_ptr().cast(), 4);
    }
    // SAFETY: all four bytes were written.
    Some(u32::from_le_bytes(unsafe { word.assume_init() }))
}

pub fn count_set(flags: &[u8]) -> usize {
    let flags: Vec<bool> = flags.iter().map(|flag| *flag != 0).collect();
    // SAFETY: every `bool` is a byte, 0 or 1.
    let bytes = unsafe { slice::from_raw_parts(flags.as_ptr().cast::<u8>(), flags.len()) };
    bytes.iter().map(|byte| *byte as usize).sum()
}

pub fn weigh_in_parallel(items: &[u32], weigh: fn(u32) -> u64) -> u64 {
    let (sender, receiver) = mpsc::channel();
    let (front, back) = items.split_at(items.len() / 2);
    // Nothing is borrowed, so no scope is needed.
    let workers = [front.to_vec(), back.to_vec()].map(|half| {
        let sender = sender.clone();
        thread::spawn(move || {
            for item in half {
                sender.send(weigh(item)).expect("the receiver waits");
            }
        })
    });
    drop(sender);
    let total = receiver.iter().fold(0, u64::wrapping_add);
    for worker in workers {
        worker.join().expect("`weigh` does not panic");
    }
    total
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
    let stop = start.wrapping_sub(1);
    let mut at = stop.wrapping_add(values.len());
    let mut result = 0_u32;
    while at != stop {
        // SAFETY: `at` is between the last and the first number.
        result = result.wrapping_mul(31).wrapping_add(unsafe { at.read() });
        at = at.wrapping_sub(1);
    }
    result
}

pub fn count_negative(bits: &[u32]) -> usize {
    // SAFETY: `f32` has the size and the alignment of `u32`.
    let floats = unsafe { slice::from_raw_parts(bits.as_ptr().cast::<f32>(), bits.len()) };
    floats.iter().filter(|float| float.is_sign_negative()).count()
}

pub fn alternate(value: &mut u64, steps: u8) -> u64 {
    let shared = Cell::from_mut(value);
    let (triple, raise) = (shared, shared);
    for step in 0..steps {
        match step & 1 {
            0 => triple.set(triple.get().wrapping_mul(3)),
            _ => raise.set(raise.get().wrapping_add(1)),
        }
    }
    shared.get()
}

pub fn exchange<T>(place: &mut T, value: T) -> T {
    let mut value = ManuallyDrop::new(value);
    // SAFETY: two different places, and `value` is taken out exactly once.
    unsafe {
        ptr::swap(place, &mut *value);
        ManuallyDrop::take(&mut value)
    }
}

pub fn raise_all(values: &mut [u32], by: u32) -> u32 {
    let cells = Cell::from_mut(values).as_slice_of_cells();
    cells.iter().for_each(|cell| cell.set(cell.get().wrapping_add(by)));
    cells.iter().fold(0, |sum: u32, cell| sum.wrapping_add(cell.get()))
}

pub fn two_slots(
    values: &mut [u32],
    first: usize,
    second: usize,
) -> Option<(&mut u32, &mut u32)> {
    if first > second {
        return two_slots(values, second, first).map(|(a, b)| (b, a));
    }
    if second >= values.len() || first == second {
        return None;
    }
    let (front, back) = values.split_at_mut(second);
    Some((&mut front[first], &mut back[0]))
}
