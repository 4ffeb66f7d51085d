//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ measured: 000-0504
//@ why: a safe function that dereferences any pointer that is not null

// ANCHOR: all
fn first_byte(ptr: *const u8) -> Option<u8> {
    if ptr.is_null() { None } else { Some(unsafe { *ptr }) }
}

fn main() {
    let text = String::from("workbook");
    let ptr = text.as_ptr();
    drop(text);
    println!("{:?}", first_byte(ptr));
}
// ANCHOR_END: all
