//@ error: E0004
// Rule: more errors may come, so a match on `PoolError` needs an arm for those.
#![allow(warnings)]
use unsafe_workbook::ex5_memory_pool::PoolError;

fn describe(error: PoolError) -> &'static str {
    match error { //~
        PoolError::ZeroSize => "nothing was asked for",
        PoolError::CapacityOverflow => "too much was asked for",
        PoolError::OutOfMemory => "no memory",
        PoolError::ForeignPointer | PoolError::NotAChunk => "not one of ours",
        PoolError::DoubleFree => "free already",
    }
}

fn main() {}
