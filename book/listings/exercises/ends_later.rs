//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::rc::Rc;

struct Closure {
    name: String,
}

impl Drop for Closure {
    fn drop(&mut self) {
        println!("freed: {}", self.name);
    }
}

fn main() {
    let registered = Rc::into_raw(Rc::new(Closure { name: "once".into() }));

    // What the trampoline does: a count of its own for the time of the call.
    // SAFETY: `registered` came from `into_raw`; its count is not yet given back.
    let running = unsafe {
        Rc::increment_strong_count(registered);
        Rc::from_raw(registered)
    };

    // What the destructor of the subscription does, in the middle of the call.
    // SAFETY: this is the count of `into_raw`, given back once.
    drop(unsafe { Rc::from_raw(registered) });

    println!("still there: {}", running.name);
    drop(running);
}
// ANCHOR_END: all
