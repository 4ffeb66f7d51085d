//@ compile-fail: E0597

// ANCHOR: all
fn put<'a>(place: &mut &'a str, text: &'a str) {
    *place = text;
}

fn main() {
    let mut long: &'static str = "static";
    {
        let short = String::from("short");
        put(&mut long, &short);
    }
    println!("{long}");
}
// ANCHOR_END: all
