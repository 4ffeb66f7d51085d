//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// Replaces every element by what `change` makes of it.
fn replace_all<T>(items: &mut Vec<T>, change: impl Fn(T) -> T) {
    let len = items.len();
    // While elements are out, the vector claims to have none: a panic leaks
    // them, and drops nothing twice.
    // SAFETY: 0 <= capacity, and no element has to be initialised.
    unsafe { items.set_len(0) };
    for index in 0..len {
        // SAFETY: `index < len`: inside the allocation.
        let place = unsafe { items.as_mut_ptr().add(index) };
        // SAFETY: the element was initialised and is read once.
        let old = unsafe { place.read() };
        // PANICS HERE: `change` may.
        let new = change(old);
        // SAFETY: the place is empty since the `read`.
        unsafe { place.write(new) };
    }
    // SAFETY: all `len` elements are initialised again.
    unsafe { items.set_len(len) };
}

fn main() {
    let mut numbers = vec![1, 2, 3];
    replace_all(&mut numbers, |number| number * 10);
    println!("{numbers:?}");
}
// ANCHOR_END: all
