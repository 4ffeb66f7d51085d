// A field of a packed struct may lie at any address, so no reference may point to it.
#![allow(warnings)]
use unsafe_workbook::ex6_layout::Frame;

fn read(frame: &Frame) -> u32 {
    let length: &u32 = &frame.length;
    *length
}

fn main() {}
