//! Rust in place of csrc/layout.c, for Miri.
//!
//! The names are those of the C functions, so the student's own extern block
//! links to them, and Miri checks every signature and every byte. What travels
//! by value has the student's types, since Miri compares types there; all else
//! goes through pointers and offsets.
//!
//! # Safety
//!
//! The functions do what csrc/layout.c does, and trust their caller as C does: what a
//! caller gets wrong is reported by Miri. Each `unsafe fn` asks, where it has such an
//! argument:
//!
//! - CALLER-1: a pointer leads to what the header says of it, as many as it says, and
//!   nobody else uses that during the call.
//! - CALLER-2: `journal` came from `layout_journal_open`, was not closed, and nobody
//!   else uses it during the call. `layout_journal_close` takes null, too.

use std::mem::{MaybeUninit, offset_of};
use std::sync::atomic::{AtomicUsize, Ordering};

use unsafe_workbook::ex6_layout::{Reading, Sample, Station};

use super::c::Fact;

/// The header once more, in the types of this file.
#[repr(C)]
#[derive(Clone, Copy)]
struct CSample {
    channel: u8,
    value: f64,
    flags: u16,
}

#[repr(C)]
struct CStation {
    name: [u8; 12],
    latest: CSample,
    history: [CSample; 3],
    used: i32,
}

#[repr(C)]
union CPayload {
    count: i64,
    ratio: f64,
    text: [u8; 20],
}

#[repr(C)]
struct CReading {
    kind: u32,
    payload: CPayload,
}

#[repr(C, packed)]
struct CFrame {
    start: u8,
    length: u32,
    checksum: u16,
    stamp: u64,
}

macro_rules! facts {
    ($($name:literal $type:ty { $($field:ident),* })*) => {
        [$(
            Fact { name: concat!($name, ".size\0").as_ptr().cast(), value: size_of::<$type>() },
            Fact { name: concat!($name, ".align\0").as_ptr().cast(), value: align_of::<$type>() },
            $(Fact {
                name: concat!($name, ".", stringify!($field), "\0").as_ptr().cast(),
                value: offset_of!($type, $field),
            },
            Fact {
                name: concat!($name, ".", stringify!($field), ".size\0").as_ptr().cast(),
                // SAFETY: never called; a place behind a raw pointer is only named.
                value: size_of_target(|all: *const $type| unsafe { &raw const (*all).$field }),
            },)*
        )*]
    };
}

/// The size of what `_field` leads to.
const fn size_of_target<T, F>(_field: fn(*const T) -> *const F) -> usize {
    size_of::<F>()
}

struct Facts([Fact; 44]);
// SAFETY: the pointers lead to literals, which nobody changes.
unsafe impl Sync for Facts {}

static FACTS: Facts = Facts(facts! {
    "sample" CSample { channel, value, flags }
    "station" CStation { name, latest, history, used }
    "kind" u32 {}
    "payload" CPayload { count, ratio, text }
    "reading" CReading { kind, payload }
    "frame" CFrame { start, length, checksum, stamp }
});

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_facts(count: *mut usize) -> *const Fact {
    // SAFETY: a number can be written to `count` (CALLER-1).
    unsafe { count.write(FACTS.0.len()) };
    FACTS.0.as_ptr()
}

