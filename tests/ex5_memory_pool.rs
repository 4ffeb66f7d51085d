//! The graded suite of exercise 5, `MemoryPool`.
//!
//! It knows the contract and nothing else: where chunks lie, how far apart, in
//! which order they are handed out again and where the pool keeps its books is
//! the pool's own affair.
//!
//! Chunks are reached through the raw pointers that `allocate` returned and
//! through nothing else: no reference into a chunk is ever made here, since it
//! could stand in the way of a pool that is right.

use std::collections::HashSet;
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

use unsafe_workbook::ex5_memory_pool::{MemoryPool, PoolError};
use workbook_support::audit::{Report, pause, scope, scope_refusing, scope_refusing_above};
use workbook_support::{brief, graded};

/// What a call answered, as a value that the code under test has no part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Ok,
    ZeroSize,
    CapacityOverflow,
    OutOfMemory,
    ForeignPointer,
    NotAChunk,
    DoubleFree,
    AnotherError,
}

fn said<T>(answer: Result<T, PoolError>) -> Said {
    match answer {
        Ok(_) => Said::Ok,
        Err(error) => kind(error),
    }
}

fn kind(error: PoolError) -> Said {
    #[allow(unreachable_patterns, reason = "the enum is to be non-exhaustive")]
    match error {
        PoolError::ZeroSize => Said::ZeroSize,
        PoolError::CapacityOverflow => Said::CapacityOverflow,
        PoolError::OutOfMemory => Said::OutOfMemory,
        PoolError::ForeignPointer => Said::ForeignPointer,
        PoolError::NotAChunk => Said::NotAChunk,
        PoolError::DoubleFree => Said::DoubleFree,
        _ => Said::AnotherError,
    }
}

/// A pool of numbers that every pool must serve.
#[track_caller]
fn pool_of(chunk_size: usize, total_chunks: usize) -> MemoryPool {
    match MemoryPool::new(chunk_size, total_chunks) {
        Ok(pool) => pool,
        Err(error) => panic!(
            "expected a pool of {total_chunks} chunks of {chunk_size} bytes, new said {:?}",
            kind(error)
        ),
    }
}

/// The next chunk of a pool that has one.
#[track_caller]
fn chunk_of(pool: &mut MemoryPool) -> NonNull<u8> {
    let chunk: Option<NonNull<u8>> = pool.allocate();
    chunk.expect("expected a chunk: not all of them are in use")
}

/// A pointer that bears an address and nothing else: it may not be used to
/// touch memory.
fn bare(address: usize) -> NonNull<u8> {
    NonNull::new(ptr::without_provenance_mut(address)).expect("an address that is not null")
}

/// The bytes that mark a chunk: different at each place, for each `mark`.
fn marking(mark: u8, len: usize) -> Vec<u8> {
    // Miri copies a slice at once, and steps through a loop slowly.
    const PATTERN: [u8; 512] = {
        let mut pattern = [0; 512];
        let mut place = 0;
        while place < pattern.len() {
            pattern[place] = (place as u8).wrapping_mul(29);
            place += 1;
        }
        pattern
    };
    let start = usize::from(mark.wrapping_mul(83));
    match PATTERN.get(start..start + len) {
        Some(bytes) => bytes.to_vec(),
        None => (start..start + len)
            .map(|place| (place as u8).wrapping_mul(29) ^ ((place - start) >> 8) as u8)
            .collect(),
    }
}

/// Fills a live chunk.
fn fill(chunk: NonNull<u8>, bytes: &[u8]) {
    // SAFETY: the chunk is live and its usable size is at least `bytes.len()`, as
    // every caller in this file makes sure.
    unsafe { chunk.as_ptr().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
}

/// The bytes of a live chunk that was filled before.
fn contents(chunk: NonNull<u8>, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    // SAFETY: the chunk is live, its usable size is at least `len`, and so many
    // bytes of it were written.
    unsafe { chunk.as_ptr().copy_to_nonoverlapping(bytes.as_mut_ptr(), len) };
    bytes
}

/// What a pool must say to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Exactly(Said),
    /// Near the pool, where padding and headers are free: which error is open.
    SomeError,
}

/// A pool, and beside it what must be true of it.
///
/// Every step compares the two and says in an `Err` what differs.
struct Desk {
    pool: MemoryPool,
    total: usize,
    size: usize,
    live: Vec<(NonNull<u8>, u8)>,
    /// Starts of chunks that were live once and are free now.
    free: Vec<usize>,
    next_mark: u8,
}

type Step<T = ()> = Result<T, String>;

impl Desk {
    fn open(chunk_size: usize, total: usize) -> Step<Desk> {
        let pool = match MemoryPool::new(chunk_size, total) {
            Ok(pool) => pool,
            Err(error) => {
                return Err(format!("new({chunk_size}, {total}) said {:?}", kind(error)));
            }
        };
        let size: usize = pool.chunk_size();
        let seen: usize = pool.total_chunks();
        if size < chunk_size {
            return Err(format!(
                "expected chunk_size() to be at least the {chunk_size} bytes asked for, it is {size}"
            ));
        }
        if seen != total {
            return Err(format!("expected total_chunks() to be {total}, it is {seen}"));
        }
        let (live, free) = pause(|| (Vec::with_capacity(total), Vec::with_capacity(total)));
        let desk = Desk { pool, total, size, live, free, next_mark: 1 };
        desk.check()?;
        Ok(desk)
    }

    /// The books of the pool and the bytes of every live chunk.
    fn check(&self) -> Step {
        pause(|| {
            let seen: usize = self.pool.available();
            let expected = self.total - self.live.len();
            if seen != expected {
                return Err(format!(
                    "expected available() to be {expected} with {} of {} chunks live, it is {seen}",
                    self.live.len(),
                    self.total
                ));
            }
            for (index, (chunk, mark)) in self.live.iter().enumerate() {
                let (expected, seen) = (marking(*mark, self.size), contents(*chunk, self.size));
                if seen != expected
                    && let Some(at) = (0..self.size).find(|at| seen[*at] != expected[*at])
                {
                    return Err(format!(
                        "byte {at} of live chunk {index} was {:#04x} and is now {:#04x}: only its \
                         owner may write to it",
                        expected[at], seen[at]
                    ));
                }
            }
            Ok(())
        })
    }

    fn allocate(&mut self) -> Step<Option<NonNull<u8>>> {
        let chunk: Option<NonNull<u8>> = self.pool.allocate();
        pause(|| {
            let left = self.total - self.live.len();
            let Some(chunk) = chunk else {
                if left > 0 {
                    return Err(format!("allocate gave None with {left} chunks free"));
                }
                return Ok(None);
            };
            if left == 0 {
                return Err(format!(
                    "allocate gave a chunk with all {} in use: expected None",
                    self.total
                ));
            }
            let start = chunk.addr().get();
            if start % 8 != 0 {
                return Err(format!(
                    "expected chunks aligned to 8, one begins {} bytes past such an address",
                    start % 8
                ));
            }
            for (other, _) in &self.live {
                let distance = start.abs_diff(other.addr().get());
                if distance < self.size {
                    return Err(format!(
                        "two live chunks of {} bytes begin {distance} bytes apart: they overlap",
                        self.size
                    ));
                }
            }
            self.free.retain(|other| other.abs_diff(start) >= self.size);
            self.next_mark = self.next_mark.wrapping_add(1);
            fill(chunk, &marking(self.next_mark, self.size));
            self.live.push((chunk, self.next_mark));
            Ok(Some(chunk))
        })?;
        self.check()?;
        Ok(chunk)
    }

    /// What is due to an address that does not lie in another allocation.
    fn due(&self, address: usize) -> Due {
        let starts = || {
            let live = self.live.iter().map(|(chunk, _)| chunk.addr().get());
            live.chain(self.free.iter().copied())
        };
        if self.live.iter().any(|(chunk, _)| chunk.addr().get() == address) {
            Due::Exactly(Said::Ok)
        } else if self.free.contains(&address) {
            Due::Exactly(Said::DoubleFree)
        } else if starts().any(|start| start < address && address - start < self.size) {
            Due::Exactly(Said::NotAChunk)
        } else {
            Due::SomeError
        }
    }

    /// Hands any pointer to `deallocate`.
    fn give(&mut self, ptr: NonNull<u8>, what: &str) -> Step {
        let due = self.due(ptr.addr().get());
        self.give_for(ptr, due, what)
    }

    fn give_for(&mut self, ptr: NonNull<u8>, due: Due, what: &str) -> Step {
        let seen = said(self.pool.deallocate(ptr));
        pause(|| {
            let right = match due {
                Due::Exactly(expected) => seen == expected,
                Due::SomeError => seen != Said::Ok,
            };
            if !right {
                let expected = match due {
                    Due::Exactly(expected) => format!("{expected:?}"),
                    Due::SomeError => "an error".into(),
                };
                return Err(format!(
                    "deallocate of {what}: expected {expected}, it said {seen:?}"
                ));
            }
            if seen == Said::Ok {
                let address = ptr.addr().get();
                let owner =
                    self.live.iter().position(|(chunk, _)| chunk.addr().get() == address);
                self.live.swap_remove(owner.expect("Ok is due to live chunks alone"));
                self.free.push(address);
            }
            Ok(())
        })?;
        self.check().map_err(|problem| {
            let after =
                if seen == Said::Ok { "" } else { ", an error that must change nothing" };
            format!("after deallocate of {what} said {seen:?}{after}: {problem}")
        })
    }

    fn allocate_all(&mut self) -> Step {
        for _ in self.live.len()..self.total {
            self.allocate()?;
        }
        Ok(())
    }

    fn give_all(&mut self) -> Step {
        while let Some((chunk, _)) = self.live.last() {
            self.give(*chunk, "a live chunk")?;
        }
        Ok(())
    }

