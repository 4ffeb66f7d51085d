//@ compile-fail: E0597

// ANCHOR: all
struct View<'a> {
    bytes: &'a [u8],
}

impl<'a> View<'a> {
    fn first(&self) -> Option<&'a u8> {
        self.bytes.first()
    }
}

fn main() {
    let view;
    {
        let bytes = vec![1, 2, 3];
        view = View { bytes: &bytes };
    }
    println!("{:?}", view.first());
}
// ANCHOR_END: all
