//@ run: panic
//@ miri: stacked=panic tree=panic

// ANCHOR: all
struct Value;

impl Drop for Value {
    fn drop(&mut self) {
        panic!("the value's destructor panics");
    }
}

struct Memory(&'static str);

impl Drop for Memory {
    fn drop(&mut self) {
        println!("freed: {}", self.0);
    }
}

fn main() {
    let _by_a_local = Memory("by the destructor of a local");
    drop(Value);
    drop(Memory("by a line below"));
}
// ANCHOR_END: all
