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
    memory: Option<Mine>,
    mem: Option<Mine>,
    start: Option<Mine>,
    address: Option<Mine>,
    addr: Option<Mine>,
    heap: Option<Mine>,
    block: Option<Mine>,
    content: Option<Mine>,
    contents: Option<Mine>,
    item: Option<Mine>,
    val: Option<Mine>,
    nn: Option<Mine>,
    non_null: Option<Mine>,
    storage: Option<Mine>,
    owned: Option<Mine>,
    boxed: Option<Mine>,
    object: Option<Mine>,
    allocation: Option<Mine>,
    place: Option<Mine>,
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
    held.memory = Some(Mine);
    held.mem = Some(Mine);
    held.start = Some(Mine);
    held.address = Some(Mine);
    held.addr = Some(Mine);
    held.heap = Some(Mine);
    held.block = Some(Mine);
    held.content = Some(Mine);
    held.contents = Some(Mine);
    held.item = Some(Mine);
    held.val = Some(Mine);
    held.nn = Some(Mine);
    held.non_null = Some(Mine);
    held.storage = Some(Mine);
    held.owned = Some(Mine);
    held.boxed = Some(Mine);
    held.object = Some(Mine);
    held.allocation = Some(Mine);
    held.place = Some(Mine);
}

pub fn numbered(held: &mut MyBox<(Option<Mine>, Option<Mine>)>) {
    held.0 = Some(Mine);
    held.1 = Some(Mine);
}

fn main() {
    let _ = Names::default();
}
