// Rule: a reference that `iter` yields borrows the buffer, so nothing may change it
// while the reference is in use. (E0502)
#![allow(warnings)]

use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

fn push_while_an_element_is_in_use(buffer: &mut CircularBuffer<String>) {
    let element: Option<&String> = buffer.iter().next();
    buffer.push(String::new());
    println!("{element:?}");
}

fn pop_while_an_element_is_in_use(buffer: &mut CircularBuffer<String>) {
    let element: Option<&String> = buffer.iter().next();
    buffer.pop();
    println!("{element:?}");
}

fn clear_while_an_element_is_in_use(buffer: &mut CircularBuffer<String>) {
    let element: Option<&String> = buffer.iter().next();
    buffer.clear();
    println!("{element:?}");
}

fn main() {}
