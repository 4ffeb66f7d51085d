//! design: types made by a macro in an inner module and exported again; the calls stand in a table of function pointers; a journal is a number in a table of its thread

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;

mod header {
    use std::ffi::{c_char, c_int, c_uint};

    macro_rules! mirror {
        ($($keyword:ident $name:ident { $($field:ident: $type:ty),* $(,)? })*) => {$(
            #[derive(Clone, Copy)]
            #[repr(C)]
            pub $keyword $name { $(pub $field: $type),* }
        )*};
    }

    mirror! {
        struct Sample { channel: u8, value: f64, flags: u16 }
        struct Station { name: [c_char; 12], latest: Sample, history: [Sample; 3], used: c_int }
        union Payload { count: i64, ratio: f64, text: [c_char; 20] }
        struct Reading { kind: Kind, payload: Payload }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
    #[repr(C)]
    pub struct Kind {
        number: c_uint,
    }

    impl From<u32> for Kind {
        fn from(number: u32) -> Self {
            Kind { number }
        }
    }

    impl From<Kind> for u32 {
        fn from(kind: Kind) -> u32 {
            kind.number
        }
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[repr(packed, C)]
    pub struct Frame {
        pub start: u8,
        pub length: u32,
        pub checksum: u16,
        pub stamp: u64,
    }
}

pub use header::{Frame, Kind, Payload, Reading, Sample, Station};

pub enum Raw {}

struct Api {
    scale: unsafe extern "C" fn(Sample, f64) -> Sample,
    shift: unsafe extern "C" fn(*mut Sample, f64),
    reading: unsafe extern "C" fn(c_int) -> Reading,
    digest: unsafe extern "C" fn(*const Reading) -> u64,
}

static API: Api = Api {
    scale: layout_scale,
    shift: layout_shift,
    reading: layout_reading,
    digest: layout_digest,
};

// SAFETY: the declarations repeat csrc/layout.h.
unsafe extern "C" {
    fn layout_scale(sample: Sample, factor: f64) -> Sample;
    fn layout_shift(sample: *mut Sample, by: f64);
    fn layout_map(samples: *mut Sample, count: usize, change: extern "C" fn(Sample) -> Sample);
    fn layout_each(samples: *mut Sample, count: usize, change: extern "C" fn(&mut Sample));
    fn layout_station_mean(station: *const Station) -> f64;
    fn layout_station(name: *const c_char, value: f64) -> Station;
    fn layout_reading(number: c_int) -> Reading;
    fn layout_digest(reading: *const Reading) -> u64;
    fn layout_seal(frame: *mut Frame);
    fn layout_journal_open() -> *mut Raw;
    fn layout_journal_add(journal: *mut Raw, sample: *const Sample) -> c_int;
    fn layout_journal_len(journal: *const Raw) -> usize;
    fn layout_journal_get(journal: *const Raw, index: usize) -> *const Sample;
    fn layout_journal_close(journal: *mut Raw);
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Count(i64),
    Ratio(f64),
    Text(Vec<u8>),
    Unknown(u32),
}

pub fn scale(sample: Sample, factor: f64) -> Sample {
    // SAFETY: values alone travel.
    unsafe { (API.scale)(sample, factor) }
}

pub fn shift(sample: &mut Sample, by: f64) {
    // SAFETY: the pointer comes from a mutable reference.
    unsafe { (API.shift)(sample, by) }
}

/// One call of C for each sample.
pub fn map(samples: &mut [Sample], change: extern "C" fn(Sample) -> Sample) {
    for sample in samples {
        // SAFETY: one sample, ours alone.
        unsafe { layout_map(sample, 1, change) }
    }
}

pub fn each(samples: &mut [Sample], change: extern "C" fn(&mut Sample)) {
    for part in samples.chunks_mut(2) {
        // SAFETY: pointer and length of one slice, ours alone.
        unsafe { layout_each(part.as_mut_ptr(), part.len(), change) }
    }
}

pub fn station(name: &str, value: f64) -> Option<Station> {
    let mut bytes = name.as_bytes().to_vec();
    bytes.resize(name.len().max(11) + 1, 0);
    let c = CStr::from_bytes_until_nul(&bytes).ok()?;
    if c.count_bytes() != name.len() || bytes.len() > 12 {
        return None;
    }
    // SAFETY: the bytes end in NUL and live until after the call.
    Some(unsafe { layout_station(c.as_ptr(), value) })
}

pub fn mean(station: &Station) -> Option<f64> {
    let used = usize::try_from(station.used).ok()?;
    station.history.get(..used)?;
    // SAFETY: that many entries exist, as the line above says.
    Some(unsafe { layout_station_mean(station) })
}

impl Station {
    pub fn name_bytes(&self) -> &[u8] {
        let end = self.name.iter().position(|&c| c == 0).unwrap_or(self.name.len());
        // SAFETY: the first `end` characters of the field, as bytes.
        unsafe { std::slice::from_raw_parts(self.name.as_ptr().cast(), end) }
    }
}

pub fn reading(number: i32) -> Value {
    // SAFETY: a value alone travels.
    let Reading { kind, payload } = unsafe { (API.reading)(number) };
    // SAFETY: C fills the whole union, and every pattern is valid for each member.
    unsafe {
        match u32::from(kind) {
            0 => Value::Nothing,
            1 => Value::Count(payload.count),
            5 => Value::Ratio(payload.ratio),
            9 => Value::Text(
                payload.text.map(|c| c as u8).split(|c| *c == 0).next().unwrap_or_default().into(),
            ),
            other => Value::Unknown(other),
        }
    }
}

pub fn digest(value: &Value) -> Option<u64> {
    let (kind, payload) = match value {
        Value::Nothing => (0, Payload { count: 0 }),
        Value::Count(count) => (1, Payload { count: *count }),
        Value::Ratio(ratio) => (5, Payload { ratio: *ratio }),
        Value::Text(text) if text.len() < 20 && !text.contains(&0) => {
            (9, Payload { text: std::array::from_fn(|i| text.get(i).map_or(0, |b| *b as c_char)) })
        }
        Value::Text(_) | Value::Unknown(_) => return None,
    };
    let reading = Reading { kind: Kind::from(kind), payload };
    // SAFETY: the member that `kind` names was written whole.
    Some(unsafe { (API.digest)(&reading) })
}

union Bytes {
    frame: Frame,
    bytes: [u8; 15],
}

impl Frame {
    pub fn sealed(start: u8, length: u32, stamp: u64) -> Frame {
        let mut frame = Frame { start, length, stamp, ..Frame::default() };
        // SAFETY: the pointer comes from a local.
        unsafe { layout_seal(&raw mut frame) };
        frame
    }

    pub fn is_sealed(&self) -> bool {
        *self == Frame::sealed(self.start, self.length, self.stamp)
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Frame> {
        let union = Bytes { bytes: *bytes.as_array()? };
        // SAFETY: every pattern is a frame.
        Some(unsafe { union.frame })
    }

    pub fn to_bytes(&self) -> [u8; 15] {
        // SAFETY: a packed frame of integers is 15 initialised bytes.
        unsafe { Bytes { frame: *self }.bytes }
    }
}

thread_local! {
    static JOURNALS: RefCell<BTreeMap<u64, *mut Raw>> = const { RefCell::new(BTreeMap::new()) };
    static NEXT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A number that its thread knows.
pub struct Journal {
    number: u64,
    _stays: PhantomData<*const ()>,
}

impl Journal {
    pub fn open() -> Option<Journal> {
        // SAFETY: no precondition.
        let raw = unsafe { layout_journal_open() };
        if raw.is_null() {
            return None;
        }
        let number = NEXT.get();
        NEXT.set(number + 1);
        JOURNALS.with_borrow_mut(|all| all.insert(number, raw));
        Some(Journal { number, _stays: PhantomData })
    }

    fn raw(&self) -> *mut Raw {
        JOURNALS.with_borrow(|all| all[&self.number])
    }

    pub fn add(&mut self, sample: &Sample) -> bool {
        // SAFETY: open, and nobody borrows from it.
        unsafe { layout_journal_add(self.raw(), sample) == 1 }
    }

    pub fn len(&self) -> usize {
        // SAFETY: open.
        unsafe { layout_journal_len(self.raw()) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Sample> {
        (0..).map_while(|index| self.get(index))
    }

    pub fn get(&self, index: usize) -> Option<&Sample> {
        // SAFETY: open; the sample stays while `self` is borrowed.
        unsafe { layout_journal_get(self.raw(), index).as_ref() }
    }
}

impl Clone for Journal {
    fn clone(&self) -> Journal {
        let mut copy = Journal::open().expect("memory");
        assert!(self.iter().all(|sample| copy.add(sample)), "memory");
        copy
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if let Some(raw) = JOURNALS.with_borrow_mut(|all| all.remove(&self.number)) {
            // SAFETY: out of the table, so closed here, once.
            unsafe { layout_journal_close(raw) }
        }
    }
}
