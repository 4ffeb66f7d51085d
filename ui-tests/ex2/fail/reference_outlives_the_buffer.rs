// Rule: references from `front` and `iter` end with the buffer. (E0597)
#![allow(warnings)]

use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

fn front_outlives_the_buffer() {
    let oldest: Option<&String>;
    {
        let buffer = CircularBuffer::<String>::new(1);
        oldest = buffer.front();
    }
    println!("{oldest:?}");
}

fn element_outlives_the_buffer() {
    let element: Option<&String>;
    {
        let buffer = CircularBuffer::<String>::new(1);
        element = buffer.iter().next();
    }
    println!("{element:?}");
}

fn main() {}
