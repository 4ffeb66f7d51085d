// A subscription uses its source when it ends, so it must not outlive it.
#![allow(warnings)]
use unsafe_workbook::ex8_callbacks::{Source, Subscription};

fn end(_: Subscription<'_>) {}

fn source_first(open: Source) {
    let subscription: Subscription<'_>;
    {
        let source = open;
        subscription = source.subscribe(|_| {}).unwrap();
    }
    end(subscription);
}

fn main() {}
