// The buffer asks nothing of its element type, and is Send and Sync for every
// element type that is.
use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

pub fn every_method<T>(value: T) -> Option<T> {
    let mut buffer = CircularBuffer::<T>::new(1);
    let answer: Result<(), &'static str> = buffer.push(value);
    let _: bool = answer.is_ok() && buffer.is_full() && !buffer.is_empty();
    let _: usize = buffer.len() + buffer.capacity();
    let _: Option<&T> = buffer.front();
    let _: Option<&T> = buffer.iter().next();
    let value = buffer.pop();
    buffer.clear();
    value
}

pub fn can_be_sent<T: Send>(buffer: CircularBuffer<T>) -> impl Send {
    buffer
}

pub fn can_be_shared<T: Sync>(buffer: CircularBuffer<T>) -> impl Sync {
    buffer
}

fn main() {}
