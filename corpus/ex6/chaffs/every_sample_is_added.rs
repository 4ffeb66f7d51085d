//! defect: says of every sample that it was added
//! class: error handling
//! stage: stable
//! shows: a sample that C refused is said to be there
//! caught_by: memory::what_c_refuses_is_no_sample

use std::ffi::{CString, c_char, c_uint};
use std::marker::{PhantomData, PhantomPinned};
use std::mem::{self, MaybeUninit};
use std::ptr::{self, NonNull};

/// One measurement.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Sample {
    pub channel: u8,
    pub value: f64,
    pub flags: u16,
}

/// A station with its last measurements.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Station {
    pub name: [c_char; 12],
    pub latest: Sample,
    pub history: [Sample; 3],
    pub used: i32,
}

/// `enum kind`: a number with names for some of its values (INV-2).
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Kind(pub c_uint);

impl Kind {
    pub const NOTHING: Kind = Kind(0);
    pub const COUNT: Kind = Kind(1);
    pub const RATIO: Kind = Kind(5);
    pub const TEXT: Kind = Kind(9);
}

/// The member that [`Reading::kind`] names is the one that is meant.
#[derive(Clone, Copy)]
#[repr(C)]
pub union Payload {
    pub count: i64,
    pub ratio: f64,
    pub text: [c_char; 20],
}

/// A tagged union.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Reading {
    pub kind: Kind,
    pub payload: Payload,
}

/// A frame as it travels over the wire.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub struct Frame {
    pub start: u8,
    pub length: u32,
    pub checksum: u16,
    pub stamp: u64,
}

/// A reading, as Rust would have it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Count(i64),
    Ratio(f64),
    Text(Vec<u8>),
    /// A kind that the header does not list.
    Unknown(u32),
}

/// The C side of a journal: never made, never moved and never read in Rust.
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

/// The same sample with `value * factor`, by value through C and back.
pub fn scale(sample: Sample, factor: f64) -> Sample {
    layout_scale(sample, factor)
}

/// Adds `by` to the value.
pub fn shift(sample: &mut Sample, by: f64) {
    // SAFETY: the pointer comes from a reference, so it is aligned, initialised
    // and ours alone for the time of the call; C keeps no copy of it.
    unsafe { layout_shift(sample, by) }
}

/// Replaces each sample by what `change` makes of it.
pub fn map(samples: &mut [Sample], change: extern "C" fn(Sample) -> Sample) {
    // SAFETY: pointer and length come from one slice that is ours alone for the
    // time of the call; `change` is safe to call with any sample.
    unsafe { layout_map(samples.as_mut_ptr(), samples.len(), change) }
}

/// Lets `change` work on each sample in its place.
pub fn each(samples: &mut [Sample], change: extern "C" fn(&mut Sample)) {
    // SAFETY:
    // - pointer and length come from one slice that is ours alone for the time of
    //   the call;
    // - C hands `change` pointers into that slice, one at a time, so each is a
    //   valid `&mut Sample` while `change` runs.
    unsafe { layout_each(samples.as_mut_ptr(), samples.len(), change) }
}

/// A station whose samples all hold `value`. `None` when the name does not fit
/// into 11 bytes or contains a NUL.
pub fn station(name: &str, value: f64) -> Option<Station> {
    let name = CString::new(name).ok()?;
    if name.count_bytes() >= mem::size_of::<[c_char; 12]>() {
        return None;
    }
    // SAFETY: `name` ends in NUL and lives until the end of this function; C
    // copies it.
    Some(unsafe { layout_station(name.as_ptr(), value) })
}

/// The mean of the latest sample and the used part of the history. `None` when
/// `used` is no number of history entries.
pub fn mean(station: &Station) -> Option<f64> {
    if !(0..=station.history.len() as i32).contains(&station.used) {
        return None;
    }
    // SAFETY: the pointer comes from a reference; C reads the first `used`
    // entries of `history`, and there are that many (checked above).
    Some(unsafe { layout_station_mean(station) })
}

impl Station {
    /// The name up to its first NUL, or all of it where there is none.
    pub fn name_bytes(&self) -> &[u8] {
        // SAFETY: a `c_char` has the size and alignment of a `u8`, and every byte
        // is a valid `u8`; the slice borrows `self`.
        let name: &[u8; 12] = unsafe { &*(&raw const self.name).cast() };
        match name.iter().position(|byte| *byte == 0) {
            Some(end) => &name[..end],
            None => name,
        }
    }
}

