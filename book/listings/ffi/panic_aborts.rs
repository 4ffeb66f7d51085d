//@ run: abort
//@ miri: stacked=abort tree=abort
//@ measured: 001-0777-b

// ANCHOR: all
extern "C" fn callback() {
    panic!("in a callback");
}

fn main() {
    let result = std::panic::catch_unwind(|| callback());
    println!("never reached: {}", result.is_err());
}
// ANCHOR_END: all
