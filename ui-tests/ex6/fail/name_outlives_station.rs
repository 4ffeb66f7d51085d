// The name lies in the station, so no slice of it may outlive the station.
#![allow(warnings)]
use unsafe_workbook::ex6_layout::Station;

fn close(_: Box<Station>) {}

fn name_after_close(station: Box<Station>) -> usize {
    let name: &[u8] = station.name_bytes();
    close(station);
    name.len()
}

fn main() {}
