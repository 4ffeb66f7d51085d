//@ compile-fail: E0507

// ANCHOR: all
#[derive(Default)]
struct Builder {
    name: String,
}

impl Builder {
    fn name(&mut self, name: &str) -> &mut Self {
        self.name = name.into();
        self
    }

    fn build(self) -> String {
        self.name
    }
}

fn main() {
    println!("{}", Builder::default().name("page").build());
}
// ANCHOR_END: all
