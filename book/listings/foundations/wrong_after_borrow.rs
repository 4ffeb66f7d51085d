//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ why: the same method call as in 000-2704-c, reached through as_mut_vec

// ANCHOR: all
fn main() {
    let mut name = String::from("cafe");
    {
        // A `&mut Vec<u8>` accepts every byte. The lender does not.
        let bytes = unsafe { name.as_mut_vec() };
        bytes.clear();
        bytes.push(0xFF);
    }
    println!("{:?}", name.chars().next());
}
// ANCHOR_END: all
