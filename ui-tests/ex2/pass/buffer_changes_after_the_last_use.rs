// The twin of the programs in `fail/`: each reference and each iterator is used
// for the last time before the buffer changes.
use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

pub fn front_first(buffer: &mut CircularBuffer<String>) {
    let oldest: Option<&String> = buffer.front();
    println!("{oldest:?}");
    let _ = buffer.push(String::new());
    let oldest: Option<&String> = buffer.front();
    println!("{oldest:?}");
    buffer.pop();
    let oldest: Option<&String> = buffer.front();
    println!("{oldest:?}");
    buffer.clear();
}

pub fn element_first(buffer: &mut CircularBuffer<String>) {
    let element: Option<&String> = buffer.iter().next();
    println!("{element:?}");
    let _ = buffer.push(String::new());
    let element: Option<&String> = buffer.iter().next();
    println!("{element:?}");
    buffer.pop();
    let element: Option<&String> = buffer.iter().next();
    println!("{element:?}");
    buffer.clear();
}

pub fn iter_first(buffer: &mut CircularBuffer<String>) {
    let mut elements = buffer.iter();
    elements.next();
    drop(elements);
    let _ = buffer.push(String::new());
    let mut elements = buffer.iter();
    elements.next();
    drop(elements);
    buffer.pop();
    let mut elements = buffer.iter();
    elements.next();
    drop(elements);
    buffer.clear();
}

pub fn reference_ends_first() {
    let buffer = CircularBuffer::<String>::new(1);
    let oldest: Option<&String> = buffer.front();
    let element: Option<&String> = buffer.iter().next();
    println!("{oldest:?} {element:?}");
}

fn main() {}
