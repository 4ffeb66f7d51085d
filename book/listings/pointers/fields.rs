//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
struct Account {
    name: String,
    entries: [i64; 3],
}

fn main() {
    let mut account = Account { name: "savings".into(), entries: [1, 2, 3] };
    let ptr = &raw mut account;
    // SAFETY: `account` is alive, initialised, and used through `ptr` alone.
    unsafe {
        let balance = &raw mut (*ptr).entries; // a place, not a reference
        let second = balance.cast::<i64>().add(1);
        second.write(20);
        (*ptr).name.push_str(" account");
        println!("{} {:?}", (*ptr).name, *balance);
    }
}
// ANCHOR_END: all
