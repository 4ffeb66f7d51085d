//! Property tests with answers that teach.
//!
//! quickcheck generates and shrinks. What a student sees is the smallest
//! counterexample, what went wrong with it, and how to see it again.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use quickcheck::{Arbitrary, Gen};

use crate::quiet;

/// The seed of a run that sets none: verdicts are repeatable.
const DEFAULT_SEED: u64 = 0x5EED_0F0D;
const SHRINK_LIMIT: Duration = Duration::from_secs(2);

/// Checks `property` on `cases` generated values of size up to `size`.
///
/// The property says what is wrong in an `Err`, or panics. The seed comes from
/// `WORKBOOK_SEED`, or is a fixed one.
///
/// # Panics
///
/// When a case fails; the message holds the smallest counterexample found.
#[track_caller]
pub fn check<A: Arbitrary + Debug>(
    cases: u32,
    size: usize,
    property: impl Fn(&A) -> Result<(), String>,
) {
    let seed = seed();
    let mut generator = Gen::from_size_and_seed(size, seed);
    for case in 1..=cases {
        let value = A::arbitrary(&mut generator);
        if let Err(problem) = run(&property, &value) {
            let (value, problem) = shrink(&property, value, problem);
            panic!(
                "a property does not hold\n  smallest counterexample: {value:?}\n  \
                 what happened: {problem}\n  found at case {case} of {cases}; \
                 see it again with WORKBOOK_SEED={seed}"
            );
        }
    }
}

fn seed() -> u64 {
    if cfg!(miri) {
        return DEFAULT_SEED;
    }
    match std::env::var("WORKBOOK_SEED") {
        Ok(text) => text.parse().expect("WORKBOOK_SEED is a whole number below 2^64"),
        Err(_) => DEFAULT_SEED,
    }
}

fn run<A>(property: &impl Fn(&A) -> Result<(), String>, value: &A) -> Result<(), String> {
    quiet::catch(|| property(value)).unwrap_or_else(Err)
}

fn shrink<A: Arbitrary>(
    property: &impl Fn(&A) -> Result<(), String>,
    mut value: A,
    mut problem: String,
) -> (A, String) {
    let start = Instant::now();
    'smaller: loop {
        for candidate in value.shrink() {
            if start.elapsed() > SHRINK_LIMIT {
                return (value, problem);
            }
            if let Err(smaller_problem) = run(property, &candidate) {
                (value, problem) = (candidate, smaller_problem);
                continue 'smaller;
            }
        }
        return (value, problem);
    }
}
