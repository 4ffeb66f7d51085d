// A subscription uses its source when it ends, so it must not outlive it.
#![allow(warnings)]
use unsafe_workbook::ex8_callbacks::{Source, Subscription};

fn close(_: Source) {}

fn end(_: Subscription<'_>) {}

fn source_first(source: Source) {
    let subscription = source.subscribe(|_| {}).unwrap();
    close(source);
    end(subscription);
}

fn main() {}
