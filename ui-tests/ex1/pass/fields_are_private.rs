// The fields of a box are its own: from outside, a field is one of the value.
use unsafe_workbook::ex1_my_box::MyBox;

struct Mine;

#[derive(Default)]
struct Names {
    ptr: Option<Mine>,
    pointer: Option<Mine>,
    raw: Option<Mine>,
    p: Option<Mine>,
    inner: Option<Mine>,
    data: Option<Mine>,
    value: Option<Mine>,
    layout: Option<Mine>,
}

pub fn named(held: &mut MyBox<Names>) {
    held.ptr = Some(Mine);
    held.pointer = Some(Mine);
    held.raw = Some(Mine);
    held.p = Some(Mine);
    held.inner = Some(Mine);
    held.data = Some(Mine);
    held.value = Some(Mine);
    held.layout = Some(Mine);
}

pub fn numbered(held: &mut MyBox<(Option<Mine>, Option<Mine>)>) {
    held.0 = Some(Mine);
    held.1 = Some(Mine);
}

fn main() {
    let _ = Names::default();
}
