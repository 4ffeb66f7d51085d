//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-0532

// ANCHOR: all
fn borrow<'a>(ptr: *const String) -> &'a String {
    unsafe { &*ptr }
}

fn main() {
    let text = String::from("short-lived");
    let forever: &'static String = borrow(&text);
    drop(text);
    println!("{forever}");
}
// ANCHOR_END: all
