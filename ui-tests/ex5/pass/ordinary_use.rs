// What the refused programs would be without their one offending line.
use std::ptr::NonNull;
use unsafe_workbook::ex5_memory_pool::{MemoryPool, PoolError};

fn take(pool: &mut MemoryPool) -> Option<NonNull<u8>> {
    pool.allocate()
}

fn give(pool: &mut MemoryPool, chunk: NonNull<u8>) -> Result<(), PoolError> {
    pool.deallocate(chunk)
}

fn both(one: &mut MemoryPool, two: &mut MemoryPool) -> usize {
    one.available() + two.available()
}

fn count(pool: &MemoryPool) -> (usize, usize, usize) {
    (pool.chunk_size(), pool.total_chunks(), pool.available())
}

/// A chunk does not borrow the pool: other chunks can be had while it is live.
fn pair(pool: &mut MemoryPool) -> Option<(NonNull<u8>, NonNull<u8>)> {
    let first = pool.allocate()?;
    let second = pool.allocate()?;
    Some((first, second))
}

fn main() -> Result<(), PoolError> {
    let mut one: MemoryPool = MemoryPool::new(16, 3)?;
    let mut two: MemoryPool = MemoryPool::new(16, 3)?;
    assert_eq!(both(&mut one, &mut two), 6);
    let chunk = take(&mut one).expect("a chunk");
    let (first, second) = pair(&mut one).expect("two chunks");
    assert!(take(&mut one).is_none());
    assert!(count(&one).0 >= 16);
    for chunk in [first, chunk, second] {
        give(&mut one, chunk)?;
    }
    assert_eq!((count(&one).1, count(&one).2), (3, 3));
    Ok(())
}
