// References live as long as the borrow of the buffer, not as long as the
// iterator that yielded them, and several may be in use at once.
use unsafe_workbook::ex2_circular_buffer::CircularBuffer;

pub fn oldest(buffer: &CircularBuffer<String>) -> Option<&str> {
    buffer.front().map(|text| text.as_str())
}

pub fn all<'a>(buffer: &'a CircularBuffer<String>) -> Vec<&'a String> {
    let mut elements = Vec::new();
    for element in buffer.iter() {
        elements.push(element);
    }
    elements
}

pub fn readers_together(buffer: &CircularBuffer<String>) -> bool {
    let oldest = buffer.front();
    let mut first = buffer.iter();
    let mut second = buffer.iter();
    let same = first.next() == second.next() && oldest == buffer.front();
    same && buffer.len() == buffer.capacity() && buffer.is_full() && !buffer.is_empty()
}

pub fn borrowed_elements<'a>(texts: &'a [String]) -> Option<&'a str> {
    let mut buffer = CircularBuffer::<&'a str>::new(texts.len());
    for text in texts {
        let answer: Result<(), &'static str> = buffer.push(text);
        answer.ok()?;
    }
    buffer.pop()
}

fn main() {}
