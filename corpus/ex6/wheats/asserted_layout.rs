//! design: asserts its layout at compile time, an alignment of its own choice on the enum wrapper, moves bytes through MaybeUninit and ManuallyDrop, allocates C strings

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::ptr::NonNull;
use std::rc::Rc;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Sample {
    pub channel: u8,
    pub value: f64,
    pub flags: u16,
}

#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Station {
    pub name: [u8; 12],
    pub latest: Sample,
    pub history: [Sample; 3],
    pub used: c_int,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(C, align(4))]
pub struct Kind {
    value: [u8; 4],
}

impl Kind {
    const fn of(value: u32) -> Kind {
        Kind { value: value.to_ne_bytes() }
    }

    const fn number(self) -> u32 {
        u32::from_ne_bytes(self.value)
    }
}

const _: () = assert!(size_of::<Kind>() == size_of::<c_uint>());
const _: () = assert!(align_of::<Kind>() == align_of::<c_uint>());
const _: () = assert!(size_of::<Frame>() == 15);
const _: () = assert!(std::mem::offset_of!(Frame, stamp) == 7);

#[derive(Clone, Copy)]
#[repr(C)]
pub union Payload {
    pub count: i64,
    pub ratio: f64,
    pub text: [u8; 20],
    all: [u8; 24],
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Reading {
    pub kind: Kind,
    pub payload: Payload,
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, packed(1))]
pub struct Frame {
    pub start: u8,
    pub length: u32,
    pub checksum: u16,
    pub stamp: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Nothing,
    Count(i64),
    Ratio(f64),
    Text(Vec<u8>),
    Unknown(u32),
}

pub fn scale(sample: Sample, factor: f64) -> Sample {
    unsafe extern "C" {
        fn layout_scale(sample: Sample, factor: f64) -> Sample;
    }
    // SAFETY: as declared in the header; nothing but values travels.
    unsafe { layout_scale(sample, factor) }
}

pub fn shift(sample: &mut Sample, by: f64) {
    unsafe extern "C" {
        safe fn layout_shift(sample: &mut Sample, by: f64);
    }
    layout_shift(sample, by)
}

pub fn map(samples: &mut [Sample], change: extern "C" fn(Sample) -> Sample) {
    unsafe extern "C" {
        fn layout_map(
            samples: NonNull<Sample>,
            count: usize,
            change: Option<extern "C" fn(Sample) -> Sample>,
        );
    }
    let first = NonNull::from(&mut *samples).cast();
    // SAFETY: pointer and length of one slice.
    unsafe { layout_map(first, samples.len(), Some(change)) }
}

pub fn each(samples: &mut [Sample], change: extern "C" fn(&mut Sample)) {
    unsafe extern "C" {
        fn layout_each(first: *mut Sample, count: usize, change: extern "C" fn(&mut Sample));
    }
    if samples.is_empty() {
        return;
    }
    // SAFETY: pointer and length of one slice.
    unsafe { layout_each(samples.as_mut_ptr(), samples.len(), change) }
}

pub fn station(name: &str, value: f64) -> Option<Station> {
    unsafe extern "C" {
        fn layout_station(name: *const c_char, value: f64) -> Station;
    }
    let copy = std::ffi::CString::new(name).ok().filter(|copy| copy.as_bytes().len() < 12)?;
    // SAFETY: the copy ends in NUL.
    Some(unsafe { layout_station(copy.as_ptr(), value) })
}

pub fn mean(station: &Station) -> Option<f64> {
    unsafe extern "C" {
        fn layout_station_mean(station: &Station) -> f64;
    }
    match station.used {
        // SAFETY: that many entries exist.
        0..=3 => Some(unsafe { layout_station_mean(station) }),
        _ => None,
    }
}

impl Station {
    pub fn name_bytes(&self) -> &[u8] {
        self.name.split(|byte| *byte == 0).next().unwrap_or(&[])
    }
}

