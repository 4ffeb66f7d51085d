//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// The slot of the element `index` of a queue that starts at `head`.
fn slot(head: usize, index: usize, capacity: usize) -> usize {
    let until_end = capacity - head;
    if index < until_end { head + index } else { index - until_end }
}

fn main() {
    let order: Vec<usize> = (0..4).map(|index| slot(3, index, 5)).collect();
    println!("{order:?}");
}
// ANCHOR_END: all