    /// Every chunk has been handed out once, `live` of them are so now.
    fn with_known_chunks(chunk_size: usize, total: usize, live: usize) -> Step<Desk> {
        let mut desk = Desk::open(chunk_size, total)?;
        desk.allocate_all()?;
        while desk.live.len() > live {
            // From the middle, so that live and free chunks are mixed.
            let (chunk, _) = desk.live[desk.live.len() / 2];
            desk.give(chunk, "a live chunk")?;
        }
        Ok(desk)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        pause(|| {
            self.live = Vec::new();
            self.free = Vec::new();
        });
    }
}

/// Runs `story` inside an audit: its steps must fit, and memory must be clean
/// when it ends.
#[track_caller]
fn lives_cleanly(story: impl FnOnce() -> Step) -> Report {
    let (told, report) = scope(story);
    if let Err(problem) = told {
        panic!("{problem}");
    }
    report.assert_clean();
    report
}

/// Chunk sizes to try: every one from 1 to 70, a few of them under Miri.
fn sizes() -> impl Iterator<Item = usize> {
    (1..=70).filter(|size| !cfg!(miri) || [1, 12, 33].contains(size))
}

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        const FACTOR: u64 = 6_364_136_223_846_793_005;
        self.0 = self.0.wrapping_mul(FACTOR).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Overwrites the stack that earlier calls have used.
#[inline(never)]
fn overwrite_old_stack() -> u8 {
    let noise = [0x5Au8; 4096];
    std::hint::black_box(&noise)[std::hint::black_box(7)]
}

mod control {
    use super::*;
    use workbook_support::quiet;

    /// Whether `seen` passes for two values that differ: then no comparison of
    /// this suite means anything. That it passes for one of them is no harm; a
    /// pool may have a defect that makes it so.
    fn fooled<T: Copy + PartialEq + std::fmt::Debug>(seen: T, one: T, other: T) -> bool {
        let passes_for = |value: T| quiet::catch(|| assert_eq!(seen, value)).is_ok();
        passes_for(one) && passes_for(other)
    }

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let ((), _) = scope(|| {
            let answer = MemoryPool::new(16, 3);
            if let Ok(pool) = &answer {
                let seen: usize = pool.total_chunks();
                assert!(!fooled(seen, 3, 4), "{seen} was taken for 3 and for 4");
                let seen: usize = pool.available();
                assert!(!fooled(seen, 3, 2), "{seen} was taken for 3 and for 2");
            }
            let seen = said(answer);
            let fooled = fooled(seen, Said::Ok, Said::DoubleFree);
            assert!(!fooled, "an answer was taken for Ok and for DoubleFree");
        });
    }
}

mod unit {
    use super::*;
    use workbook_support::implements;
    use workbook_support::patience::Patience;

    #[test]
    fn new_reports_what_it_made() {
        graded!();
        lives_cleanly(|| {
            for (size, total) in [(1, 1), (8, 4), (13, 5), (64, 2), (200, 3), (4096, 2)] {
                Desk::open(size, total)?;
            }
            Ok(())
        });
    }

    #[test]
    fn every_chunk_can_be_written_whole() {
        graded!();
        lives_cleanly(|| {
            for size in sizes() {
                let with_size = |problem| format!("with chunks of {size} bytes: {problem}");
                let mut desk = Desk::open(size, 5).map_err(with_size)?;
                desk.allocate_all().map_err(with_size)?;
                desk.give_all().map_err(with_size)?;
            }
            Ok(())
        });
    }

    #[test]
    fn chunks_are_aligned_to_eight() {
        graded!();
        lives_cleanly(|| {
            for size in sizes() {
                let mut pool = pool_of(size, 4);
                for index in 0..4 {
                    let start = chunk_of(&mut pool).addr().get();
                    assert_eq!(
                        start % 8,
                        0,
                        "expected chunk {index} of {size} bytes at a multiple of 8: who gets a \
                         chunk may put a u64 there"
                    );
                }
            }
            Ok(())
        });
    }

    #[test]
    fn an_exhausted_pool_gives_none() {
        graded!();
        lives_cleanly(|| {
            for total in [1, 2, 7] {
                let mut desk = Desk::open(16, total)?;
                desk.allocate_all()?;
                for _ in 0..3 {
                    desk.allocate()?;
                }
                desk.give_all()?;
            }
            Ok(())
        });
    }

    #[test]
    fn a_chunk_given_back_is_handed_out_again() {
        graded!();
        lives_cleanly(|| {
            let mut desk = Desk::open(24, 3)?;
            desk.allocate_all()?;
            for round in 0..brief(12, 4) {
                let (chunk, _) = desk.live[round % 3];
                desk.give(chunk, "a live chunk")?;
                desk.allocate()?;
                desk.allocate()?;
            }
            Ok(())
        });
    }

    #[test]
    fn chunks_come_back_in_any_order() {
        graded!();
        const ORDERS: [[usize; 4]; 6] = [
            [0, 1, 2, 3],
            [3, 2, 1, 0],
            [1, 3, 0, 2],
            [2, 0, 3, 1],
            [1, 2, 0, 3],
            [0, 3, 2, 1],
        ];
        lives_cleanly(|| {
            let mut desk = Desk::open(40, 4)?;
            for order in ORDERS.into_iter().take(brief(6, 3)) {
                desk.allocate_all()?;
                let chunks: [NonNull<u8>; 4] = std::array::from_fn(|i| desk.live[i].0);
                for index in order {
                    desk.give(chunks[index], "a live chunk")?;
                }
            }
            Ok(())
        });
    }

    #[test]
    fn a_chunk_need_not_be_written() {
        graded!();
        lives_cleanly(|| {
            for size in [1, 8, 16, 48] {
                let mut pool = pool_of(size, 3);
                let mut chunks: [NonNull<u8>; 3] = std::array::from_fn(|_| chunk_of(&mut pool));
                for round in 0..6 {
                    let seen = said(pool.deallocate(chunks[round % 3]));
                    assert_eq!(
                        seen,
                        Said::Ok,
                        "expected a chunk to be taken back whether or not anything was written \
                         to it"
                    );
                    chunks[round % 3] = chunk_of(&mut pool);
                }
            }
            Ok(())
        });
    }

    #[test]
    fn available_counts_every_step() {
        graded!();
        lives_cleanly(|| {
            let mut pool = pool_of(32, 3);
            let mut chunks = [None; 3];
            for (live, place) in chunks.iter_mut().enumerate() {
                let seen: usize = pool.available();
                assert_eq!(seen, 3 - live, "expected {} free with {live} live", 3 - live);
                *place = Some(chunk_of(&mut pool));
            }
            for (free, chunk) in chunks.into_iter().flatten().enumerate() {
                let seen: usize = pool.available();
                assert_eq!(seen, free, "expected {free} free after {free} came back");
                assert_eq!(said(pool.deallocate(chunk)), Said::Ok, "expected it to be taken");
            }
            let seen: usize = pool.available();
            assert_eq!(seen, 3, "expected all chunks to be free again");
            Ok(())
        });
    }

    #[test]
    fn a_size_of_zero_is_refused() {
        graded!();
        lives_cleanly(|| {
            for (size, total) in [(0, 4), (4, 0), (0, 0), (0, usize::MAX), (usize::MAX, 0)] {
                let seen = said(MemoryPool::new(size, total));
                assert_eq!(
                    seen,
                    Said::ZeroSize,
                    "expected new({size}, {total}) to be refused: no allocator may be asked for \
                     zero bytes"
                );
            }
            Ok(())
        });
    }

