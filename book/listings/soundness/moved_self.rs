//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-0989

// ANCHOR: all
struct Message {
    bytes: [u8; 4],
    first: *const u8,
}

impl Message {
    fn new() -> Self {
        let mut message = Message { bytes: [1, 2, 3, 4], first: std::ptr::null() };
        message.first = message.bytes.as_ptr();
        message
    }

    fn first(&self) -> u8 {
        unsafe { *self.first }
    }
}

fn main() {
    let message = Box::new(Message::new());
    println!("{}", message.first());
}
// ANCHOR_END: all
