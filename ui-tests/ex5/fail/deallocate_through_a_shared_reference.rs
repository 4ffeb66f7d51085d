// A pool that is shared takes no chunk back: `deallocate` needs the pool for itself.
#![allow(warnings)]
use std::ptr::NonNull;
use unsafe_workbook::ex5_memory_pool::MemoryPool;

fn give(pool: &MemoryPool, chunk: NonNull<u8>) {
    pool.deallocate(chunk);
}

fn main() {}
