//! design: a journal is a generic owner of a C object with a trait for its close; samples are kept in Rust as well, in boxes that do not move; the kind holds bits that may be anything

use std::borrow::Cow;
use std::ffi::{CString, c_char, c_int, c_uint};
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::ptr::NonNull;

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[repr(C)]
pub struct Sample {
    pub channel: u8,
    pub value: f64,
    pub flags: u16,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Station {
    pub name: [i8; 12],
    pub latest: Sample,
    pub history: [Sample; 3],
    pub used: i32,
}

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Kind(MaybeUninit<c_uint>);

#[derive(Clone, Copy)]
#[repr(C)]
pub union Payload {
    pub count: i64,
    pub ratio: f64,
    pub text: [MaybeUninit<u8>; 20],
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

mod ffi {
    use super::*;

    #[repr(C)]
    pub struct RawJournal {
        _all: [u8; 0],
    }

    // SAFETY: the declarations repeat csrc/layout.h.
    unsafe extern "C" {
        #[link_name = "layout_scale"]
        pub safe fn scaled(sample: Sample, factor: f64) -> Sample;
        #[link_name = "layout_shift"]
        pub safe fn shifted(sample: &mut Sample, by: f64);
        pub fn layout_map(
            samples: *mut Sample,
            count: usize,
            change: extern "C" fn(Sample) -> Sample,
        );
        pub fn layout_each(
            samples: *mut Sample,
            count: usize,
            change: extern "C" fn(&mut Sample),
        );
        pub fn layout_station_mean(station: &Station) -> f64;
        pub fn layout_station(name: *const c_char, value: f64) -> Station;
        pub safe fn layout_reading(number: i32) -> Reading;
        pub fn layout_digest(reading: &Reading) -> u64;
        pub safe fn layout_seal(frame: &mut Frame);
        pub safe fn layout_is_sealed(frame: &Frame) -> i32;
        pub safe fn layout_journal_open() -> Option<NonNull<RawJournal>>;
        pub fn layout_journal_add(journal: NonNull<RawJournal>, sample: &Sample) -> c_int;
        pub fn layout_journal_len(journal: NonNull<RawJournal>) -> usize;
        pub fn layout_journal_close(journal: NonNull<RawJournal>);
    }
}

pub fn scale(sample: Sample, factor: f64) -> Sample {
    ffi::scaled(sample, factor)
}

pub fn shift(sample: &mut Sample, by: f64) {
    ffi::shifted(sample, by);
}

pub fn map(samples: &mut [Sample], change: extern "C" fn(Sample) -> Sample) {
    let mut copy = samples.to_vec();
    // SAFETY: pointer and length of one vector.
    unsafe { ffi::layout_map(copy.as_mut_ptr(), copy.len(), change) };
    samples.copy_from_slice(&copy);
}

pub fn each(samples: &mut [Sample], change: extern "C" fn(&mut Sample)) {
    let all = samples.as_mut_ptr_range();
    let len = samples.len();
    // SAFETY: pointer and length of one slice.
    unsafe { ffi::layout_each(all.start, len, change) };
}

pub fn station(name: &str, value: f64) -> Option<Station> {
    let name = match CString::new(name) {
        Ok(name) if name.as_bytes_with_nul().len() <= 12 => name,
        _ => return None,
    };
    let raw = name.into_raw();
    // SAFETY: it ends in NUL.
    let made = unsafe { ffi::layout_station(raw, value) };
    // SAFETY: it came from `into_raw`, and C keeps no copy.
    drop(unsafe { CString::from_raw(raw) });
    Some(made)
}

pub fn mean(station: &Station) -> Option<f64> {
    match station.used as u32 {
        // SAFETY: there are that many entries.
        0..4 => Some(unsafe { ffi::layout_station_mean(station) }),
        _ => None,
    }
}

impl Station {
    pub fn name_bytes(&self) -> &[u8] {
        let mut end = 0;
        while end < 12 && self.name[end] != 0 {
            end += 1;
        }
        // SAFETY: signed bytes are bytes.
        let name = unsafe { &*(&raw const self.name).cast::<[u8; 12]>() };
        &name[..end]
    }

    pub fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name_bytes())
    }
}

