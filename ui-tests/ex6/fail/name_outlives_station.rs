// The name lies in the station, so no slice of it may outlive the station.
#![allow(warnings)]
use unsafe_workbook::ex6_layout::Station;

fn name_after_close(made: Box<Station>) -> usize {
    let name: &[u8];
    {
        let station = made;
        name = station.name_bytes();
    }
    name.len()
}

fn main() {}
