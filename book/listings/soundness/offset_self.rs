//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
struct Message {
    bytes: [u8; 4],
    first: usize,
}

impl Message {
    fn first(&self) -> u8 {
        self.bytes[self.first]
    }
}

fn main() {
    let message = Box::new(Message { bytes: [1, 2, 3, 4], first: 0 });
    println!("{}", message.first());
}
// ANCHOR_END: all
