// A pool that is shared hands out no chunk: `allocate` needs the pool for itself.
#![allow(warnings)]
use unsafe_workbook::ex5_memory_pool::MemoryPool;

fn take(pool: &MemoryPool) {
    pool.allocate();
}

fn main() {}
