//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 004-0650-b

// ANCHOR: all
struct Subscription {
    state: Box<i32>,
}

fn main() {
    let mut state = Box::new(1);
    let data: *mut i32 = &mut *state; // registered with C
    let subscription = Subscription { state }; // the box moves
    let inside = unsafe { &mut *data };
    *inside += 1;
    println!("{}", subscription.state);
}
// ANCHOR_END: all