#[unsafe(no_mangle)]
extern "C" fn layout_scale(mut sample: Sample, factor: f64) -> Sample {
    sample.value *= factor;
    sample
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_shift(sample: *mut CSample, by: f64) {
    // SAFETY: `sample` is one (CALLER-1).
    unsafe { (*sample).value += by };
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_map(
    samples: *mut Sample,
    count: usize,
    change: extern "C" fn(Sample) -> Sample,
) {
    for i in 0..count {
        // SAFETY: `samples` leads to `count` of them (CALLER-1).
        unsafe { samples.add(i).write(change(samples.add(i).read())) };
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_each(
    samples: *mut CSample,
    count: usize,
    change: extern "C" fn(*mut CSample),
) {
    for i in 0..count {
        // SAFETY: `samples` leads to `count` of them (CALLER-1).
        change(unsafe { samples.add(i) });
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_station_mean(station: *const CStation) -> f64 {
    // SAFETY: `station` is one, with `used` at most 3 (CALLER-1).
    unsafe {
        let first = (&raw const (*station).history).cast::<CSample>();
        let mut sum = (*station).latest.value;
        for i in 0..(*station).used {
            sum += (*first.offset(i as isize)).value;
        }
        sum / f64::from(1 + (*station).used)
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_station(name: *const u8, value: f64) -> Station {
    let mut made = MaybeUninit::<Station>::zeroed();
    assert_eq!(size_of::<Station>(), size_of::<CStation>(), "the size of Station");
    let station = made.as_mut_ptr().cast::<CStation>();
    // SAFETY: `name` ends in NUL (CALLER-1); `made` has the size of the C type,
    // which the assertion makes sure of.
    unsafe {
        let mut i = 0;
        while i < 11 && *name.add(i) != 0 {
            (&raw mut (*station).name).cast::<u8>().add(i).write(*name.add(i));
            i += 1;
        }
        (&raw mut (*station).latest).write_unaligned(CSample { channel: 1, value, flags: 0 });
        for i in 0..3_u8 {
            let sample = CSample { channel: 2 + i, value, flags: 0x0102 };
            (&raw mut (*station).history)
                .cast::<CSample>()
                .add(usize::from(i))
                .write_unaligned(sample);
        }
        (&raw mut (*station).used).write_unaligned(3);
        made.assume_init()
    }
}

#[unsafe(no_mangle)]
extern "C" fn layout_reading(number: i32) -> Reading {
    let mut made = MaybeUninit::<Reading>::zeroed();
    assert_eq!(size_of::<Reading>(), size_of::<CReading>(), "the size of Reading");
    let reading = made.as_mut_ptr().cast::<CReading>();
    // SAFETY: `made` has the size of the C type. That the bytes are a valid
    // `Reading` is what Miri checks here: an enum refuses the kind 77.
    unsafe {
        let kind = &raw mut (*reading).kind;
        let payload = (&raw mut (*reading).payload).cast::<u8>();
        match number {
            1 => {
                kind.write_unaligned(1);
                payload.cast::<i64>().write_unaligned(-7_000_000_001);
            }
            2 => {
                kind.write_unaligned(5);
                payload.cast::<f64>().write_unaligned(0.625);
            }
            3 => {
                kind.write_unaligned(9);
                let text = b"calm, 12 knots";
                payload.copy_from_nonoverlapping(text.as_ptr(), text.len());
            }
            4 => {
                kind.write_unaligned(77);
                payload.cast::<i64>().write_unaligned(-1);
            }
            _ => {}
        }
        made.assume_init()
    }
}

fn fnv(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211);
    }
    hash
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_digest(reading: *const CReading) -> u64 {
    // SAFETY: `reading` is one, and its kind names the member that was written
    // (CALLER-1).
    unsafe {
        let hash = fnv(14_695_981_039_346_656_037, &(*reading).kind.to_ne_bytes());
        match (*reading).kind {
            1 => fnv(hash, &(*reading).payload.count.to_ne_bytes()),
            5 => fnv(hash, &(*reading).payload.ratio.to_ne_bytes()),
            9 => fnv(hash, &(*reading).payload.text),
            _ => hash,
        }
    }
}

unsafe fn checksum(frame: *const CFrame) -> u16 {
    // SAFETY: `frame` is one (CALLER-1).
    let frame = unsafe { frame.read_unaligned() };
    let sum = u64::from(frame.start)
        .wrapping_add(u64::from(frame.length).wrapping_mul(3))
        .wrapping_add(frame.stamp.wrapping_mul(7));
    (sum ^ sum >> 16 ^ sum >> 32 ^ sum >> 48) as u16
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_seal(frame: *mut CFrame) {
    // SAFETY: `frame` is one (CALLER-1).
    unsafe { (*frame).checksum = checksum(frame) };
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_is_sealed(frame: *const CFrame) -> i32 {
    // SAFETY: `frame` is one (CALLER-1).
    i32::from(unsafe { (*frame).checksum == checksum(frame) })
}

/// `Vec` moves its samples when it grows, as the C journal does.
struct Journal {
    samples: Vec<CSample>,
}

/// In place of the header's `LAYOUT_JOURNALS_MOST` and `LAYOUT_SAMPLES_MOST`, which
/// Miri needs long to reach.
const MOST_JOURNALS: usize = 8;
const MOST_SAMPLES: usize = 301;

static JOURNALS: AtomicUsize = AtomicUsize::new(0);

#[unsafe(no_mangle)]
extern "C" fn layout_journal_open() -> *mut Journal {
    if JOURNALS.fetch_add(1, Ordering::SeqCst) >= MOST_JOURNALS {
        JOURNALS.fetch_sub(1, Ordering::SeqCst);
        return std::ptr::null_mut();
    }
    Box::into_raw(Box::new(Journal { samples: Vec::new() }))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_journal_add(journal: *mut Journal, sample: *const CSample) -> i32 {
    // SAFETY: `journal` is open (CALLER-2).
    if unsafe { layout_journal_len(journal) } == MOST_SAMPLES {
        return 0;
    }
    // SAFETY: `journal` is open (CALLER-2), `sample` is one (CALLER-1). A
    // new buffer for each sample shows a reference that outlived it.
    unsafe {
        let mut samples = Vec::with_capacity((&(*journal).samples).len() + 1);
        samples.extend_from_slice(&(*journal).samples);
        samples.push(*sample);
        (*journal).samples = samples;
    }
    1
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_journal_len(journal: *const Journal) -> usize {
    // SAFETY: `journal` is open (CALLER-2).
    unsafe { (&(*journal).samples).len() }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_journal_get(
    journal: *const Journal,
    index: usize,
) -> *const CSample {
    // SAFETY: `journal` is open (CALLER-2).
    unsafe {
        (&(*journal).samples).get(index).map_or(std::ptr::null(), |s| s as *const CSample)
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn layout_journal_close(journal: *mut Journal) {
    if !journal.is_null() {
        // SAFETY: `journal` is open and its owner ends here (CALLER-2).
        drop(unsafe { Box::from_raw(journal) });
        JOURNALS.fetch_sub(1, Ordering::SeqCst);
    }
}

#[unsafe(no_mangle)]
extern "C" fn layout_journals() -> usize {
    JOURNALS.load(Ordering::SeqCst)
}
