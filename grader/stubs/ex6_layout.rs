//! # Exercise 6: the layout of C types
//!
//! Goal: mirror the types of `csrc/layout.h` in Rust, byte for byte, and call
//! the functions of that header through safe Rust functions.
//!
//! Read `csrc/layout.h` first: it is short, and it is the specification.
//!
//! Rules that the tests check:
//!
//! - Every size, every alignment and every offset is what the C compiler says.
//!   Types and public fields have the names that stand here; a struct has the
//!   fields of its C twin and no other.
//! - Your `unsafe extern "C"` blocks declare the functions with the types of this
//!   module wherever the header has a struct by value. (Miri compares types.)
//! - The fields are public, so safe code may write anything into them: no safe
//!   function here may then let C read or write past the end of something.
//! - A value that the header does not list is no reason for undefined behaviour.
//! - A `Journal` is closed once, by its destructor; it stays on its thread; its
//!   references are valid as long as they live.
//!
//! Work through the TODOs in order and run `just check ex6` after each one.
//! Stuck? `just hint ex6`.
#![allow(unused_variables, dead_code, reason = "stub: delete this line when you start")]
#![allow(improper_ctypes_definitions, reason = "stub: delete this line as well")]

use std::ffi::c_char;

// TODO(ex6.1): a Rust struct has no fixed layout until an attribute gives it one.
// Compare each type below with the header: attribute, order, sizes.

/// One measurement: `struct sample`.
#[derive(Clone, Copy)]
pub struct Sample {
    pub channel: u8,
    pub value: f64,
    pub flags: u16,
}

/// A station with its last measurements: `struct station`.
#[derive(Clone, Copy)]
pub struct Station {
    pub name: [c_char; 12],
    pub latest: Sample,
    pub history: [Sample; 3],
    pub used: i32,
}

/// `enum kind`. How large is an `enum` in C? And which values may arrive?
#[derive(Clone, Copy)]
pub struct Kind(u8);

/// `union payload`.
#[derive(Clone, Copy)]
pub union Payload {
    pub count: i64,
    pub ratio: f64,
    pub text: [c_char; 1],
}

/// A tagged union: `struct reading`.
#[derive(Clone, Copy)]
pub struct Reading {
    pub kind: Kind,
    pub payload: Payload,
}

/// A frame as it travels over the wire: `struct frame`, which is packed.
#[derive(Clone, Copy)]
#[repr(Rust, packed)]
pub struct Frame {
    pub length: u32,
    pub start: u8,
    pub checksum: u16,
    pub stamp: u64,
}

/// A reading, as Rust would have it. This type never travels to C.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Count(i64),
    Ratio(f64),
    Text(Vec<u8>),
    /// A kind that the header does not list.
    Unknown(u32),
}

// TODO(ex6.2): declare the functions of the header in an `unsafe extern "C"` block.

/// The same sample with `value * factor`, by `layout_scale`.
pub fn scale(sample: Sample, factor: f64) -> Sample {
    todo!("ex6.2: call C by value")
}

/// Adds `by` to the value, by `layout_shift`.
pub fn shift(sample: &mut Sample, by: f64) {
    todo!("ex6.2: call C by pointer")
}

/// Replaces each sample by what `change` makes of it, by `layout_map`.
pub fn map(samples: &mut [Sample], change: extern "C" fn(Sample) -> Sample) {
    todo!("ex6.3: let C call Rust by value")
}

/// Lets `change` work on each sample in its place, by `layout_each`.
pub fn each(samples: &mut [Sample], change: extern "C" fn(&mut Sample)) {
    todo!("ex6.3: let C call Rust by pointer")
}

/// A station whose samples all hold `value`, by `layout_station`. `None` when the
/// name does not fit into 11 bytes or contains a NUL.
pub fn station(name: &str, value: f64) -> Option<Station> {
    todo!("ex6.4: hand C a string that ends in NUL")
}

/// The mean of the latest sample and the used part of the history, by
/// `layout_station_mean`. `None` when `used` is no number of history entries.
pub fn mean(station: &Station) -> Option<f64> {
    todo!("ex6.4: check what C takes on trust")
}

impl Station {
    /// The name up to its first NUL, or all of it where there is none.
    pub fn name_bytes(&self) -> &[u8] {
        todo!("ex6.4: a slice of the name, never past its end")
    }
}

/// The reading of that number, by `layout_reading`.
pub fn reading(number: i32) -> Value {
    todo!("ex6.5: read the member that `kind` names")
}

/// C's digest of a value, by `layout_digest`. `None` for [`Value::Unknown`], and
/// for a text that contains a NUL or does not fit into 19 bytes.
pub fn digest(value: &Value) -> Option<u64> {
    todo!("ex6.5: write the union, all the bytes that C will read")
}

impl Frame {
    /// A frame with the right checksum, by `layout_seal`.
    pub fn sealed(start: u8, length: u32, stamp: u64) -> Frame {
        todo!("ex6.6: let C write the checksum")
    }

    /// Whether the checksum is right, by `layout_is_sealed`.
    pub fn is_sealed(&self) -> bool {
        todo!("ex6.6: let C compare the checksum")
    }

    /// A frame from the 15 bytes of its fields, in the byte order of this machine.
    /// `None` for any other number of bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Frame> {
        todo!("ex6.6: the bytes may begin at any address")
    }

    /// The 15 bytes of the fields, in the byte order of this machine.
    pub fn to_bytes(&self) -> [u8; 15] {
        todo!("ex6.6: copy the bytes out")
    }
}

/// An open journal, by the `layout_journal_` functions.
pub struct Journal {
    // TODO(ex6.7): the pointer that `layout_journal_open` returned, to a type that
    // Rust never looks into. Implement `Drop` as well.
    _raw: *mut u8,
}

impl Journal {
    /// A new empty journal; `None` when C has no memory or no room for another.
    pub fn open() -> Option<Journal> {
        todo!("ex6.7: open the journal")
    }

    /// Adds a copy of the sample. False, and nothing changed, when C has no memory or
    /// no room for another.
    pub fn add(&mut self, sample: &Sample) -> bool {
        todo!("ex6.7: add the sample")
    }

    /// How many samples there are.
    #[allow(clippy::len_without_is_empty, reason = "the contract has no is_empty")]
    pub fn len(&self) -> usize {
        todo!("ex6.7: ask C")
    }

    /// The sample at `index`. How long does C promise to keep it there?
    pub fn get(&self, index: usize) -> Option<&Sample> {
        todo!("ex6.7: ask C, and borrow from self")
    }
}