/// The reading of that number, as C makes it.
pub fn reading(number: i32) -> Value {
    let reading = layout_reading(number);
    // `kind` names the member that C wrote; before that, C filled the whole union
    // with zeros.
    match reading.kind {
        Kind::NOTHING => Value::Nothing,
        // SAFETY: C wrote `count`; every bit pattern is an `i64`.
        Kind::COUNT => Value::Count(unsafe { reading.payload.count }),
        // SAFETY: C wrote `ratio`; every bit pattern is an `f64`.
        Kind::RATIO => Value::Ratio(unsafe { reading.payload.ratio }),
        Kind::TEXT => {
            // SAFETY: C wrote `text` and filled the rest with zeros: all bytes are
            // initialised.
            let text = unsafe { reading.payload.text };
            let text = text.iter().map(|byte| *byte as u8);
            Value::Text(text.take_while(|byte| *byte != 0).collect())
        }
        Kind(other) => Value::Unknown(other),
    }
}

/// C's digest of a value. `None` for [`Value::Unknown`], and for a text that
/// contains a NUL or does not fit into 19 bytes.
pub fn digest(value: &Value) -> Option<u64> {
    // All bytes of the union are set, whatever member comes to lie in it.
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
    // SAFETY: the pointer comes from a reference to a local, and the member that
    // `kind` names is initialised, a text with all of its 20 bytes.
    Some(unsafe { layout_digest(&reading) })
}

impl Frame {
    /// A frame with the right checksum.
    pub fn sealed(start: u8, length: u32, stamp: u64) -> Frame {
        let mut frame = Frame { start, length, checksum: 0, stamp };
        // SAFETY: the pointer comes from a reference; `struct frame` is packed in C
        // as well, so C expects no alignment.
        unsafe { layout_seal(&mut frame) };
        frame
    }

    /// Whether the checksum is right.
    pub fn is_sealed(&self) -> bool {
        // SAFETY: the pointer comes from a reference, and C only reads.
        unsafe { layout_is_sealed(self) != 0 }
    }

    /// A frame from the 15 bytes of its fields. `None` for any other number.
    pub fn from_bytes(bytes: &[u8]) -> Option<Frame> {
        if bytes.len() != mem::size_of::<Frame>() {
            return None;
        }
        let mut frame = MaybeUninit::<Frame>::uninit();
        // SAFETY: both sides are `size_of::<Frame>()` bytes (checked above), they
        // do not overlap, and bytes need no alignment.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), frame.as_mut_ptr().cast(), bytes.len())
        };
        // SAFETY: every byte was written, and every pattern is a valid `Frame`:
        // integers, without padding.
        Some(unsafe { frame.assume_init() })
    }

    /// The 15 bytes of the fields.
    pub fn to_bytes(&self) -> [u8; 15] {
        // SAFETY: the sizes are equal (`transmute` checks that), and a packed
        // struct of integers has no padding, so every byte is initialised.
        unsafe { mem::transmute(*self) }
    }
}

/// An open journal.
pub struct Journal {
    /// Open and ours alone (INV-3). `NonNull` makes the journal neither `Send` nor
    /// `Sync`, as the header demands.
    raw: NonNull<RawJournal>,
}

impl Journal {
    /// A new empty journal; `None` when C has no memory or no room for another.
    pub fn open() -> Option<Journal> {
        NonNull::new(layout_journal_open()).map(|raw| Journal { raw })
    }

    /// Adds a copy of the sample. False, and nothing changed, when C has no memory or
    /// no room for another.
    pub fn add(&mut self, sample: &Sample) -> bool {
        // SAFETY: the journal is open and ours alone (INV-3), and `&mut self` says
        // that no reference from `get` is alive, which this call may invalidate.
        unsafe { layout_journal_add(self.raw.as_ptr(), sample) };
        true
    }

    /// How many samples there are.
    #[allow(clippy::len_without_is_empty, reason = "the contract has no is_empty")]
    pub fn len(&self) -> usize {
        // SAFETY: the journal is open (INV-3), and C only reads.
        unsafe { layout_journal_len(self.raw.as_ptr()) }
    }

    /// The sample at `index`.
    pub fn get(&self, index: usize) -> Option<&Sample> {
        // SAFETY: the journal is open (INV-3), and C only reads.
        let sample = unsafe { layout_journal_get(self.raw.as_ptr(), index) };
        // SAFETY: null or a sample that C initialised. It stays until the next
        // `add` or the end of the journal, and the reference borrows `self`, which
        // excludes both.
        unsafe { sample.as_ref() }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // SAFETY: the journal is open, and nobody closes it but we, here, once
        // (INV-3).
        unsafe { layout_journal_close(self.raw.as_ptr()) }
    }
}