pub fn reading(number: i32) -> Value {
    unsafe extern "C" {
        safe fn layout_reading(number: c_int) -> Reading;
    }
    let got = layout_reading(number);
    // SAFETY: C zeroes the whole reading, and all these types take any bytes.
    unsafe {
        match got.kind.number() {
            0 => Value::Nothing,
            1 => Value::Count(got.payload.count),
            5 => Value::Ratio(got.payload.ratio),
            9 => Value::Text(got.payload.text.split(|b| *b == 0).next().unwrap().to_vec()),
            other => Value::Unknown(other),
        }
    }
}

pub fn digest(value: &Value) -> Option<u64> {
    unsafe extern "C" {
        safe fn layout_digest(reading: &Reading) -> u64;
    }
    let mut made = Reading { kind: Kind::of(0), payload: Payload { all: [0; 24] } };
    match value {
        Value::Nothing => {}
        Value::Count(count) => {
            made.kind = Kind::of(1);
            made.payload.count = *count;
        }
        Value::Ratio(ratio) => {
            made.kind = Kind::of(5);
            made.payload.ratio = *ratio;
        }
        Value::Text(text) => {
            if text.len() > 19 || text.contains(&0) {
                return None;
            }
            made.kind = Kind::of(9);
            // SAFETY: the union was filled with zeros.
            unsafe { made.payload.text[..text.len()].copy_from_slice(text) };
        }
        Value::Unknown(_) => return None,
    }
    Some(layout_digest(&made))
}

impl Frame {
    pub fn sealed(start: u8, length: u32, stamp: u64) -> Frame {
        unsafe extern "C" {
            safe fn layout_seal(frame: &mut Frame);
        }
        let mut frame = Frame { start, length, checksum: 0, stamp };
        layout_seal(&mut frame);
        frame
    }

    pub fn is_sealed(&self) -> bool {
        unsafe extern "C" {
            safe fn layout_is_sealed(frame: *const c_void) -> c_int;
        }
        layout_is_sealed((&raw const *self).cast()) == 1
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Frame> {
        if bytes.len() != size_of::<Self>() {
            return None;
        }
        // SAFETY: enough bytes, any alignment will do, any pattern is valid.
        Some(unsafe { bytes.as_ptr().cast::<Frame>().read_unaligned() })
    }

    pub fn to_bytes(&self) -> [u8; 15] {
        // SAFETY: 15 bytes without padding.
        unsafe { (&raw const *self).cast::<[u8; 15]>().read() }
    }
}

pub struct Journal {
    raw: Handle,
    _one_thread: std::marker::PhantomData<Rc<()>>,
}

struct Handle(*mut c_char);

unsafe extern "C" {
    fn layout_journal_open() -> *mut c_char;
    fn layout_journal_add(journal: *mut c_char, sample: &Sample) -> c_int;
    fn layout_journal_len(journal: *const c_char) -> usize;
    fn layout_journal_get<'a>(journal: *const c_char, index: usize) -> Option<&'a Sample>;
    fn layout_journal_close(journal: *mut c_char);
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: C accepts null, and anything else is open and ours.
        unsafe { layout_journal_close(self.0) }
    }
}

impl Journal {
    pub fn open() -> Option<Self> {
        // SAFETY: no precondition.
        let raw = Handle(unsafe { layout_journal_open() });
        if raw.0.is_null() {
            return None;
        }
        Some(Journal { raw, _one_thread: std::marker::PhantomData })
    }

    pub fn add(&mut self, sample: &Sample) -> bool {
        // SAFETY: open and ours.
        unsafe { layout_journal_add(self.raw.0, sample) == 1 }
    }

    pub fn len(&self) -> usize {
        // SAFETY: open and ours.
        unsafe { layout_journal_len(self.raw.0) }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<&Sample> {
        // SAFETY: open and ours; the result borrows `self`.
        unsafe { layout_journal_get(self.raw.0, index) }
    }
}
