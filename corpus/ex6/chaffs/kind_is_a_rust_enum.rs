//! defect: the enum of C is a Rust enum, which must never hold another value
//! class: ub
//! stage: stable
//! shows: a newer library sends kind 77 and the match goes anywhere
//! caught_by: unit::a_kind_of_a_newer_library_is_unknown

use std::ffi::{CString, c_char};
use std::marker::{PhantomData, PhantomPinned};
use std::mem::{self, MaybeUninit};
use std::ptr::{self, NonNull};

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Sample {
    pub channel: u8,
    pub value: f64,
    pub flags: u16,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Station {
    pub name: [c_char; 12],
    pub latest: Sample,
    pub history: [Sample; 3],
    pub used: i32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    NOTHING = 0,
    COUNT = 1,
    RATIO = 5,
    TEXT = 9,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub union Payload {
    pub count: i64,
    pub ratio: f64,
    pub text: [c_char; 20],
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Reading {
    pub kind: Kind,
    pub payload: Payload,
}

#[derive(Clone, Copy)]
#[repr(C, packed)]
pub struct Frame {
    pub start: u8,
    pub length: u32,
    pub checksum: u16,
    pub stamp: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Count(i64),
    Ratio(f64),
    Text(Vec<u8>),
    Unknown(u32),
}

#[repr(C)]
struct RawJournal {
    _fields: [u8; 0],
    _neither_send_nor_unpin: PhantomData<(*mut u8, PhantomPinned)>,
}

// SAFETY: the declarations repeat csrc/layout.h, type by type (INV-1).
unsafe extern "C" {
    safe fn layout_scale(sample: Sample, factor: f64) -> Sample;
    fn layout_shift(sample: *mut Sample, by: f64);
    fn layout_map(samples: *mut Sample, count: usize, change: extern "C" fn(Sample) -> Sample);
    fn layout_each(samples: *mut Sample, count: usize, change: extern "C" fn(&mut Sample));
    fn layout_station_mean(station: *const Station) -> f64;
    fn layout_station(name: *const c_char, value: f64) -> Station;
    safe fn layout_reading(number: i32) -> Reading;
    fn layout_digest(reading: *const Reading) -> u64;
    fn layout_seal(frame: *mut Frame);
    fn layout_is_sealed(frame: *const Frame) -> i32;
    safe fn layout_journal_open() -> *mut RawJournal;
    fn layout_journal_add(journal: *mut RawJournal, sample: *const Sample) -> i32;
    fn layout_journal_len(journal: *const RawJournal) -> usize;
    fn layout_journal_get(journal: *const RawJournal, index: usize) -> *const Sample;
    fn layout_journal_close(journal: *mut RawJournal);
}

pub fn scale(sample: Sample, factor: f64) -> Sample {
    layout_scale(sample, factor)
}

pub fn shift(sample: &mut Sample, by: f64) {
    // SAFETY: the pointer comes from a reference, so it is aligned, initialised.
    unsafe { layout_shift(sample, by) }
}

pub fn map(samples: &mut [Sample], change: extern "C" fn(Sample) -> Sample) {
    // SAFETY: pointer and length come from one slice that is ours alone for the.
    unsafe { layout_map(samples.as_mut_ptr(), samples.len(), change) }
}

pub fn each(samples: &mut [Sample], change: extern "C" fn(&mut Sample)) {
    // SAFETY: by the invariants of the type.
    unsafe { layout_each(samples.as_mut_ptr(), samples.len(), change) }
}

pub fn station(name: &str, value: f64) -> Option<Station> {
    let name = CString::new(name).ok()?;
    if name.count_bytes() >= mem::size_of::<[c_char; 12]>() {
        return None;
    }
    // SAFETY: `name` ends in NUL and lives until the end of this function; C.
    Some(unsafe { layout_station(name.as_ptr(), value) })
}

pub fn mean(station: &Station) -> Option<f64> {
    if !(0..=station.history.len() as i32).contains(&station.used) {
        return None;
    }
    // SAFETY: the pointer comes from a reference; C reads the first `used`.
    Some(unsafe { layout_station_mean(station) })
}

impl Station {
    pub fn name_bytes(&self) -> &[u8] {
        // SAFETY: a `c_char` has the size and alignment of a `u8`, and every byte.
        let name: &[u8; 12] = unsafe { &*(&raw const self.name).cast() };
        match name.iter().position(|byte| *byte == 0) {
            Some(end) => &name[..end],
            None => name,
        }
    }
}

pub fn reading(number: i32) -> Value {
    let reading = layout_reading(number);
    // SAFETY, for the three union reads: `kind` names the member that C wrote, and.
    match reading.kind {
        Kind::NOTHING => Value::Nothing,
        // SAFETY: see above.
        Kind::COUNT => Value::Count(unsafe { reading.payload.count }),
        // SAFETY: see above.
        Kind::RATIO => Value::Ratio(unsafe { reading.payload.ratio }),
        Kind::TEXT => {
            // SAFETY: see above.
            let text = unsafe { reading.payload.text };
            let text = text.iter().map(|byte| *byte as u8);
            Value::Text(text.take_while(|byte| *byte != 0).collect())
        }
    }
}

pub fn digest(value: &Value) -> Option<u64> {
    let mut payload = Payload { text: [0; 20] };
    let kind = match value {
        Value::Nothing => Kind::NOTHING,
        Value::Count(count) => {
            payload.count = *count;
            Kind::COUNT
        }
        Value::Ratio(ratio) => {
            payload.ratio = *ratio;
            Kind::RATIO
        }
        Value::Text(bytes) => {
            let mut text = [0; 20];
            if bytes.len() >= text.len() || bytes.contains(&0) {
                return None;
            }
            for (to, from) in text.iter_mut().zip(bytes) {
                *to = *from as c_char;
            }
            payload.text = text;
            Kind::TEXT
        }
        Value::Unknown(_) => return None,
    };
    let reading = Reading { kind, payload };
    // SAFETY: the pointer comes from a reference to a local, and the member that.
    Some(unsafe { layout_digest(&reading) })
}

impl Frame {
    pub fn sealed(start: u8, length: u32, stamp: u64) -> Frame {
        let mut frame = Frame { start, length, checksum: 0, stamp };
        // SAFETY: the pointer comes from a reference; `struct frame` is packed in C.
        unsafe { layout_seal(&mut frame) };
        frame
    }

    pub fn is_sealed(&self) -> bool {
        // SAFETY: the pointer comes from a reference, and C only reads.
        unsafe { layout_is_sealed(self) != 0 }
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Frame> {
        if bytes.len() != mem::size_of::<Frame>() {
            return None;
        }
        let mut frame = MaybeUninit::<Frame>::uninit();
        // SAFETY: both sides are `size_of::<Frame>()` bytes (checked above), they.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), frame.as_mut_ptr().cast(), bytes.len())
        };
        // SAFETY: every byte was written, and every pattern is a valid `Frame`.
        Some(unsafe { frame.assume_init() })
    }

    pub fn to_bytes(&self) -> [u8; 15] {
        // SAFETY: the sizes are equal (`transmute` checks that), and a packed.
        unsafe { mem::transmute(*self) }
    }
}

pub struct Journal {
    raw: NonNull<RawJournal>,
}

impl Journal {
    pub fn open() -> Option<Journal> {
        NonNull::new(layout_journal_open()).map(|raw| Journal { raw })
    }

    pub fn add(&mut self, sample: &Sample) -> bool {
        // SAFETY: the journal is open and ours alone (INV-3), and `&mut self` says.
        unsafe { layout_journal_add(self.raw.as_ptr(), sample) != 0 }
    }

    #[allow(clippy::len_without_is_empty, reason = "the contract has no is_empty")]
    pub fn len(&self) -> usize {
        // SAFETY: the journal is open (INV-3), and C only reads.
        unsafe { layout_journal_len(self.raw.as_ptr()) }
    }

    pub fn get(&self, index: usize) -> Option<&Sample> {
        // SAFETY: the journal is open (INV-3), and C only reads.
        let sample = unsafe { layout_journal_get(self.raw.as_ptr(), index) };
        // SAFETY: null or a sample that C initialised. It stays until the next.
        unsafe { sample.as_ref() }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // SAFETY: the journal is open, and nobody closes it but we, here, once.
        unsafe { layout_journal_close(self.raw.as_ptr()) }
    }
}
