//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
extern "C-unwind" fn callback() {
    panic!("in a callback");
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let result = std::panic::catch_unwind(|| callback());
    println!("caught: {}", result.is_err());
}
// ANCHOR_END: all
