//@ error: E0597
// A forgotten subscription stays registered, so no closure may borrow from a stack frame.
use std::sync::Mutex;
use unsafe_workbook::ex8_callbacks::Source;

fn main() {
    let source = Source::new().unwrap();
    {
        let list = Mutex::new(Vec::new());
        let list = &list; //~
        std::mem::forget(source.subscribe(move |value| list.lock().unwrap().push(value)));
    }
    let _ = source.fire(1);
}
