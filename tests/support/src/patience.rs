//! How long a test puts up with code that is slow, which is no defect.

use std::time::{Duration, Instant};

/// Work that a thread may spend on code under test, in time of a processor.
const WORK: Duration = Duration::from_secs(2);

/// The same by the clock: a test is ended after ten seconds, on a busy machine too.
const WAIT: Duration = Duration::from_secs(6);

/// The clock is looked at once in so many steps.
const STEPS: u32 = 256;

/// Begins when it is made, and ends after two seconds of work by this thread.
///
/// Under Miri it does not end: there the tests do less from the start.
#[derive(Debug)]
pub struct Patience {
    begun: Instant,
    worked: Option<Duration>,
    work: Duration,
    steps: u32,
}

impl Patience {
    /// Begins now.
    pub fn new() -> Patience {
        Patience::of(WORK)
    }

    fn of(work: Duration) -> Patience {
        Patience { begun: Instant::now(), worked: worked(), work, steps: 0 }
    }

    /// Asked before every step of the work: whether to take it.
    pub fn lasts(&mut self) -> bool {
        self.steps += 1;
        if cfg!(miri) || !self.steps.is_multiple_of(STEPS) {
            return true;
        }
        let passed = self.begun.elapsed();
        let work = match (self.worked, worked()) {
            // After so many steps it is 0 only where the kernel does not count.
            (Some(before), Some(now)) if !now.is_zero() => now.saturating_sub(before),
            _ => passed,
        };
        work < self.work && passed < WAIT
    }
}

impl Default for Patience {
    fn default() -> Patience {
        Patience::new()
    }
}

/// How long this thread has been at work, without the time in which it waited
/// for a processor. Known on Linux.
fn worked() -> Option<Duration> {
    if cfg!(miri) {
        // It has no files.
        return None;
    }
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = times.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "it does not end there")]
    fn work_uses_it_up() {
        let mut patience = Patience::of(Duration::from_millis(20));
        let begun = Instant::now();
        while patience.lasts() {
            assert!(begun.elapsed() < 2 * WAIT, "it lasts for ever");
        }
        // The kernel adds up what a thread worked some milliseconds later.
        assert!(begun.elapsed() >= Duration::from_millis(5));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn waiting_does_not() {
        let mut patience = Patience::of(Duration::from_millis(60));
        std::thread::sleep(Duration::from_millis(80));
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(10) {}
        assert!((0..STEPS).all(|_| patience.lasts()));
    }
}
