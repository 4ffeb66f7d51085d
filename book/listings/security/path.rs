//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::path::{Component, Path};

/// Only plain names, one below the other.
fn allowed(path: &Path) -> bool {
    path.components().count() > 0
        && path.components().all(|part| matches!(part, Component::Normal(_)))
}

fn main() {
    for path in ["../secret", "/etc/passwd", "..", "notes/..", "notes/today.txt"] {
        println!("{path:16} {}", allowed(Path::new(path)));
    }
}
// ANCHOR_END: all
