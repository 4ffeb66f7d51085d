// The compiler knows which layouts are promised to C: it warns of all others.
#![deny(improper_ctypes)]
#![allow(dead_code)]
use unsafe_workbook::ex6_layout::{Frame, Kind, Payload, Reading, Sample, Station};

// SAFETY: nothing is called; the compiler looks at the types.
unsafe extern "C" {
    fn sample(sample: Sample);
    fn station(station: Station);
    fn kind(kind: Kind);
    fn payload(payload: Payload);
    fn reading(reading: Reading);
    fn frame(frame: Frame);
}

fn main() {}
