// The fields of a buffer are its own: who can change a length or a pointer from
// outside can make safe methods read memory that holds no element.
#![allow(warnings)]

use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

pub fn named(buffer: &CircularBuffer<u32>) {
    &buffer.head; //~
    &buffer.tail; //~
    &buffer.len; //~
    &buffer.length; //~
    &buffer.size; //~
    &buffer.count; //~
    &buffer.used; //~
    &buffer.full; //~
    &buffer.cap; //~
    &buffer.capacity; //~
    &buffer.limit; //~
    &buffer.ptr; //~
    &buffer.pointer; //~
    &buffer.raw; //~
    &buffer.start; //~
    &buffer.base; //~
    &buffer.first; //~
    &buffer.last; //~
    &buffer.front; //~
    &buffer.back; //~
    &buffer.oldest; //~
    &buffer.newest; //~
    &buffer.next; //~
    &buffer.end; //~
    &buffer.read; //~
    &buffer.write; //~
    &buffer.reader; //~
    &buffer.writer; //~
    &buffer.read_pos; //~
    &buffer.write_pos; //~
    &buffer.read_index; //~
    &buffer.write_index; //~
    &buffer.pushed; //~
    &buffer.popped; //~
    &buffer.index; //~
    &buffer.position; //~
    &buffer.buf; //~
    &buffer.buffer; //~
    &buffer.data; //~
    &buffer.storage; //~
    &buffer.store; //~
    &buffer.memory; //~
    &buffer.mem; //~
    &buffer.block; //~
    &buffer.slots; //~
    &buffer.items; //~
    &buffer.elements; //~
    &buffer.elems; //~
    &buffer.values; //~
    &buffer.queue; //~
    &buffer.inner; //~
    &buffer.layout; //~
    &buffer.0; //~
    &buffer.1; //~
    &buffer.2; //~
    &buffer.3; //~
}

fn main() {}
