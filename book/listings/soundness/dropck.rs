//@ compile-fail: E0597

// ANCHOR: all
struct Loud<'a>(&'a str);

impl Drop for Loud<'_> {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn main() {
    let loud;
    let text = String::from("dropped first");
    loud = Loud(&text);
    let _ = &loud;
}
// ANCHOR_END: all
