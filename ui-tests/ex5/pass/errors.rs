// Errors can be compared, copied and printed, and more of them may come.
use unsafe_workbook::ex5_memory_pool::{MemoryPool, PoolError};

fn describe(error: PoolError) -> &'static str {
    match error {
        PoolError::ZeroSize => "nothing was asked for",
        PoolError::CapacityOverflow => "too much was asked for",
        PoolError::OutOfMemory => "no memory",
        PoolError::ForeignPointer | PoolError::NotAChunk => "not one of ours",
        PoolError::DoubleFree => "free already",
        _ => "something new",
    }
}

fn copies<T: Copy + Clone + Eq + std::fmt::Debug>(value: T) -> bool {
    let (one, two) = (value, value);
    format!("{one:?}") == format!("{two:?}") && one == two
}

fn main() {
    let error: Option<PoolError> = MemoryPool::new(0, 1).err();
    assert!(error.is_some_and(copies));
    assert_eq!(error.map(describe), Some("nothing was asked for"));
}