    #[test]
    fn a_product_above_isize_max_is_refused() {
        graded!();
        const LIMIT: usize = isize::MAX as usize;
        const HALF: usize = 1 << (usize::BITS / 2);
        let cases = [
            (LIMIT + 1, 1),
            (1, LIMIT + 1),
            (usize::MAX, 1),
            (1, usize::MAX),
            (usize::MAX, usize::MAX),
            (LIMIT / 2 + 1, 2),
            (2, LIMIT / 2 + 1),
            // These wrap around to a small number.
            (HALF, HALF),
            (64, usize::MAX / 64 + 2),
            (usize::MAX / 8 + 2, 8),
            (8, (usize::MAX / 8 + 1) * 2 - 1),
        ];
        lives_cleanly(|| {
            for (size, total) in cases {
                let seen = said(MemoryPool::new(size, total));
                assert_eq!(
                    seen,
                    Said::CapacityOverflow,
                    "expected new({size}, {total}) to be refused: no allocation may exceed \
                     isize::MAX bytes"
                );
            }
            Ok(())
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "asks for more memory than Miri simulates")]
    fn a_product_at_the_limit_is_an_error() {
        graded!();
        const LIMIT: usize = isize::MAX as usize;
        let cases = [
            (LIMIT, 1),
            (LIMIT - 6, 1),
            (LIMIT - 7, 1),
            (1, LIMIT),
            (7, LIMIT / 7),
            (8, LIMIT / 8),
            (LIMIT / 8, 8),
            (LIMIT / 2 - 3, 2),
        ];
        for (size, total) in cases {
            if !scope(|| ()).1.audited {
                return;
            }
            // No request reaches the system: each is answered by null.
            let (seen, report) = scope_refusing(1, || said(MemoryPool::new(size, total)));
            assert!(
                seen != Said::Ok,
                "expected an error for new({size}, {total}): no memory can be had for it, and \
                 what is rounded up must not overflow"
            );
            report.assert_clean();
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri's allocator never refuses")]
    fn a_large_product_is_not_an_overflow() {
        graded!();
        let (_, made) = scope(|| drop(pool_of(24, 5)));
        // Memory that does not come from the global allocator cannot be refused,
        // and the system is not to be asked for so much.
        if made.requests == 0 {
            return;
        }
        // Far below the limit, whatever is added to each chunk.
        const HALF: usize = 1 << (usize::BITS / 2);
        const LARGE: usize = 1 << (usize::BITS - 4);
        let cases = [
            (HALF, 1),
            (1, HALF),
            (HALF >> 12, HALF >> 12),
            (8, HALF << 8),
            (HALF << 8, 3),
            (LARGE, 1),
            (LARGE, 3),
        ];
        for (size, total) in cases {
            // No large request reaches the system: it is answered by null.
            let (seen, report) = scope_refusing_above(1 << 20, || {
                MemoryPool::new(size, total)
                    .map(|pool| (pool.chunk_size(), pool.total_chunks()))
            });
            match seen {
                Err(error) => assert_eq!(
                    kind(error),
                    Said::OutOfMemory,
                    "new({size}, {total}) without memory: the product is below isize::MAX, so it \
                     does not overflow"
                ),
                // From elsewhere.
                Ok((usable, count)) => assert!(
                    usable >= size && count == total,
                    "new({size}, {total}) made {count} chunks of {usable} bytes"
                ),
            }
            report.assert_clean();
        }
    }

    #[test]
    fn pointers_from_elsewhere_are_foreign() {
        graded!();
        static WORDS: [u64; 8] = [7; 8];
        lives_cleanly(|| {
            for size in [1, 8, 24, 64] {
                let mut desk = Desk::with_known_chunks(size, 4, 2)?;
                let mut local = [9_u64; 8];
                let mut heap = Box::new([11_u64; 8]);
                let mut foreign = |ptr: NonNull<u8>, what: &str| {
                    desk.give_for(ptr, Due::Exactly(Said::ForeignPointer), what)
                };
                foreign(NonNull::from(&mut local).cast(), "a local variable")?;
                foreign(NonNull::from(&mut *heap).cast(), "another allocation")?;
                foreign(NonNull::from(&WORDS).cast(), "a constant of the program")?;
                foreign(bare(8 * size), "a low address")?;
                assert_eq!(local, [9; 8], "expected a foreign place not to be written to");
                assert_eq!(*heap, [11; 8], "expected a foreign place not to be written to");
            }
            Ok(())
        });
    }

    #[test]
    fn blocks_between_those_of_the_pool_are_foreign() {
        graded!();
        for size in [8, 24, 96] {
            // Every second one of these is given back, so that a pool with several
            // blocks finds room in between.
            let mut blocks: Vec<Option<Box<[u64; 12]>>> =
                (0..64).map(|_| Some(Box::new([5; 12]))).collect();
            for block in blocks.iter_mut().step_by(2) {
                *block = None;
            }
            let mut pool = pool_of(size, 40);
            let chunk = chunk_of(&mut pool);
            for block in blocks.iter_mut().flatten() {
                let seen = said(pool.deallocate(NonNull::from(&mut **block).cast()));
                assert_eq!(seen, Said::ForeignPointer, "the block belongs to somebody else");
            }
            assert_eq!(
                said(pool.deallocate(chunk)),
                Said::Ok,
                "expected a chunk to be taken back"
            );
        }
    }

    #[test]
    fn addresses_without_memory_are_foreign() {
        graded!();
        let top = usize::MAX;
        lives_cleanly(|| {
            for &size in brief(&[1, 16, 70][..], &[16]) {
                let mut desk = Desk::with_known_chunks(size, 3, 1)?;
                for address in
                    [1, 2, 7, 8, 16, 4096, top, top - 7, top - 63, top - size, top / 2 + 1]
                {
                    desk.give_for(
                        bare(address),
                        Due::Exactly(Said::ForeignPointer),
                        &format!("the address {address:#x}"),
                    )?;
                }
                let dangling = NonNull::<u64>::dangling().cast();
                let due = Due::Exactly(Said::ForeignPointer);
                desk.give_for(dangling, due, "a dangling pointer")?;
            }
            Ok(())
        });
    }

    #[test]
    fn addresses_at_round_distances_are_no_chunks() {
        graded!();
        lives_cleanly(|| {
            for &size in brief(&[1, 8, 24, 64][..], &[24]) {
                let mut desk = Desk::with_known_chunks(size, 4, 2)?;
                let live = desk.live[0].0;
                let free = bare(desk.free[0]);
                let apart = live.addr().get().abs_diff(free.addr().get());
                // An offset, or an index, that is cut to fewer bits lands on the
                // chunk itself.
                for shift in if cfg!(miri) { 31..34 } else { 6..usize::BITS } {
                    let round = 1_usize << shift;
                    for distance in [round, apart.wrapping_mul(round)] {
                        // Where no chunk and no padding lies.
                        let far = distance.min(distance.wrapping_neg()) >> 32 > 0;
                        for near in [live, free] {
                            let above = near.as_ptr().wrapping_byte_add(distance);
                            let below = near.as_ptr().wrapping_byte_sub(distance);
                            for ptr in [above, below].into_iter().filter_map(NonNull::new) {
                                let due = match desk.due(ptr.addr().get()) {
                                    Due::Exactly(Said::Ok) => continue,
                                    Due::SomeError if far => Due::Exactly(Said::ForeignPointer),
                                    due => due,
                                };
                                let what =
                                    format!("a pointer {distance:#x} bytes from a chunk");
                                desk.give_for(ptr, due, &what)?;
                            }
                        }
                    }
                }
                desk.allocate_all()?;
            }
            Ok(())
        });
    }

    #[test]
    fn chunks_of_another_pool_are_foreign() {
        graded!();
        lives_cleanly(|| {
            for size in [4, 8, 40] {
                let mut ours = Desk::with_known_chunks(size, 3, 2)?;
                let mut theirs = Desk::with_known_chunks(size, 3, 2)?;
                let live = theirs.live[0].0;
                let free = bare(theirs.free[0]);
                let due = Due::Exactly(Said::ForeignPointer);
                ours.give_for(live, due, "a live chunk of another pool")?;
                ours.give_for(free, due, "a free chunk of another pool")?;
                if theirs.size > 1 {
                    let middle = bare(live.addr().get() + 1);
                    ours.give_for(middle, due, "the middle of a chunk of another pool")?;
                }
                theirs.check()?;
                theirs.give(live, "a chunk that another pool refused")?;
                ours.allocate_all()?;
                theirs.allocate_all()?;
            }
            Ok(())
        });
    }

    #[test]
    fn the_middle_of_a_chunk_is_no_chunk() {
        graded!();
        lives_cleanly(|| {
            for size in sizes() {
                // One chunk is live, one is free.
                let mut desk = Desk::with_known_chunks(size, 2, 1)?;
                let (live, free) = (desk.live[0].0.addr().get(), desk.free[0]);
                for distance in 1..desk.size.min(brief(200, 4)) {
                    for (start, state) in [(live, "live"), (free, "free")] {
                        let place = bare(start + distance);
                        let what = format!("a pointer {distance} bytes into a {state} chunk");
                        desk.give_for(place, Due::Exactly(Said::NotAChunk), &what)?;
                    }
                }
                desk.allocate_all()?;
            }
            Ok(())
        });
    }

    #[test]
    fn a_chunk_cannot_be_given_back_twice() {
        graded!();
        lives_cleanly(|| {
            for (size, total) in
                [(16, 5), (1, 1), (8, 2), (33, 4)].into_iter().take(brief(4, 2))
            {
                let mut desk = Desk::open(size, total)?;
                desk.allocate_all()?;
                let chunks: Vec<NonNull<u8>> =
                    desk.live.iter().map(|(chunk, _)| *chunk).collect();
                for (count, chunk) in chunks.iter().enumerate() {
                    desk.give(*chunk, "a live chunk")?;
                    // The first, the last and every other one that is free.
                    for again in &chunks[..=count] {
                        desk.give(*again, "a chunk that is free already")?;
                    }
                }
                desk.allocate_all()?;
                desk.allocate()?;
            }
            Ok(())
        });
    }

    #[test]
    fn a_chunk_that_was_reused_can_be_given_back_again() {
        graded!();
        lives_cleanly(|| {
            let mut desk = Desk::open(16, 2)?;
            for _ in 0..5 {
                desk.allocate_all()?;
                let (chunk, _) = desk.live[0];
                desk.give(chunk, "a live chunk")?;
                desk.give(chunk, "a chunk that is free already")?;
                desk.allocate()?;
                desk.give_all()?;
            }
            Ok(())
        });
    }

    /// Takes chunks until there are `most`, or time is up: a pool that searches for
    /// its free chunks is slow, not wrong.
    #[track_caller]
    fn chunks_of(pool: &mut MemoryPool, most: usize) -> Vec<NonNull<u8>> {
        let mut patience = Patience::new();
        let mut chunks = Vec::new();
        while chunks.len() < most && patience.lasts() {
            chunks.push(chunk_of(pool));
        }
        chunks
    }

    #[test]
    fn no_free_chunk_is_forgotten() {
        graded!();
        let total = brief(5000, 20);
        let mut pool = pool_of(8, total);
        let chunks = chunks_of(&mut pool, total);
        for chunk in &chunks {
            let seen = said(pool.deallocate(*chunk));
            assert_eq!(seen, Said::Ok, "expected each of {total} chunks to be taken back");
        }
        // Those that came back long ago are as free as the newest.
        for chunk in chunks.iter().step_by(7) {
            let seen = said(pool.deallocate(*chunk));
            assert_eq!(
                seen,
                Said::DoubleFree,
                "one of {total} free chunks was given back again"
            );
        }
        let seen: usize = pool.available();
        assert_eq!(seen, total, "expected errors to change nothing");
    }

    #[test]
    fn large_pools_serve_again_what_came_back() {
        graded!();
        for &total in brief(&[64, 65, 100, 130, 300, 1000][..], &[66]) {
            let mut dice = Dice(total as u64);
            let mut pool = pool_of(8, total);
            let mut live: Vec<NonNull<u8>> = Vec::new();
            let mut starts = HashSet::new();
            let goals = [total, total / 2, total, total - 1, total, 0, total - 3, 5, total];
            for &goal in &goals[..brief(9, 3)] {
                while live.len() < goal {
                    let free = total - live.len();
                    let chunk: Option<NonNull<u8>> = pool.allocate();
                    let Some(chunk) = chunk else {
                        panic!("allocate gave None with {free} of {total} chunks free");
                    };
                    let start = chunk.addr().get();
                    assert!(
                        starts.insert(start),
                        "a live chunk was handed out again, with {free} of {total} chunks free"
                    );
                    fill(chunk, &(start as u64).to_ne_bytes());
                    live.push(chunk);
                }
                while live.len() > goal {
                    let chunk = live.swap_remove(dice.below(live.len()));
                    let start = chunk.addr().get();
                    assert!(
                        contents(chunk, 8) == (start as u64).to_ne_bytes(),
                        "expected the bytes of each of {total} chunks to stay while it is live"
                    );
                    starts.remove(&start);
                    let seen = said(pool.deallocate(chunk));
                    assert_eq!(
                        seen,
                        Said::Ok,
                        "expected one of {total} chunks to be taken back"
                    );
                    let seen = said(pool.deallocate(chunk));
                    assert_eq!(seen, Said::DoubleFree, "one of {total} chunks is free already");
                }
                let seen: usize = pool.available();
                assert_eq!(seen, total - goal, "expected {goal} of {total} chunks to be live");
            }
            // Full: whichever comes back makes room for one.
            for _ in 0..brief(20, 2) {
                let seen: Option<NonNull<u8>> = pool.allocate();
                assert!(seen.is_none(), "expected None after {total} chunks");
                let back = live.swap_remove(dice.below(total));
                let seen = said(pool.deallocate(back));
                assert_eq!(seen, Said::Ok, "expected one of {total} chunks to be taken back");
                let next: Option<NonNull<u8>> = pool.allocate();
                let Some(next) = next else {
                    panic!(
                        "one of {total} chunks came back after allocate had said None: expected \
                         a chunk, saw None once more"
                    );
                };
                assert!(!live.contains(&next), "expected each live chunk to be another");
                live.push(next);
            }
        }
    }

    #[test]
    fn a_pool_does_not_wear_out() {
        graded!();
        let rounds = brief(70_000, 20);
        let mut pool = pool_of(16, 2);
        let kept = chunk_of(&mut pool);
        fill(kept, &marking(7, 16));
        let mut used = chunk_of(&mut pool);
        for round in 0..rounds {
            let seen = said(pool.deallocate(used));
            assert_eq!(seen, Said::Ok, "expected a live chunk to be taken back, round {round}");
            let seen = said(pool.deallocate(used));
            assert_eq!(seen, Said::DoubleFree, "the chunk is free in round {round}");
            used = chunk_of(&mut pool);
            assert!(used != kept, "a live chunk was handed out again in round {round}");
            let seen: Option<NonNull<u8>> = pool.allocate();
            assert!(seen.is_none(), "expected None with both chunks in use in round {round}");
        }
        let seen: usize = pool.available();
        assert_eq!(seen, 0, "expected both chunks to be in use");
        assert_eq!(
            contents(kept, 16),
            marking(7, 16),
            "expected the other chunk to stay what it was"
        );
    }

    #[test]
    #[cfg_attr(miri, ignore = "many pools take Miri long and show it nothing new")]
    fn pools_do_not_run_out() {
        graded!();
        // One after the other, more than a number of sixteen bits can count.
        let mut patience = Patience::new();
        for made in 0..66_000 {
            if !patience.lasts() {
                break;
            }
            match MemoryPool::new(24, 2) {
                Ok(mut pool) => drop(chunk_of(&mut pool)),
                Err(error) => panic!(
                    "expected pools to be made for ever when each ends before the next, new said \
                     {:?} after {made} of them",
                    kind(error)
                ),
            }
        }
    }

    #[test]
    fn every_address_near_the_pool_is_judged() {
        graded!();
        lives_cleanly(|| {
            for &size in brief(&[1, 8, 12, 24, 64][..], &[12]) {
                let mut desk = Desk::with_known_chunks(size, 4, 2)?;
                let mut starts: Vec<usize> =
                    desk.live.iter().map(|(chunk, _)| chunk.addr().get()).collect();
                starts.extend(&desk.free);
                // As far on both sides as all four chunks together, in case a
                // distance is taken without its sign.
                let reach = brief(4 * (desk.size.min(64) + 16), 5);
                for start in starts {
                    for address in start - reach..=start + reach {
                        if desk.due(address) == Due::Exactly(Said::Ok) {
                            continue;
                        }
                        let what = match desk.due(address) {
                            Due::Exactly(Said::NotAChunk) => {
                                "a pointer into the middle of a chunk"
                            }
                            Due::Exactly(_) => "a chunk that is free already",
                            Due::SomeError => "an address beside every chunk",
                        };
                        desk.give(bare(address), what)?;
                    }
                }
                desk.allocate_all()?;
            }
            Ok(())
        });
    }

    #[test]
    fn chunks_not_yet_handed_out_cannot_be_given_back() {
        graded!();
        lives_cleanly(|| {
            for (size, total) in [(8, 3), (16, 4), (20, 5)] {
                let mut desk = Desk::open(size, total)?;
                let first = desk.allocate()?.expect("a chunk of a new pool");
                let start = first.addr().get();
                // Wherever the others lie, they are free.
                let reach = brief(total * (desk.size.min(64) + 16), 24);
                for address in (start - reach..=start + reach).step_by(8) {
                    if address != start {
                        desk.give(bare(address), "an address that was never handed out")?;
                    }
                }
                desk.allocate_all()?;
                desk.allocate()?;
            }
            Ok(())
        });
    }

    #[test]
    fn an_address_is_all_that_counts() {
        graded!();
        lives_cleanly(|| {
            for size in [3, 8, 32] {
                let mut desk = Desk::open(size, 3)?;
                for _ in 0..3 {
                    desk.allocate_all()?;
                    // A pointer made from an address may not be used to touch the
                    // chunk, and need not be.
                    let address = desk.live[1].0.addr().get();
                    desk.give(bare(address), "a live chunk, by its address alone")?;
                    desk.give(bare(address), "a free chunk, by its address alone")?;
                }
                desk.allocate_all()?;
                desk.give_all()?;
            }
            Ok(())
        });
    }

    #[test]
    fn chunks_stay_when_the_pool_moves() {
        graded!();
        lives_cleanly(|| {
            for size in [1, 8, 32] {
                let mut pool = pool_of(size, 3);
                let len: usize = pool.chunk_size();
                let first = chunk_of(&mut pool);
                fill(first, &marking(1, len));
                let mut boxed = Box::new(pool);
                let second = chunk_of(&mut boxed);
                fill(second, &marking(2, len));
                let mut list = vec![*boxed, pool_of(8, 1)];
                list.swap(0, 1);
                overwrite_old_stack();
                let third = chunk_of(&mut list[1]);
                fill(third, &marking(3, len));
                for (chunk, mark) in [(first, 1), (second, 2), (third, 3)] {
                    assert_eq!(
                        contents(chunk, len),
                        marking(mark, len),
                        "expected chunk {mark} to keep its place and its bytes while the pool moved"
                    );
                }
                let mut pool = list.swap_remove(1);
                for chunk in [second, first, third] {
                    let seen = said(pool.deallocate(chunk));
                    assert_eq!(seen, Said::Ok, "expected a pool that moved to know its chunks");
                }
            }
            Ok(())
        });
    }

    #[test]
    fn two_pools_do_not_share_chunks() {
        graded!();
        lives_cleanly(|| {
            let mut one = Desk::open(16, 4)?;
            let mut two = Desk::open(16, 4)?;
            for _ in 0..4 {
                one.allocate()?;
                two.allocate()?;
            }
            for (chunk, _) in &one.live {
                for (other, _) in &two.live {
                    let distance = chunk.addr().get().abs_diff(other.addr().get());
                    assert!(distance >= 16, "expected chunks of two pools to lie apart");
                }
            }
            one.check()?;
            one.give_all()?;
            two.check()?;
            drop(one);
            two.check()
        });
    }

    #[test]
    fn large_numbers_of_chunks_are_counted() {
        graded!();
        for &total in brief(&[63, 64, 65, 128, 129, 257, 300][..], &[65]) {
            let mut pool = pool_of(8, total);
            let mut chunks: Vec<NonNull<u8>> =
                (0..total).map(|_| chunk_of(&mut pool)).collect();
            assert!(pool.allocate().is_none(), "expected None after {total} chunks");
            chunks.sort_unstable();
            chunks.dedup();
            assert_eq!(chunks.len(), total, "expected {total} different chunks");
            for (mark, chunk) in chunks.iter().enumerate() {
                fill(*chunk, &marking(mark as u8, 8));
            }
            for (mark, chunk) in chunks.iter().enumerate() {
                let same = contents(*chunk, 8) == marking(mark as u8, 8);
                assert!(same, "expected the bytes of each of {total} live chunks to stay");
                let seen = said(pool.deallocate(*chunk));
                assert_eq!(seen, Said::Ok, "expected each of {total} chunks to be taken back");
            }
            let seen: usize = pool.available();
            assert_eq!(seen, total, "expected all {total} chunks to be free again");
        }
        if cfg!(not(miri)) {
            const MANY: usize = (1 << 16) + 3;
            let mut pool = pool_of(1, MANY);
            let mut chunks = chunks_of(&mut pool, 2);
            let seen: usize = pool.available();
            assert_eq!(seen, MANY - 2, "expected a pool to count beyond 65,536");
            chunks.extend(chunks_of(&mut pool, MANY - 2));
            // The first, the last, and those beside the 65,536th.
            let last = chunks.len() - 1;
            for index in [0, 1, last / 2, last - 4, last - 3, last - 2, last - 1, last] {
                let seen = said(pool.deallocate(chunks[index]));
                assert_eq!(seen, Said::Ok, "expected chunk {index} of {MANY} to be taken back");
                let seen = said(pool.deallocate(chunks[index]));
                assert_eq!(seen, Said::DoubleFree, "chunk {index} of {MANY} is free already");
            }
            chunks.sort_unstable();
            chunks.dedup();
            assert_eq!(chunks.len(), last + 1, "expected every live chunk to be another");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "large pools take Miri long and show it nothing new")]
    fn pools_may_be_large() {
        graded!();
        // A few large chunks: their ends are there.
        for size in [(1 << 20) + 3, (1 << 24) + 5] {
            let mut pool = pool_of(size, 2);
            let last: usize = pool.chunk_size() - 1;
            let chunks = [chunk_of(&mut pool), chunk_of(&mut pool)];
            for (chunk, mark) in chunks.into_iter().zip([3, 4]) {
                // SAFETY: `last` is an offset within the live chunk.
                unsafe { chunk.add(last).write(mark) };
            }
            // SAFETY: `last` is an offset within the live chunk, and was written before.
            let seen = chunks.map(|chunk| unsafe { chunk.add(last).read() });
            assert_eq!(seen, [3, 4], "expected the last byte of two chunks of {size} bytes");
        }
        // Many small chunks, unless each of them takes up very much.
        let mut few = pool_of(8, 64);
        let starts: Vec<usize> = (0..64).map(|_| chunk_of(&mut few).addr().get()).collect();
        let span = starts.iter().max().unwrap_or(&0) - starts.iter().min().unwrap_or(&0);
        if span / 63 > 512 {
            return;
        }
        const MANY: usize = (1 << 18) + 5;
        let mut pool = pool_of(8, MANY);
        let mut chunks = chunks_of(&mut pool, MANY);
        let made = chunks.len();
        let seen: usize = pool.available();
        assert_eq!(seen, MANY - made, "expected {made} of {MANY} chunks to be live");
        let last = chunks[made - 1];
        assert_eq!(said(pool.deallocate(last)), Said::Ok, "expected it to be taken back");
        assert_eq!(said(pool.deallocate(last)), Said::DoubleFree, "it is free already");
        chunks.sort_unstable();
        chunks.dedup();
        assert_eq!(chunks.len(), made, "expected each of {made} live chunks to be another");
    }

    #[test]
    #[cfg_attr(miri, ignore = "large blocks take Miri long and show it nothing new")]
    fn large_chunks_work_like_small_ones() {
        graded!();
        lives_cleanly(|| {
            for size in [255, 256, 257, 4096, (1 << 16) + 5] {
                let mut desk = Desk::open(size, 2)?;
                desk.allocate_all()?;
                let (chunk, _) = desk.live[0];
                for distance in [1, 255, 256, 4096, 1 << 16] {
                    if distance < desk.size {
                        let place = bare(chunk.addr().get() + distance);
                        desk.give(place, "a pointer into the middle of a chunk")?;
                    }
                }
                desk.give_all()?;
            }
            Ok(())
        });
        // Chunks beyond the first 65,536 bytes.
        for (size, total) in [(1000, 300), (24, 3000)] {
            let mut pool = pool_of(size, total);
            let len: usize = pool.chunk_size();
            let chunks: Vec<NonNull<u8>> = (0..total).map(|_| chunk_of(&mut pool)).collect();
            for (mark, chunk) in chunks.iter().enumerate() {
                fill(*chunk, &marking(mark as u8, len));
            }
            for (mark, chunk) in chunks.iter().enumerate() {
                assert!(
                    contents(*chunk, len) == marking(mark as u8, len),
                    "expected the bytes of chunk {mark} of {total} to stay"
                );
                let middle = bare(chunk.addr().get() + len / 2);
                let seen = said(pool.deallocate(middle));
                assert_eq!(seen, Said::NotAChunk, "the middle of chunk {mark} of {total}");
                let seen = said(pool.deallocate(*chunk));
                assert_eq!(seen, Said::Ok, "expected chunk {mark} of {total} to be taken back");
            }
        }
    }

    #[test]
    fn a_pool_may_go_to_another_thread() {
        graded!();
        assert!(
            implements!(MemoryPool: Send),
            "expected MemoryPool to be Send: it owns its memory, and nothing of that is tied to a \
             thread"
        );
    }

    /// Takes a pool to another thread whether or not it is `Send`: that it is, is
    /// the subject of another test.
    struct Carried(MemoryPool, NonNull<u8>);
    // SAFETY: a pool must be `Send`, and its chunk is used by one thread at a time.
    unsafe impl Send for Carried {}

    #[test]
    fn a_pool_works_on_another_thread() {
        graded!();
        let mut pool = pool_of(24, 2);
        let chunk = chunk_of(&mut pool);
        fill(chunk, &marking(5, 24));
        let carried = Carried(pool, chunk);
        let worker = std::thread::spawn(move || {
            let Carried(mut pool, chunk) = { carried };
            let same = contents(chunk, 24) == marking(5, 24);
            let other = chunk_of(&mut pool);
            fill(other, &marking(6, 24));
            (
                same,
                said(pool.deallocate(chunk)),
                said(pool.deallocate(other)),
                Carried(pool, chunk),
            )
        });
        let (same, first, second, Carried(pool, _)) = worker.join().expect("no panic");
        assert!(same, "expected the bytes of a chunk to be the same on every thread");
        assert_eq!(first, Said::Ok, "expected a chunk to be taken back on another thread");
        assert_eq!(second, Said::Ok, "expected a chunk to be taken back on its own thread");
        let seen: usize = pool.available();
        assert_eq!(seen, 2, "expected both chunks to be free");
    }

    #[test]
    fn a_pool_may_end_on_another_thread() {
        graded!();
        lives_cleanly(|| {
            let mut pool = pool_of(24, 2);
            let chunk = chunk_of(&mut pool);
            let carried = Carried(pool, chunk);
            pause(|| {
                let worker = std::thread::spawn(move || {
                    let Carried(pool, _) = { carried };
                    drop(pool);
                });
                worker.join().expect("no panic");
            });
            Ok(())
        });
    }

    /// Takes a chunk to another thread.
    struct Chunk(NonNull<u8>);
    // SAFETY: while a `Chunk` is away, no other thread touches those bytes.
    unsafe impl Send for Chunk {}

    #[test]
    fn a_chunk_may_be_in_use_on_another_thread() {
        graded!();
        let mut pool = pool_of(24, 3);
        let chunk = Chunk(chunk_of(&mut pool));
        // Behind the barrier nothing orders the two threads: what the pool does
        // with a chunk that is in use would be a data race, which Miri reports.
        let barrier = &std::sync::Barrier::new(2);
        let seen = std::thread::scope(|threads| {
            let worker = threads.spawn(move || {
                let Chunk(chunk) = { chunk };
                barrier.wait();
                fill(chunk, &marking(8, 24));
                contents(chunk, 24) == marking(8, 24)
            });
            barrier.wait();
            let other = chunk_of(&mut pool);
            fill(other, &marking(9, 24));
            let seen = [
                said(pool.deallocate(bare(other.addr().get() + 1))),
                said(pool.deallocate(other)),
                said(pool.deallocate(other)),
            ];
            let left: usize = pool.available();
            assert_eq!(left, 2, "expected one chunk to be in use");
            assert!(
                worker.join().expect("no panic"),
                "expected a live chunk to keep its bytes"
            );
            seen
        });
        assert_eq!(seen, [Said::NotAChunk, Said::Ok, Said::DoubleFree]);
    }

    /// Takes a reference to another thread. Used only where a pool is `Sync`.
    #[derive(Clone, Copy)]
    struct Lent<'a>(&'a MemoryPool);
    // SAFETY: `Lent` is sent only after the test has seen that the pool is `Sync`.
    unsafe impl Send for Lent<'_> {}

    #[test]
    fn a_shared_pool_can_be_looked_at_by_two_threads() {
        graded!();
        if !implements!(MemoryPool: Sync) {
            // A pool need not be `Sync`. One that is must keep what that promises:
            // no ordinary run shows a broken promise, Miri does.
            return;
        }
        let mut pool = pool_of(16, 4);
        let _live = chunk_of(&mut pool);
        // Behind the barrier nothing orders the two threads.
        let barrier = &std::sync::Barrier::new(2);
        let look = |lent: Lent<'_>| {
            barrier.wait();
            let pool = lent.0;
            (pool.available(), pool.total_chunks(), pool.chunk_size() >= 16)
        };
        let lent = Lent(&pool);
        let looks = std::thread::scope(|threads| {
            let one = threads.spawn(move || look(lent));
            let two = threads.spawn(move || look(lent));
            [one.join().expect("no panic"), two.join().expect("no panic")]
        });
        for (available, total, fits) in looks {
            assert_eq!(available, 3, "expected each thread to see 3 chunks available");
            assert!(total == 4 && fits, "expected each thread to see 4 chunks of 16 bytes");
        }
    }

    #[test]
    fn errors_can_be_copied_compared_and_printed() {
        graded!();
        let all = [
            PoolError::ZeroSize,
            PoolError::CapacityOverflow,
            PoolError::OutOfMemory,
            PoolError::ForeignPointer,
            PoolError::NotAChunk,
            PoolError::DoubleFree,
        ];
        for (i, one) in all.into_iter().enumerate() {
            let printed = format!("{one:?}");
            assert!(!printed.is_empty(), "expected `{{:?}}` to print an error");
            for (j, other) in all.into_iter().enumerate() {
                let same: bool = one == other;
                let (one, other) = (kind(one), kind(other));
                assert_eq!(same, i == j, "comparing {one:?} with {other:?}");
            }
        }
        assert!(
            implements!(PoolError: Clone + Copy + Eq),
            "expected PoolError: Clone + Copy + Eq"
        );
    }
}

mod property {
    use super::*;
    use quickcheck::{Arbitrary, Gen};
    use workbook_support::property::check;

