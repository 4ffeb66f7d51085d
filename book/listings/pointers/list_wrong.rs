//@ run: undefined
//@ miri: stacked=ub tree=ok
//@ why: a box is moved after a pointer to it was stored, then read through that pointer; 004-0650-c, with one box, was measured so

// ANCHOR: all
struct Node {
    value: u32,
    next: *mut Node,
}

fn chain() -> (Box<Node>, Box<Node>) {
    let mut last = Box::new(Node { value: 2, next: std::ptr::null_mut() });
    let first = Box::new(Node { value: 1, next: &mut *last });
    (first, last) // moving a box ends every pointer made from it before
}

fn main() {
    let (first, last) = chain();
    println!("{}", first.value + unsafe { (*first.next).value } + last.value);
}
// ANCHOR_END: all
