// A field of a packed struct may lie at any address, so no reference may point to it.
#![allow(warnings)]
use unsafe_workbook::ex6_layout::Frame;

fn write(frame: &mut Frame) {
    let stamp: &mut u64 = &mut frame.stamp;
    *stamp = 1;
}

fn main() {}