    /// One call; indexes wrap around what there is.
    #[derive(Clone, Copy, Debug)]
    enum Call {
        Allocate,
        GiveBack(u8),
        GiveBackByAddress(u8),
        GiveBackTwice(u8),
        GiveMiddle(u8, u8),
        GiveNearby(u8, i8),
        GiveOnePastTheEnd(u8),
        GiveToTheOtherPool(u8),
        GiveDangling(u16),
        MoveThePool,
    }

    #[derive(Clone, Debug)]
    struct Story {
        chunk_size: usize,
        total_chunks: usize,
        other_chunk_size: usize,
        calls: Vec<Call>,
    }

    impl Arbitrary for Call {
        fn arbitrary(g: &mut Gen) -> Call {
            let at = u8::arbitrary(g);
            match u8::arbitrary(g) % 16 {
                0..=4 => Call::Allocate,
                5 | 6 => Call::GiveBack(at),
                7 => Call::GiveBackByAddress(at),
                8 | 9 => Call::GiveBackTwice(at),
                10 => Call::GiveMiddle(at, u8::arbitrary(g)),
                11 => Call::GiveNearby(at, i8::arbitrary(g)),
                12 => Call::GiveOnePastTheEnd(at),
                13 => Call::GiveToTheOtherPool(at),
                14 => Call::GiveDangling(u16::arbitrary(g)),
                _ => Call::MoveThePool,
            }
        }
    }

