//! What FFI costs, as ratios measured in one run: the machine's own speed cancels
//! out. `just bench` runs it; with `solutions`, exercise 11 is the model solution.
//!
//! The exit code is 1 when exercise 11 is slower than 0.8 times `rusqlite`.

mod costs;
mod database;

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The speed that exercise 11 must reach, `rusqlite` being 1.
const BAR: f64 = 0.8;
const ROUNDS: usize = 25;

fn main() -> ExitCode {
    costs::measure();
    match database::measure() {
        Some(ratio) if ratio >= BAR => ExitCode::SUCCESS,
        Some(ratio) => {
            println!("\nexercise 11 is slower than {BAR} times rusqlite: {ratio:.2}");
            ExitCode::FAILURE
        }
        None => {
            println!("\nexercise 11 does not work yet: nothing to compare");
            ExitCode::SUCCESS
        }
    }
}

/// The shortest times of two pieces of work, which take turns.
fn best_of(mut one: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        best.0 = best.0.min(time(&mut one));
        best.1 = best.1.min(time(&mut other));
    }
    best
}

/// Prints how many times as long as `base` the work takes.
fn report(what: &str, work: Duration, base: Duration, count: u32) {
    let ratio = work.as_secs_f64() / base.as_secs_f64();
    let each = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(count);
    println!("{what:<64} {ratio:6.2}   ({:.1} ns against {:.1} ns)", each(work), each(base));
}
