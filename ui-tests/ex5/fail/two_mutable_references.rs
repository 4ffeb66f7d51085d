// Two threads must not allocate from one pool at the same time.
#![allow(warnings)]
use unsafe_workbook::ex5_memory_pool::MemoryPool;

fn both(one: &mut MemoryPool, two: &mut MemoryPool) {}

fn main() {
    let mut pool: MemoryPool = MemoryPool::new(8, 2).unwrap();
    both(&mut pool, &mut pool);
}
