// The items are borrowed for the time of the visit.
#![allow(warnings)]
use std::ops::ControlFlow;
use unsafe_workbook::ex8_callbacks::visit;

fn main() {
    let mut items = vec![1, 2, 3];
    visit(&items, |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
}
