//@ run: ok
//@ miri: stacked=ok tree=ok
//@ measured: 000-3977

// ANCHOR: all
fn allowed(path: &str) -> bool {
    !path.contains("../")
}

fn main() {
    for path in ["../secret", "/etc/passwd", "..", "notes/.."] {
        println!("{path:12} {}", allowed(path));
    }
}
// ANCHOR_END: all
