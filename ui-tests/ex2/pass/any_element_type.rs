// The buffer asks nothing of its element type, and is Send and Sync for every
// element type that is. Its methods have the signatures of the contract.
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

pub fn signatures<T>() {
    let _: fn(usize) -> CircularBuffer<T> = CircularBuffer::new;
    let _: fn(&mut CircularBuffer<T>, T) -> Result<(), &'static str> = CircularBuffer::push;
    let _: fn(&mut CircularBuffer<T>) -> Option<T> = CircularBuffer::pop;
    let _: fn(&CircularBuffer<T>) -> Option<&T> = CircularBuffer::front;
    let _: fn(&mut CircularBuffer<T>) = CircularBuffer::clear;
    let _: fn(&CircularBuffer<T>) -> usize = CircularBuffer::len;
    let _: fn(&CircularBuffer<T>) -> usize = CircularBuffer::capacity;
    let _: fn(&CircularBuffer<T>) -> bool = CircularBuffer::is_empty;
    let _: fn(&CircularBuffer<T>) -> bool = CircularBuffer::is_full;
}

pub fn can_be_sent<T: Send>(buffer: CircularBuffer<T>) -> impl Send {
    buffer
}

pub fn can_be_shared<T: Sync>(buffer: CircularBuffer<T>) -> impl Sync {
    buffer
}

fn main() {}
