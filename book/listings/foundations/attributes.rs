//@ run: ok
//@ miri: stacked=unsupported tree=unsupported

// ANCHOR: all
// Someone must vouch for the signatures: `unsafe extern`.
unsafe extern "C" {
    // No argument can harm this one.
    safe fn abs(number: i32) -> i32;
}

// Someone must vouch that no other symbol has this name: `#[unsafe(...)]`.
#[unsafe(no_mangle)]
pub extern "C" fn workbook_answer() -> i32 {
    42
}

fn main() {
    println!("{} {}", abs(-5), workbook_answer());
}
// ANCHOR_END: all