    impl Arbitrary for Story {
        fn arbitrary(g: &mut Gen) -> Story {
            Story {
                chunk_size: 1 + usize::from(u8::arbitrary(g)) % 70,
                total_chunks: 1 + usize::from(u8::arbitrary(g)) % 9,
                other_chunk_size: 1 + usize::from(u8::arbitrary(g)) % 70,
                calls: Vec::arbitrary(g),
            }
        }

        fn shrink(&self) -> Box<dyn Iterator<Item = Story>> {
            let story = self.clone();
            let simpler =
                [(8, story.total_chunks), (story.chunk_size, story.total_chunks.min(2))]
                    .into_iter()
                    .filter(|(size, total)| {
                        *size < story.chunk_size || *total < story.total_chunks
                    })
                    .map(|(chunk_size, total_chunks)| Story {
                        chunk_size,
                        total_chunks,
                        ..self.clone()
                    })
                    .collect::<Vec<Story>>();
            let fewer = self.calls.shrink().map(move |calls| Story { calls, ..story.clone() });
            Box::new(fewer.chain(simpler))
        }
    }

    fn live(desk: &Desk, at: u8) -> Option<NonNull<u8>> {
        let count = desk.live.len();
        (count > 0).then(|| desk.live[usize::from(at) % count].0)
    }

