//@ error: E0277
// C may call from a thread of its own, so what a closure owns must be Send.
use std::rc::Rc;
use unsafe_workbook::ex8_callbacks::Source;

fn main() {
    let source = Source::new().unwrap();
    let count = Rc::new(1);
    let closure = move |_: i32| drop(Rc::clone(&count));
    let _subscription = source.subscribe(closure); //~
}
