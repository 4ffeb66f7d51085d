// Rule: an iterator borrows the buffer, so nothing may change it while the
// iterator is in use. (E0502)
#![allow(warnings)]

use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

fn push_while_iter_runs(buffer: &mut CircularBuffer<String>) {
    let mut elements = buffer.iter();
    buffer.push(String::new());
    elements.next();
}

fn pop_while_iter_runs(buffer: &mut CircularBuffer<String>) {
    let mut elements = buffer.iter();
    buffer.pop();
    elements.next();
}

fn clear_while_iter_runs(buffer: &mut CircularBuffer<String>) {
    let mut elements = buffer.iter();
    buffer.clear();
    elements.next();
}

fn main() {}