    /// The start of a chunk that was handed out at least once.
    fn known(desk: &Desk, at: u8) -> Option<usize> {
        let count = desk.free.len();
        if count > 0 && at.is_multiple_of(2) {
            return Some(desk.free[usize::from(at) % count]);
        }
        live(desk, at).map(|chunk| chunk.addr().get())
    }

    fn tell(story: &Story) -> Step {
        let mut desk = Desk::open(story.chunk_size, story.total_chunks)?;
        let mut other = Desk::open(story.other_chunk_size, 2)?;
        other.allocate()?;
        for call in &story.calls {
            match *call {
                Call::Allocate => drop(desk.allocate()?),
                Call::GiveBack(at) => {
                    if let Some(chunk) = live(&desk, at) {
                        desk.give(chunk, "a live chunk")?;
                    }
                }
                Call::GiveBackByAddress(at) => {
                    if let Some(chunk) = live(&desk, at) {
                        let place = bare(chunk.addr().get());
                        desk.give(place, "a live chunk, by its address alone")?;
                    }
                }
                Call::GiveBackTwice(at) => {
                    if let Some(start) = desk.free.get(usize::from(at) % desk.free.len().max(1))
                    {
                        desk.give(bare(*start), "a chunk that is free already")?;
                    }
                }
                Call::GiveMiddle(at, distance) => {
                    if let Some(start) = known(&desk, at)
                        && desk.size > 1
                    {
                        let place = start + 1 + usize::from(distance) % (desk.size - 1);
                        desk.give(bare(place), "a pointer into the middle of a chunk")?;
                    }
                }
                Call::GiveNearby(at, distance) => {
                    if let Some(start) = known(&desk, at) {
                        let place = start.wrapping_add_signed(isize::from(distance));
                        desk.give(bare(place), "an address near a chunk")?;
                    }
                }
                Call::GiveOnePastTheEnd(at) => {
                    if let Some(start) = known(&desk, at) {
                        let place = bare(start + desk.size);
                        desk.give(place, "the address one past the end of a chunk")?;
                    }
                }
                Call::GiveToTheOtherPool(at) => {
                    let due = Due::Exactly(Said::ForeignPointer);
                    if let Some(chunk) = live(&desk, at) {
                        other.give_for(chunk, due, "a chunk of another pool")?;
                    }
                    let chunk = other.live[0].0;
                    desk.give_for(chunk, due, "a chunk of another pool")?;
                    let middle = bare(chunk.addr().get() + usize::from(at) % other.size);
                    desk.give_for(middle, due, "an address inside another pool")?;
                }
                Call::GiveDangling(address) => {
                    let due = Due::Exactly(Said::ForeignPointer);
                    let (low, high) =
                        (1 + usize::from(address), usize::MAX - usize::from(address));
                    desk.give_for(bare(low), due, "a low address")?;
                    desk.give_for(bare(high), due, "a high address")?;
                }
                Call::MoveThePool => {
                    let mut boxed = Box::new(desk);
                    boxed.check()?;
                    std::mem::swap(&mut *boxed, &mut other);
                    std::mem::swap(&mut *boxed, &mut other);
                    desk = *boxed;
                    desk.check()?;
                }
            }
        }
        desk.allocate_all()?;
        desk.allocate()?;
        other.check()
    }

    #[test]
    fn any_sequence_of_calls_fits_the_model() {
        graded!();
        check(brief(400, 4), brief(60, 10), |story: &Story| {
            let (told, report) = scope(|| tell(story));
            told?;
            report.assert_clean();
            Ok(())
        });
    }

    #[test]
    fn any_two_numbers_are_judged() {
        graded!();
        check(brief(400, 10), 8, |(a, b, shape): &(u64, u64, u8)| {
            // All orders of magnitude, zero, and numbers that wrap around.
            let number = |n: u64, shift: u8| (n as usize) >> (u32::from(shift) % usize::BITS);
            let (size, total) = match shape % 4 {
                0 => (number(*a, shape / 4), number(*b, shape / 3)),
                1 => {
                    (number(*a, shape / 4), (usize::MAX / number(*a, shape / 4).max(1)).max(1))
                }
                2 => (number(*a, 0), number(*b, 63 - shape / 16)),
                _ => (number(*a, 56), number(*b, 60)),
            };
            // A pool that misses a size of zero may still loop over its chunks.
            let total = if size == 0 { total % 1000 } else { total };
            let product = size.checked_mul(total).filter(|n| *n <= isize::MAX as usize);
            let expected = match product {
                _ if size == 0 || total == 0 => Said::ZeroSize,
                None => Said::CapacityOverflow,
                Some(bytes) if bytes <= 1 << 14 && total <= 1 << 10 => Said::Ok,
                // Whether so much can be had is not for this test to say.
                Some(_) => return Ok(()),
            };
            let seen = said(MemoryPool::new(size, total));
            if seen == expected {
                return Ok(());
            }
            Err(format!("new({size}, {total}): expected {expected:?}, it said {seen:?}"))
        });
    }
}

mod compile_fail {
    use super::*;
    use workbook_support::ui;

