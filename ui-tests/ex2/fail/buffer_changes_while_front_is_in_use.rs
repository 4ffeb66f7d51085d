// Rule: a reference from `front` borrows the buffer, so nothing may change it
// while the reference is in use. (E0502)
#![allow(warnings)]

use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

fn push_while_front_is_in_use(buffer: &mut CircularBuffer<String>) {
    let oldest: Option<&String> = buffer.front();
    buffer.push(String::new());
    println!("{oldest:?}");
}

fn pop_while_front_is_in_use(buffer: &mut CircularBuffer<String>) {
    let oldest: Option<&String> = buffer.front();
    buffer.pop();
    println!("{oldest:?}");
}

fn clear_while_front_is_in_use(buffer: &mut CircularBuffer<String>) {
    let oldest: Option<&String> = buffer.front();
    buffer.clear();
    println!("{oldest:?}");
}

fn main() {}
