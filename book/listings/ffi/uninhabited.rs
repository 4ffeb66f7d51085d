//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 001-1247-c

// ANCHOR: all
enum Database {}

fn inspect(database: &Database) -> usize {
    std::ptr::from_ref(database).addr()
}

fn main() {
    let storage = 7u64;
    let database: *const Database = (&raw const storage).cast();
    println!("{}", inspect(unsafe { &*database }) != 0);
}
// ANCHOR_END: all
