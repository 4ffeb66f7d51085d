//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ asan: double-free

// ANCHOR: all
/// Replaces every element by what `change` makes of it.
fn replace_all<T>(items: &mut [T], change: impl Fn(T) -> T) {
    for item in items {
        unsafe {
            let old = std::ptr::read(item);
            let new = change(old); // what if this panics?
            std::ptr::write(item, new);
        }
    }
}

fn main() {
    let mut names = vec![Box::new(1), Box::new(2)];
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        replace_all(&mut names, |_| panic!("no more names"));
    }));
    println!("{}", result.is_err());
}
// ANCHOR_END: all
