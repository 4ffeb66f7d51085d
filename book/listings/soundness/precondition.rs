//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ debug: unsafe precondition(s) violated
//@ optimised: silent

// ANCHOR: all
fn main() {
    // A half of a pair in UTF-16, which is no character.
    let number = std::hint::black_box(0xD800);
    let letter = unsafe { char::from_u32_unchecked(number) };
    std::process::exit(i32::from(letter == 'a'));
}
// ANCHOR_END: all