    const MODE: &str = if cfg!(feature = "solutions") { "solutions" } else { "exercises" };

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn wrong_programs_are_refused() {
        graded!();
        ui::assert_refused("ex5", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn more_errors_may_come() {
        graded!();
        ui::assert_refused_with_code("ex5", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex5", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        ui::assert_accepted("ex5");
    }
}

mod memory {
    use super::*;
    use workbook_support::c_heap;
    use workbook_support::child::{Ending, assert_answers, run_refusing};
    use workbook_support::test_path;

    #[test]
    fn drop_frees_a_pool_that_was_never_used() {
        graded!();
        let report = lives_cleanly(|| {
            for (size, total) in
                [(1, 1), (3, 7), (8, 1), (12, 3), (64, 5), (8, 65), (1, 130), (4096, 3)]
            {
                drop(pool_of(size, total));
            }
            Ok(())
        });
        report.assert_no_foreign_frees();
    }

    #[test]
    #[cfg_attr(miri, ignore = "measures C's heap, which Miri watches by itself")]
    fn no_pool_uses_memory_up() {
        graded!();
        for (size, total) in [(1, 1), (24, 5), (8, 300), (5_000, 3), (70_000, 3)] {
            let all_live = || {
                let mut pool = pool_of(size, total);
                for _ in 0..total {
                    chunk_of(&mut pool);
                }
            };
            let what = format!("the life of a pool of {total} chunks of {size} bytes");
            c_heap::assert_no_growth(|| drop(pool_of(size, total)), &what);
            c_heap::assert_no_growth(
                all_live,
                &format!("{what}, all of them live at its end,"),
            );
        }
        let refusals = || {
            for (size, total) in [(0, 3), (3, 0), (usize::MAX, 2), (isize::MAX as usize - 7, 1)]
            {
                let seen = said(MemoryPool::new(size, total));
                assert!(seen != Said::Ok, "expected new({size}, {total}) to be refused");
            }
        };
        c_heap::assert_no_growth(refusals, "a pool that is refused");
    }

    #[test]
    fn drop_frees_a_pool_with_live_chunks() {
        graded!();
        lives_cleanly(|| {
            for (size, total, live) in [(8, 3, 3), (8, 3, 1), (5, 4, 2), (24, 2, 0)] {
                drop(Desk::with_known_chunks(size, total, live)?);
            }
            if cfg!(not(miri)) {
                drop(Desk::with_known_chunks(8, 70, 35)?);
            }
            Ok(())
        });
    }

    #[test]
    fn drop_trusts_no_byte_of_a_chunk() {
        graded!();
        lives_cleanly(|| {
            for byte in [0x00, 0xFF, 0x41] {
                let mut pool = pool_of(16, 3);
                let len: usize = pool.chunk_size();
                for _ in 0..3 {
                    fill(chunk_of(&mut pool), &vec![byte; len]);
                }
            }
            Ok(())
        });
    }

    #[test]
    fn writes_to_whole_chunks_stay_inside_the_pool() {
        graded!();
        lives_cleanly(|| {
            for size in sizes() {
                for total in [1, 3] {
                    let mut pool = pool_of(size, total);
                    let len: usize = pool.chunk_size();
                    let ones = pause(|| vec![0xFF; len]);
                    for _ in 0..total {
                        fill(chunk_of(&mut pool), &ones);
                    }
                    pause(|| drop(ones));
                }
            }
            Ok(())
        });
    }

    /// Allocates every chunk, fills each with `bytes` over and over, and hands
    /// all of them back: the pool must not be impressed.
    fn survives(pool: &mut MemoryPool, bytes: &[u8]) -> Step {
        let total: usize = pool.total_chunks();
        let len: usize = pool.chunk_size();
        let repeated: Vec<u8> = bytes.iter().copied().cycle().take(len).collect();
        let mut chunks = Vec::new();
        for _ in 0..total {
            let chunk = chunk_of(pool);
            if chunks.contains(&chunk) {
                return Err(format!(
                    "after chunks had been filled with {bytes:02x?} over and over, one chunk was \
                     handed out twice"
                ));
            }
            fill(chunk, &repeated);
            chunks.push(chunk);
        }
        for chunk in &chunks {
            if contents(*chunk, len) != repeated {
                return Err("the bytes of a live chunk changed".into());
            }
            let seen = said(pool.deallocate(*chunk));
            if seen != Said::Ok {
                return Err(format!(
                    "deallocate of a live chunk filled with {bytes:02x?} over and over: expected \
                     Ok, it said {seen:?}: what a caller writes to a chunk says nothing about it"
                ));
            }
            let seen = said(pool.deallocate(*chunk));
            if seen != Said::DoubleFree {
                return Err(format!(
                    "deallocate of a free chunk that was filled with {bytes:02x?} over and over: \
                     expected DoubleFree, it said {seen:?}"
                ));
            }
        }
        let seen: usize = pool.available();
        if seen == total { Ok(()) } else { Err(format!("expected {total} free, saw {seen}")) }
    }

    #[test]
    fn no_pattern_of_bytes_disturbs_the_pool() {
        graded!();
        lives_cleanly(|| {
            for &size in brief(&[1, 4, 8, 16, 40][..], &[16]) {
                let mut pool = pool_of(size, 4);
                // What a pool might keep in its chunks: links, indexes, marks.
                let mut words: Vec<usize> =
                    vec![0, 1, 2, 3, 4, 5, usize::MAX, usize::MAX - 1, usize::MAX / 2];
                let starts: [usize; 4] =
                    std::array::from_fn(|_| chunk_of(&mut pool).addr().get());
                words.extend(starts);
                words.extend([(&raw const pool).addr(), starts[0] + 8, starts[0] - 8]);
                for start in starts {
                    let seen = said(pool.deallocate(bare(start)));
                    assert_eq!(seen, Said::Ok, "expected a live chunk to be taken back");
                }
                for word in words {
                    survives(&mut pool, &word.to_ne_bytes())?;
                }
                for mark in
                    [0xDEAD_BEEF_u32, 0xFEED_FACE, 0xCAFE_BABE, 0xBAAD_F00D, 0x5555_5555]
                {
                    survives(&mut pool, &mark.to_ne_bytes())?;
                }
                if cfg!(not(miri)) {
                    for byte in 0..=u8::MAX {
                        survives(&mut pool, &[byte])?;
                    }
                }
            }
            Ok(())
        });
    }

    type Bytes = Vec<MaybeUninit<u8>>;

    /// The bytes of a chunk, whether or not they were ever written.
    fn snapshot(chunk: NonNull<u8>, len: usize) -> Bytes {
        let mut bytes = vec![MaybeUninit::uninit(); len];
        // SAFETY: `len` bytes of the pool's memory lie there, which the pool keeps
        // until it is dropped; `MaybeUninit` does not ask what they are.
        unsafe {
            chunk
                .as_ptr()
                .cast::<MaybeUninit<u8>>()
                .copy_to_nonoverlapping(bytes.as_mut_ptr(), len)
        };
        bytes
    }

    fn restore(chunk: NonNull<u8>, bytes: &Bytes) {
        let source = bytes.as_ptr().cast::<u8>();
        // SAFETY: the chunk is live and has room for these bytes; an untyped copy
        // does not ask what they are.
        unsafe { chunk.as_ptr().copy_from_nonoverlapping(source, bytes.len()) };
    }

    #[test]
    fn a_chunk_may_hold_what_a_free_chunk_held() {
        graded!();
        lives_cleanly(|| {
            for size in [8, 16, 48] {
                let mut pool = pool_of(size, 3);
                let len: usize = pool.chunk_size();
                let chunks: [NonNull<u8>; 3] = std::array::from_fn(|_| chunk_of(&mut pool));
                // What the pool leaves in a chunk that it hands out.
                let mut seen: Vec<Bytes> = chunks.iter().map(|c| snapshot(*c, len)).collect();
                for chunk in chunks {
                    fill(chunk, &marking(9, len));
                    let seen = said(pool.deallocate(chunk));
                    assert_eq!(seen, Said::Ok, "expected a live chunk to be taken back");
                }
                if cfg!(not(miri)) {
                    // What it keeps in a chunk that is free. Miri may rightly say
                    // that this is no longer ours to read.
                    seen.extend(chunks.iter().map(|c| snapshot(*c, len)));
                }
                for bytes in &seen {
                    let again: [NonNull<u8>; 3] = std::array::from_fn(|_| chunk_of(&mut pool));
                    for chunk in again {
                        restore(chunk, bytes);
                    }
                    for chunk in again {
                        let seen = said(pool.deallocate(chunk));
                        assert_eq!(
                            seen,
                            Said::Ok,
                            "a live chunk held the bytes that the pool had left in a free one: \
                             expected it to be taken back, since any bytes may stand in a chunk"
                        );
                    }
                }
                let left: usize = pool.available();
                assert_eq!(left, 3, "expected all chunks to be free again");
            }
            Ok(())
        });
    }

    #[test]
    fn allocate_and_deallocate_make_no_allocation() {
        graded!();
        for (size, total) in [(8, 4), (3, 9), (64, 4)] {
            let mut pool = pool_of(size, total);
            let len: usize = pool.chunk_size();
            let (fits, report) = scope(|| {
                let mut fits = true;
                for round in 0..4 {
                    let mut chunks = [None; 9];
                    for place in &mut chunks[..total] {
                        *place = pool.allocate();
                    }
                    fits &= pool.allocate().is_none();
                    for at in 0..total {
                        let Some(chunk) = chunks[(at + round) % total] else { return false };
                        fits &= said(pool.deallocate(bare(8))) == Said::ForeignPointer;
                        let middle = bare(chunk.addr().get() + 1);
                        fits &= len < 2 || said(pool.deallocate(middle)) == Said::NotAChunk;
                        fits &= said(pool.deallocate(chunk)) == Said::Ok;
                        fits &= said(pool.deallocate(chunk)) == Said::DoubleFree;
                    }
                }
                fits
            });
            report.assert_no_faults();
            report.assert_requests(0, "every allocation belongs to `new`, which can report it");
            assert!(fits, "expected each call to answer as in every other test");
        }
        // Many chunks, in and out in no order: room that was reserved for a few
        // chunks, or a table that fills up with what is gone, shows only here. The
        // pool is made within the audit, which also sees its blocks grow.
        for &total in brief(&[100, 896][..], &[70]) {
            let (_, made) = scope(|| drop(pool_of(8, total)));
            let mut chunks = vec![None; total];
            let mut dice = Dice(7);
            let (fits, report) = scope(|| {
                let mut pool = pool_of(8, total);
                for chunk in &mut chunks {
                    *chunk = pool.allocate();
                }
                let mut fits = pool.allocate().is_none();
                // First all but one are live all the time, then most of them most
                // of the time.
                for _ in 0..brief(2_000, 20) {
                    let chunk = &mut chunks[dice.below(total)];
                    fits &= chunk.is_some_and(|old| said(pool.deallocate(old)) == Said::Ok);
                    *chunk = pool.allocate();
                }
                for chunk in chunks.iter_mut().filter_map(Option::take) {
                    fits &= said(pool.deallocate(chunk)) == Said::Ok;
                }
                for step in 0..brief(6_000, 60) {
                    let chunk = &mut chunks[dice.below(total)];
                    match *chunk {
                        Some(old) if step % 4 == 0 => {
                            fits &= said(pool.deallocate(old)) == Said::Ok;
                            *chunk = None;
                        }
                        Some(_) => {}
                        None => {
                            *chunk = pool.allocate();
                            fits &= chunk.is_some();
                        }
                    }
                }
                fits
            });
            report.assert_clean();
            report.assert_requests(
                made.requests,
                "that many belong to `new`, and no other call makes one, however many chunks",
            );
            assert!(fits, "expected each call to answer as in every other test");
        }
    }

    #[test]
    fn a_refused_pool_leaves_nothing_behind() {
        graded!();
        lives_cleanly(|| {
            for (size, total) in [(0, 3), (3, 0), (usize::MAX, 2), (8, usize::MAX / 2)] {
                let seen = said(MemoryPool::new(size, total));
                assert!(seen != Said::Ok, "expected new({size}, {total}) to be refused");
            }
            Ok(())
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri's allocator never refuses")]
    fn every_refused_allocation_is_out_of_memory() {
        graded!();
        // First where nothing else is at stake: in a process of its own.
        let answer = || said(MemoryPool::new(24, 5));
        let (_, made) = scope(|| drop(pool_of(24, 5)));
        // Memory that does not come from the global allocator cannot be refused.
        if made.requests > 0 || std::env::var_os("WORKBOOK_CHILD").is_some() {
            assert_answers(test_path!(), Said::OutOfMemory, answer);
        }
        for from in 1..=made.requests.min(64) {
            let (answer, report) = scope_refusing(from, || said(MemoryPool::new(24, 5)));
            assert_eq!(
                answer,
                Said::OutOfMemory,
                "every allocation of new from number {from} on was answered with null"
            );
            report.assert_clean();
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri's allocator never refuses")]
    fn every_refused_allocation_of_a_large_pool_is_out_of_memory() {
        graded!();
        // What few chunks do without, many may need: a table of its own.
        let answer = || said(MemoryPool::new(8, 1000));
        let (_, made) = scope(|| drop(pool_of(8, 1000)));
        if made.requests > 0 || std::env::var_os("WORKBOOK_CHILD").is_some() {
            assert_answers(test_path!(), Said::OutOfMemory, answer);
        }
        for (size, total) in [(8, 1000), (40, 100), (5000, 3)] {
            let (_, made) = scope(|| drop(pool_of(size, total)));
            for from in 1..=made.requests.min(64) {
                let (answer, report) =
                    scope_refusing(from, || said(MemoryPool::new(size, total)));
                assert_eq!(
                    answer,
                    Said::OutOfMemory,
                    "every allocation of new({size}, {total}) from number {from} on was answered \
                     with null"
                );
                report.assert_clean();
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "asks for more memory than Miri simulates")]
    fn memory_that_nobody_has_is_out_of_memory() {
        graded!();
        if std::env::var_os("WORKBOOK_AUDIT").is_some_and(|v| v == "off") {
            return; // A sanitizer has an opinion of its own on such requests.
        }
        // Wherever the memory comes from: no machine has so much, and the product
        // is far below the limit.
        const LARGE: usize = 1 << (usize::BITS - 4);
        for (index, total) in [1, 3].into_iter().enumerate() {
            // A number that no request reaches; it also names the scenario.
            let ending = run_refusing(test_path!(), usize::MAX - index, || {
                let seen = said(MemoryPool::new(LARGE, total));
                assert!(seen == Said::OutOfMemory, "it said {seen:?}");
            });
            let seen = match ending {
                Ending::Returned => continue,
                Ending::AllocError if std::env::var_os("WORKBOOK_CHILD").is_some() => continue,
                Ending::AllocError => String::from("`handle_alloc_error` ended the process"),
                Ending::Panicked(text) => text,
                Ending::Other(text) => format!("saw another end: {text}"),
            };
            panic!(
                "new({LARGE:#x}, {total}) asks for more memory than any machine has, and less than \
                 isize::MAX: expected OutOfMemory, {seen}"
            );
        }
    }

    #[test]
    fn errors_touch_no_memory() {
        graded!();
        lives_cleanly(|| {
            let mut desk = Desk::with_known_chunks(16, 3, 1)?;
            // The audit looks after this block, freed or not.
            let ours = Box::new([0x33_u8; 64]);
            let place = NonNull::from(&*ours).cast::<u8>();
            let gone = {
                let mut other = pool_of(16, 3);
                chunk_of(&mut other)
            };
            for at in 0..brief(64, 9) {
                // SAFETY: `at` is less than the size of the block.
                let ptr = unsafe { place.add(at) };
                desk.give_for(ptr, Due::Exactly(Said::ForeignPointer), "another allocation")?;
            }
            assert_eq!(
                *ours, [0x33; 64],
                "expected a refused pointer not to be written through"
            );
            // Both pools lived at the same time, so it is no chunk of this one.
            let due = Due::Exactly(Said::ForeignPointer);
            desk.give_for(gone, due, "a chunk of a pool that is gone")?;
            desk.allocate_all()?;
            desk.give_all()
        });
    }

    /// Other ways to a value of a type, where the type has them.
    struct Twin<'a, T>(&'a T);

    #[allow(dead_code, reason = "called where the type can be cloned")]
    impl<T: Clone> Twin<'_, T> {
        fn make(&self) -> Option<T> {
            Some(self.0.clone())
        }
    }

    #[allow(dead_code, reason = "called where the type has a default")]
    impl<T: Default> Twin<'_, T> {
        fn make_default(&self) -> Option<T> {
            Some(T::default())
        }
    }

    #[allow(dead_code, reason = "used where the type has no such way")]
    trait NoTwin<T> {
        fn make(&self) -> Option<T>;
        fn make_default(&self) -> Option<T>;
    }

    impl<T> NoTwin<T> for Twin<'_, T> {
        fn make(&self) -> Option<T> {
            None
        }

        fn make_default(&self) -> Option<T> {
            None
        }
    }

    #[test]
    fn a_default_pool_is_a_pool() {
        graded!();
        lives_cleanly(|| {
            // The contract has no Default. A pool that has one all the same needs
            // memory for it, or a drop that frees none.
            let made: Option<MemoryPool> = Twin(&pool_of(16, 2)).make_default();
            let Some(mut pool) = made else { return Ok(()) };
            let (len, total): (usize, usize) = (pool.chunk_size(), pool.total_chunks());
            let seen: usize = pool.available();
            assert_eq!(seen, total, "expected all chunks of a default pool to be free");
            for _ in 0..total.min(100) {
                fill(chunk_of(&mut pool), &marking(3, len));
            }
            let chunk: Option<NonNull<u8>> = pool.allocate();
            assert!(chunk.is_none() || total > 100, "expected None after {total} chunks");
            let seen = said(pool.deallocate(bare(8)));
            assert_eq!(seen, Said::ForeignPointer, "a low address lies outside of every pool");
            Ok(())
        });
    }

    #[test]
    fn no_two_pools_own_the_same_memory() {
        graded!();
        lives_cleanly(|| {
            let mut pool = pool_of(16, 2);
            let chunk = chunk_of(&mut pool);
            // The contract has no Clone. A pool that can be cloned all the same
            // needs memory of its own for the clone.
            let twin: Option<MemoryPool> = Twin(&pool).make();
            if let Some(mut twin) = twin {
                let other: Option<NonNull<u8>> = twin.allocate();
                assert!(
                    other != Some(chunk),
                    "a clone handed out a live chunk of the original"
                );
                drop(twin);
            }
            let seen = said(pool.deallocate(chunk));
            assert_eq!(seen, Said::Ok, "expected the pool to live on");
            Ok(())
        });
    }
}

mod audit {
    use super::*;
    use workbook_support::findings::{Judgement, Key, parse};

    #[cfg(not(feature = "solutions"))]
    const AUDIT: &str = include_str!("../exercises/ex5_audit.toml");
    #[cfg(feature = "solutions")]
    const AUDIT: &str = include_str!("../solutions/ex5_audit.toml");

    /// Digests: what counts as found.
    const ANSWERS: &str = include_str!("ex5_memory_pool.answers");
    /// The length of exercises/ex5_flawed_pool.txt.
    const LINES: u32 = 154;

    #[track_caller]
    fn judged() -> Judgement {
        match parse(AUDIT, LINES) {
            Ok(findings) => Key::read(ANSWERS).judge(&findings),
            Err(problem) => panic!("exercises/ex5_audit.toml: {problem}"),
        }
    }

    /// All defects of `group` were found, and not by guessing.
    #[track_caller]
    fn assert_found(group: &str, least: impl Fn(usize) -> usize) {
        let judgement = judged();
        let (found, all) = judgement.count(group);
        let (right, wrong) = (judgement.right, judgement.false_alarms);
        let counts = format!(
            "found {found} of {all} defects here, missed {}; in the whole audit {right} findings \
             are right and {wrong} are false alarms",
            all - found
        );
        assert!(found >= least(all), "expected at least {} found: {counts}", least(all));
        assert!(
            wrong <= (right / 2).max(2),
            "expected at most one false alarm for every two right findings: {counts}"
        );
    }

    macro_rules! groups {
        ($($name:ident: $group:literal,)*) => {$(
            #[test]
            #[cfg_attr(miri, ignore = "has nothing to do with memory")]
            fn $name() {
                graded!();
                assert_found($group, |all| all);
            }
        )*};
    }

    groups! {
        memory_safety_defects_are_found: "memory-safety.",
        alignment_defects_are_found: "alignment.",
        initialization_defects_are_found: "initialization.",
        concurrency_defects_are_found: "concurrency.",
        api_safety_defects_are_found: "api-safety.",
        arithmetic_defects_are_found: "arithmetic.",
    }

    #[test]
    #[cfg_attr(miri, ignore = "has nothing to do with memory")]
    fn half_of_the_defects_are_found() {
        graded!();
        assert_found("", |all| all.div_ceil(2));
    }

    #[test]
    #[cfg_attr(miri, ignore = "has nothing to do with memory")]
    fn no_false_alarms() {
        graded!();
        let judgement = judged();
        assert!(
            judgement.right > 0,
            "expected an audit that finds something, it finds nothing"
        );
        assert_eq!(
            judgement.false_alarms, 0,
            "expected every finding to point at a defect: {} do, {} point at lines that do nothing \
             wrong of that category",
            judgement.right, judgement.false_alarms
        );
    }
}