pub fn reading(number: i32) -> Value {
    let reading = ffi::layout_reading(number);
    // SAFETY: C has written the kind.
    match unsafe { reading.kind.0.assume_init() } {
        0 => Value::Nothing,
        // SAFETY: C has written the member that the kind names.
        1 => Value::Count(unsafe { reading.payload.count }),
        // SAFETY: C has written the member that the kind names.
        5 => Value::Ratio(unsafe { reading.payload.ratio }),
        9 => {
            let mut text = Vec::new();
            // SAFETY: C has written the member that the kind names, all of it.
            for byte in unsafe { reading.payload.text.map(|byte| byte.assume_init()) } {
                if byte == b'\0' {
                    break;
                }
                text.push(byte);
            }
            Value::Text(text)
        }
        kind => Value::Unknown(kind),
    }
}

pub fn digest(value: &Value) -> Option<u64> {
    let mut reading = MaybeUninit::<Reading>::zeroed();
    let at = reading.as_mut_ptr();
    // SAFETY: the places lie in the reading, which is all zeros.
    unsafe {
        let kind = (&raw mut (*at).kind).cast::<c_uint>();
        match value {
            Value::Nothing => {}
            Value::Count(count) => {
                kind.write(1);
                (*at).payload.count = *count;
            }
            Value::Ratio(ratio) => {
                kind.write(5);
                (*at).payload.ratio = *ratio;
            }
            Value::Text(text) => {
                if text.len() > 19 || text.iter().any(|byte| *byte == 0) {
                    return None;
                }
                kind.write(9);
                let to = (&raw mut (*at).payload).cast::<u8>();
                to.copy_from_nonoverlapping(text.as_ptr(), text.len());
            }
            Value::Unknown(_) => return None,
        }
        Some(ffi::layout_digest(&*at))
    }
}

impl Frame {
    pub fn sealed(start: u8, length: u32, stamp: u64) -> Frame {
        let mut frame = Frame { start, length, checksum: 0xABCD, stamp };
        ffi::layout_seal(&mut frame);
        frame
    }

    pub fn is_sealed(&self) -> bool {
        ffi::layout_is_sealed(self) > 0
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Frame> {
        (bytes.len() == 15).then(|| {
            // SAFETY: a packed frame needs no alignment, and there are 15 bytes.
            unsafe { *bytes.as_ptr().cast::<Frame>() }
        })
    }

    pub fn to_bytes(&self) -> [u8; 15] {
        // SAFETY: 15 initialised bytes of alignment 1.
        unsafe { *(&raw const *self).cast() }
    }
}

/// A C object that somebody must close.
pub trait Closes {
    /// # Safety
    ///
    /// - The object is open, and is not used after this.
    unsafe fn close(raw: NonNull<Self>);
}

impl Closes for ffi::RawJournal {
    unsafe fn close(raw: NonNull<Self>) {
        // SAFETY: the caller's promise.
        unsafe { ffi::layout_journal_close(raw) }
    }
}

pub struct Owned<T: Closes, Side> {
    raw: NonNull<T>,
    side: Side,
}

impl<T: Closes, Side> Drop for Owned<T, Side> {
    fn drop(&mut self) {
        // SAFETY: ours, closed here alone.
        unsafe { T::close(self.raw) }
    }
}

/// The samples a second time, for whoever wants to look at them.
#[derive(Default)]
pub struct Mirror {
    #[allow(clippy::vec_box, reason = "the samples must not move")]
    samples: Vec<Box<Sample>>,
}

impl Deref for Mirror {
    type Target = [Box<Sample>];

    fn deref(&self) -> &Self::Target {
        &self.samples
    }
}

pub type Journal = Owned<ffi::RawJournal, Mirror>;

impl Journal {
    pub fn open() -> Option<Self> {
        ffi::layout_journal_open().map(|raw| Owned { raw, side: Mirror::default() })
    }

    pub fn add(&mut self, sample: &Sample) -> bool {
        // SAFETY: open and ours.
        let added = unsafe { ffi::layout_journal_add(self.raw, sample) } != 0;
        if added {
            self.side.samples.push(Box::new(*sample));
        }
        added
    }

    pub fn len(&self) -> usize {
        // SAFETY: open and ours.
        unsafe { ffi::layout_journal_len(self.raw) }
    }

    pub fn get(&self, index: usize) -> Option<&Sample> {
        self.side.get(index).map(|sample| &**sample)
    }
}
