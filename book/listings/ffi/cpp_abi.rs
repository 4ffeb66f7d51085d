//@ compile-fail: E0703

// ANCHOR: all
extern "C++" fn method() {}

fn main() {
    method();
}
// ANCHOR_END: all
