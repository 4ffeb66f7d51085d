//@ compile-fail: lifetime may not live long enough

// ANCHOR: all
struct Owner<T>(*mut T);

fn shorten<'a>(owner: Owner<&'static str>) -> Owner<&'a str> {
    owner
}

fn main() {
    let text: &'static str = "text";
    let owner = Owner(Box::into_raw(Box::new(text)));
    let _ = shorten(owner);
}
// ANCHOR_END: all
