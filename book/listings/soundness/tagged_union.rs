//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::mem::ManuallyDrop;

union Content {
    text: ManuallyDrop<String>,
    number: u64,
}

/// - INV-1: `content.text` is the live field if and only if `is_text`.
struct Value {
    is_text: bool,
    content: Content,
}

impl Value {
    fn text(text: &str) -> Self {
        Value { is_text: true, content: Content { text: ManuallyDrop::new(text.into()) } }
    }

    fn number(number: u64) -> Self {
        Value { is_text: false, content: Content { number } }
    }

    fn as_text(&self) -> Option<&str> {
        // SAFETY: INV-1.
        self.is_text.then(|| unsafe { self.content.text.as_str() })
    }

    fn as_number(&self) -> Option<u64> {
        // SAFETY: INV-1.
        (!self.is_text).then(|| unsafe { self.content.number })
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        if self.is_text {
            // SAFETY: INV-1, and `drop` runs once.
            unsafe { ManuallyDrop::drop(&mut self.content.text) }
        }
    }
}

fn main() {
    let values = [Value::text("seven"), Value::number(7)];
    for value in &values {
        println!("{:?} {:?}", value.as_text(), value.as_number());
    }
    println!("{} {}", size_of::<Value>(), size_of::<Result<String, u64>>());
}
// ANCHOR_END: all
