//! The graded suite of exercise 8, closures as C callbacks.
//!
//! It knows the contract and csrc/events.h: no field, no way of keeping closures.

#![cfg_attr(not(any(c_side, miri)), allow(unused))]

/// What a machine without a C compiler shows: one line, and nothing red.
#[cfg(not(any(c_side, miri)))]
#[test]
#[ignore = "skipped: no C compiler found (`just doctor` says how to install one)"]
fn c_compiler_is_there() {}

#[cfg(miri)]
#[path = "stand_ins/events.rs"]
mod stand_ins;

#[cfg(any(c_side, miri))]
mod helpers {
    use std::mem;
    use std::sync::{Arc, Mutex, PoisonError};

    use unsafe_workbook::ex8_callbacks::{Panicked, Source, Subscription};

    // SAFETY: the declaration repeats csrc/events.h.
    unsafe extern "C" {
        pub safe fn events_sources() -> usize;
    }

    pub fn source() -> Source {
        Source::new().expect("C has memory for a source")
    }

    #[track_caller]
    pub fn subscribe<'s>(
        source: &'s Source,
        call: impl FnMut(i32) + Send + 'static,
    ) -> Subscription<'s> {
        source.subscribe(call).expect("C has memory for a subscription")
    }

    /// What closures saw, in order.
    #[derive(Clone, Default)]
    pub struct Log(Arc<Mutex<Vec<(char, i32)>>>);

    impl Log {
        pub fn note(&self, name: char, value: i32) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push((name, value));
        }

        pub fn noting(&self, name: char) -> impl FnMut(i32) + Send + 'static {
            let log = self.clone();
            move |value| log.note(name, value)
        }

        pub fn take(&self) -> Vec<(char, i32)> {
            mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }
    }

    /// Takes something into a closure that must be `Send`. The closures of a test
    /// with it run on the thread of the test alone.
    #[derive(Clone, Copy)]
    pub struct Carried<T>(pub T);
    // SAFETY: the closures of a test with it run on the thread of the test alone.
    unsafe impl<T> Send for Carried<T> {}
    // SAFETY: the closures of a test with it run on the thread of the test alone.
    unsafe impl<T> Sync for Carried<T> {}

    impl Carried<*const Source> {
        pub fn of(source: &Source) -> Self {
            Carried(source)
        }

        /// # Safety
        ///
        /// - The source is alive for as long as the caller uses the reference.
        pub unsafe fn source<'s>(self) -> &'s Source {
            // SAFETY: the caller's promise.
            unsafe { &*self.0 }
        }
    }

    /// A place for a subscription that a closure can reach.
    #[derive(Clone)]
    pub struct Place(Arc<Carried<Mutex<Option<Subscription<'static>>>>>);

    impl Place {
        #[allow(clippy::new_without_default, reason = "a helper")]
        pub fn new() -> Place {
            Place(Arc::new(Carried(Mutex::new(None))))
        }

        /// # Safety
        ///
        /// - The place is emptied before the source is gone.
        pub unsafe fn put(&self, subscription: Subscription<'_>) {
            // SAFETY: only the lifetime changes, and the caller answers for it.
            let subscription = unsafe {
                mem::transmute::<Subscription<'_>, Subscription<'static>>(subscription)
            };
            *self.0.0.lock().unwrap() = Some(subscription);
        }

        /// Drops the subscription; true when there was one.
        pub fn clear(&self) -> bool {
            let subscription = self.0.0.lock().unwrap().take();
            subscription.is_some()
        }
    }

    #[track_caller]
    pub fn no_panic(result: Result<(), Panicked>, what: &str) {
        if let Err(panicked) = result {
            let message: &str = panicked.message();
            panic!("{what}: expected Ok, it reports the panic {message:?}");
        }
    }

    #[track_caller]
    pub fn a_panic<T>(result: Result<T, Panicked>, expected: &str, what: &str) {
        let Err(panicked) = result else {
            panic!("{what}: expected an error that reports the panic {expected:?}, saw Ok")
        };
        let message: &str = panicked.message();
        assert_eq!(message, expected, "{what}: expected the message of the panic");
    }
}

#[cfg(any(c_side, miri))]
mod control {
    use super::helpers::*;
    use workbook_support::{graded, quiet};

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let source = source();
        let log = Log::default();
        let subscription = subscribe(&source, log.noting('a'));
        no_panic(source.fire(3), "one closure");
        drop(subscription);
        let seen = log.take();
        let fooled = quiet::catch(|| assert_eq!(seen, [('a', 4)]));
        assert!(fooled.is_err(), "3 was taken for 4: comparisons cannot be trusted");
    }
}

#[cfg(any(c_side, miri))]
mod unit {
    use super::helpers::*;
    use std::cell::{Cell, RefCell};
    use std::ops::ControlFlow;
    use std::sync::atomic::{self, AtomicUsize};
    use std::sync::{Arc, Mutex};
    use std::thread;
    use unsafe_workbook::ex8_callbacks::{Panicked, Source, Subscription, sort_by, visit};
    use workbook_support::{brief, graded, implements, quiet};

    #[test]
    fn a_subscribed_closure_sees_every_event() {
        graded!();
        let source = source();
        let log = Log::default();
        let _subscription = subscribe(&source, log.noting('a'));
        for value in [1, -7, i32::MAX, i32::MIN, 0] {
            no_panic(source.fire(value), "a closure that only notes");
        }
        let expected = [('a', 1), ('a', -7), ('a', i32::MAX), ('a', i32::MIN), ('a', 0)];
        assert_eq!(log.take(), expected, "expected every value, in order, unchanged");
    }

    #[test]
    fn closures_are_called_in_the_order_of_subscription() {
        graded!();
        let source = source();
        let log = Log::default();
        no_panic(source.fire(1), "nobody listens");
        let all: Vec<Subscription<'_>> =
            "abcdefgh".chars().map(|name| subscribe(&source, log.noting(name))).collect();
        no_panic(source.fire(2), "eight closures");
        let seen: String = log.take().iter().map(|(name, _)| *name).collect();
        assert_eq!(seen, "abcdefgh", "expected each closure once, first subscribed first");
        let mut all = all;
        drop(all.remove(2));
        all.push(subscribe(&source, log.noting('i')));
        no_panic(source.fire(3), "eight closures, one of them new");
        let seen: String = log.take().iter().map(|(name, _)| *name).collect();
        assert_eq!(seen, "abdefghi", "expected a new closure last, not in a place left free");
    }

    #[test]
    fn each_closure_has_a_state_of_its_own() {
        graded!();
        let source = source();
        let sums = Arc::new(Mutex::new([0_i64; 3]));
        let mut all = Vec::new();
        for i in 0..3 {
            let sums = Arc::clone(&sums);
            let mut own = 0_i64;
            let padding = [i as u64; 40];
            all.push(subscribe(&source, move |value| {
                own += i64::from(value) * (i as i64 + 1);
                assert_eq!(padding, [i as u64; 40], "what the closure captured has changed");
                sums.lock().unwrap()[i] = own;
            }));
        }
        for value in 1..=4 {
            no_panic(source.fire(value), "closures that add up");
        }
        assert_eq!(*sums.lock().unwrap(), [10, 20, 30], "expected three sums of their own");

        #[repr(align(64))]
        struct Aligned(u8);
        let all: Vec<Subscription<'_>> = (0..10)
            .map(|i| {
                let own = Aligned(i);
                subscribe(&source, move |_| {
                    let own: &Aligned = &own;
                    let rest = std::hint::black_box(&raw const *own).addr() % 64;
                    assert!(own.0 == i && rest == 0, "captured at {rest} past its alignment");
                })
            })
            .collect();
        no_panic(source.fire(5), "closures that need an alignment of 64");
        drop(all);
    }

    #[test]
    fn a_dropped_subscription_is_not_called() {
        graded!();
        let source = source();
        let log = Log::default();
        let a = subscribe(&source, log.noting('a'));
        let b = subscribe(&source, log.noting('b'));
        let c = subscribe(&source, log.noting('c'));
        drop(b);
        no_panic(source.fire(1), "two of three are left");
        assert_eq!(log.take(), [('a', 1), ('c', 1)], "expected b to be gone and no other");
        drop(a);
        no_panic(source.fire(2), "one of three is left");
        assert_eq!(log.take(), [('c', 2)], "expected a to be gone, too");
        drop(c);
        no_panic(source.fire(3), "none is left");
        assert_eq!(log.take(), [], "expected nobody to be called");
    }

    #[test]
    fn sources_are_independent() {
        graded!();
        let (first, second) = (source(), source());
        let log = Log::default();
        let _a = subscribe(&first, log.noting('a'));
        let _b = subscribe(&second, log.noting('b'));
        no_panic(second.fire(5), "the second source");
        assert_eq!(log.take(), [('b', 5)], "expected the second source's closure alone");
    }

    #[test]
    fn a_closure_is_called_from_another_thread() {
        graded!();
        let source = source();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let note = Arc::clone(&seen);
        let _subscription = subscribe(&source, move |value| {
            note.lock().unwrap().push((value, thread::current().id()));
        });
        no_panic(source.fire_from_thread(4), "C's thread");
        no_panic(source.fire(5), "this thread");
        for value in [i32::MIN, i32::MAX, 70_000] {
            no_panic(source.fire_from_thread(value), "C's thread");
        }
        let seen = seen.lock().unwrap();
        let values: Vec<i32> = seen.iter().map(|(value, _)| *value).collect();
        let expected = [4, 5, i32::MIN, i32::MAX, 70_000];
        assert_eq!(values, expected, "expected every event, with its value unchanged");
        let here = thread::current().id();
        assert!(seen[0].1 != here, "expected the first call on a thread that C started");
        assert!(seen[1].1 == here, "expected the second call on this thread");
    }

    #[test]
    fn a_panic_comes_back_as_an_error() {
        graded!();
        let source = source();
        let log = Log::default();
        let _a = subscribe(&source, log.noting('a'));
        let noted = log.clone();
        let _p = subscribe(&source, move |value| {
            noted.note('p', value);
            match value {
                1 => panic!("it went wrong"),
                2 => panic!("value {value} went wrong"),
                _ => {}
            }
        });
        let _b = subscribe(&source, log.noting('b'));
        a_panic(source.fire(1), "it went wrong", "a panic with a literal");
        assert_eq!(
            log.take(),
            [('a', 1), ('p', 1), ('b', 1)],
            "expected the closures after the one that panicked to be called as well"
        );
        a_panic(source.fire(2), "value 2 went wrong", "a panic with a formatted text");
        log.take();
        no_panic(source.fire(3), "nobody panics this time");
        assert_eq!(
            log.take(),
            [('a', 3), ('p', 3), ('b', 3)],
            "a closure that panicked stays subscribed"
        );
    }

    /// What a panic carries that has no text and takes no memory: whoever fears its
    /// destructor may forget it.
    struct NoText;

    #[test]
    fn a_panic_without_a_text_is_an_error_as_well() {
        graded!();
        let source = source();
        let _p = subscribe(&source, |_| std::panic::panic_any(NoText));
        assert!(source.fire(1).is_err(), "expected an error, whatever the panic carried");
        let visited = visit(&[1, 2], |_| std::panic::panic_any(NoText));
        assert!(visited.is_err(), "visit: expected an error, whatever the panic carried");
        // SAFETY: the order is total, as far as it comes.
        let sorted =
            unsafe { sort_by(&mut [2, 1], |_: &i32, _: &i32| std::panic::panic_any(NoText)) };
        assert!(sorted.is_err(), "sort_by: expected an error, whatever the panic carried");
    }

    #[test]
    fn a_panic_keeps_its_whole_text() {
        graded!();
        let long = "a long message ".repeat(400);
        let texts = ["", "two\nlines\n", " a NUL \0 inside ", "größe 🦀", long.as_str()];
        let source = source();
        let owned = texts.map(String::from);
        let p = subscribe(&source, move |value| panic!("{}", owned[value as usize]));
        for (i, text) in texts.into_iter().enumerate() {
            let fired = quiet::catch(|| source.fire(i as i32));
            let Ok(fired) = fired else { panic!("a panic left the firing") };
            a_panic(fired, text, "a firing");
            let visited = quiet::catch(|| visit(&[1], |_| panic!("{text}")));
            let Ok(visited) = visited else { panic!("a panic left the visit") };
            a_panic(visited, text, "a visit");
        }
        drop(p);
        // A panic that goes on has a text as well, though no panic hook sees it.
        let again = || -> ! { std::panic::resume_unwind(Box::new(String::from("again"))) };
        let _r = subscribe(&source, move |_| again());
        a_panic(source.fire(1), "again", "a firing with a panic that goes on");
        a_panic(visit(&[1], |_| again()), "again", "a visit with a panic that goes on");
        // SAFETY: the order is total, as far as it comes.
        let sorted = unsafe { sort_by(&mut [2, 1], |_: &i32, _: &i32| again()) };
        a_panic(sorted, "again", "a sort with a panic that goes on");
    }

    #[test]
    fn a_panic_on_another_thread_comes_back_as_an_error() {
        graded!();
        let source = source();
        let _p = subscribe(&source, |value| assert!(value == 0, "wrong on that thread"));
        a_panic(source.fire_from_thread(1), "wrong on that thread", "a panic on C's thread");
        no_panic(source.fire_from_thread(0), "nobody panics this time");
    }

    #[test]
    fn the_first_of_two_panics_is_reported() {
        graded!();
        let source = source();
        let _first = subscribe(&source, |_| panic!("first"));
        let _second = subscribe(&source, |_| panic!("second"));
        a_panic(source.fire(1), "first", "two closures that panic");
        let source = super::helpers::source();
        let _first = subscribe(&source, |_| panic!("{}", ""));
        let _second = subscribe(&source, |_| panic!("second"));
        a_panic(source.fire(1), "", "two closures that panic, the first with an empty text");
    }

    /// A firing from this thread, or from one that C starts.
    pub(super) fn fire(source: &Source, by_thread: bool, value: i32) -> Result<(), Panicked> {
        if by_thread { source.fire_from_thread(value) } else { source.fire(value) }
    }

    #[test]
    fn a_closure_may_fire_its_own_source() {
        graded!();
        for by_thread in [false, true] {
            let source = source();
            let log = Log::default();
            let carried = Carried::of(&source);
            let noted = log.clone();
            let _a = subscribe(&source, move |value| {
                noted.note('a', value);
                if value < 3 {
                    // SAFETY: the source outlives its subscriptions.
                    let source = unsafe { carried.source() };
                    no_panic(fire(source, by_thread, value + 1), "the inner firing");
                    noted.note('A', value);
                }
            });
            let _b = subscribe(&source, log.noting('b'));
            no_panic(source.fire(1), "the outer firing");
            assert_eq!(
                log.take(),
                [('a', 1), ('b', 2), ('A', 1), ('b', 1)],
                "expected the inner firing (from a thread of C's: {by_thread}) to call b, but \
                 not a, which is still running: a second call would need a second `&mut` to \
                 the same closure"
            );
        }
    }

    #[test]
    fn each_firing_reports_its_own_panics() {
        graded!();
        for by_thread in [false, true] {
            let source = source();
            let carried = Carried::of(&source);
            let _p = subscribe(&source, |value| {
                assert!(value != 1 && value != 3, "the outer one");
            });
            let results = Arc::new(Mutex::new(Vec::new()));
            let kept = Arc::clone(&results);
            let _a = subscribe(&source, move |value| {
                // SAFETY: the source outlives its subscriptions.
                let inner = fire(unsafe { carried.source() }, by_thread, value + 10);
                kept.lock()
                    .unwrap()
                    .push(inner.map_err(|panicked| panicked.message().to_owned()));
            });
            let _q = subscribe(&source, |value| {
                assert!(value != 12 && value != 13, "the inner one");
            });
            a_panic(
                source.fire(1),
                "the outer one",
                "a closure panicked before the inner firing",
            );
            no_panic(source.fire(2), "only the inner firing met a panic");
            a_panic(source.fire(3), "the outer one", "both firings met a panic");
            let expected = [
                Ok(()),
                Err(String::from("the inner one")),
                Err(String::from("the inner one")),
            ];
            assert_eq!(
                *results.lock().unwrap(),
                expected,
                "expected the inner firings (from a thread of C's: {by_thread}) to report what \
                 happened in them, and no more"
            );
        }
    }

    #[test]
    fn calls_inside_of_a_firing_report_their_own_panics() {
        graded!();
        let (outer, inner) = (source(), source());
        let results = Arc::new(Mutex::new(Vec::new()));
        let _p = subscribe(&outer, |value| assert!(value != 1, "of the outer source"));
        let _i = subscribe(&inner, |value| assert!(value != 2, "of the inner source"));
        let (carried, kept) = (Carried::of(&inner), Arc::clone(&results));
        let _a = subscribe(&outer, move |value| {
            // SAFETY: the inner source outlives the subscriptions of the outer one.
            let fired = unsafe { carried.source() }.fire(value);
            let visited = visit(&[value], |item| {
                assert!(item != 3, "of the visit");
                ControlFlow::Continue(())
            });
            let compare = |a: &i32, b: &i32| {
                assert!(value != 4, "of the sort");
                a.cmp(b)
            };
            // SAFETY: the order of numbers is total.
            let sorted = unsafe { sort_by(&mut [2, 1], compare) };
            let all = [fired.err(), visited.err(), sorted.err()];
            let texts = all.map(|panicked| panicked.map(|one| one.message().to_owned()));
            kept.lock().unwrap().push(texts);
        });
        a_panic(outer.fire(1), "of the outer source", "a firing with other calls inside");
        for value in 2..5 {
            no_panic(outer.fire(value), "only a call inside of the firing met a panic");
        }
        let texts =
            [None, Some("of the inner source"), Some("of the visit"), Some("of the sort")];
        let seen = results.lock().unwrap();
        for (i, seen) in seen.iter().enumerate() {
            for (j, seen) in seen.iter().enumerate() {
                let expected = if i == j + 1 { texts[i] } else { None };
                assert_eq!(
                    seen.as_deref(),
                    expected,
                    "expected call {j} of firing {i} (another source's firing, a visit, a sort) \
                     to report what happened in it, and no more"
                );
            }
        }
        assert_eq!(seen.len(), 4, "expected four calls");
    }

    #[test]
    fn firings_may_be_nested() {
        graded!();
        let source = source();
        let log = Log::default();
        let results = Arc::new(Mutex::new(Vec::new()));
        let carried = Carried::of(&source);
        let _p = subscribe(&source, |value| panic!("in {value}"));
        let mut all = Vec::new();
        // `a` runs in the first firing, and fires twice; `b` runs in each of these.
        for (name, at, times) in [('a', 1, 2), ('b', 2, 1)] {
            let (noted, kept) = (log.clone(), Arc::clone(&results));
            all.push(subscribe(&source, move |value| {
                noted.note(name, value);
                for _ in 0..if value == at { times } else { 0 } {
                    // SAFETY: the source outlives its subscriptions.
                    let inner = unsafe { carried.source() }.fire(value + 1);
                    let inner = inner.map_err(|panicked| panicked.message().to_owned());
                    kept.lock().unwrap().push(inner);
                }
            }));
        }
        a_panic(source.fire(1), "in 1", "the outermost of three firings");
        assert_eq!(
            log.take(),
            [('a', 1), ('b', 2), ('b', 2), ('b', 1)],
            "expected no firing to call a closure that is running further out, the second \
             and the innermost included"
        );
        let expected = ["in 3", "in 2", "in 3", "in 2"].map(|text| Err(text.to_owned()));
        assert_eq!(*results.lock().unwrap(), expected, "expected each firing's own panic");
        a_panic(source.fire(7), "in 7", "a firing afterwards");
    }

    #[test]
    fn sources_report_their_own_panics() {
        graded!();
        // Two firings on two threads, step by step, as far as they go side by side:
        // the first begins, the second begins, the first meets a panic, the second
        // ends.
        let step = Arc::new(AtomicUsize::new(0));
        let reach = |step: &AtomicUsize, at: usize| {
            step.store(at, atomic::Ordering::SeqCst);
        };
        let wait = |step: &AtomicUsize, at: usize| {
            let mut patience = brief(20_000, 100);
            while step.load(atomic::Ordering::SeqCst) < at && patience > 0 {
                patience -= 1;
                thread::yield_now();
            }
        };
        thread::scope(|threads| {
            threads.spawn(|| {
                let source = source();
                let ours = Arc::clone(&step);
                let _first = subscribe(&source, move |_| {
                    reach(&ours, 1);
                    wait(&ours, 2);
                });
                let _p = subscribe(&source, |_| panic!("of the first source"));
                let ours = Arc::clone(&step);
                let _last = subscribe(&source, move |_| {
                    reach(&ours, 3);
                    wait(&ours, 4);
                });
                a_panic(source.fire(1), "of the first source", "the first source");
            });
            threads.spawn(|| {
                let source = source();
                let ours = Arc::clone(&step);
                let _only = subscribe(&source, move |_| {
                    reach(&ours, 2);
                    wait(&ours, 3);
                });
                wait(&step, 1);
                no_panic(source.fire(1), "the second source, whose closure does not panic");
                reach(&step, 4);
            });
        });
    }

    #[test]
    fn many_subscriptions_come_and_go() {
        graded!();
        let source = source();
        let log = Log::default();
        let a = subscribe(&source, log.noting('a'));
        for _ in 0..brief(1000, 100) {
            drop(subscribe(&source, |_| {}));
        }
        let b = subscribe(&source, log.noting('b'));
        no_panic(source.fire(1), "two closures, the first and the last");
        assert_eq!(log.take(), [('a', 1), ('b', 1)], "expected the two that are subscribed");
        drop(b);
        no_panic(source.fire(2), "one closure");
        assert_eq!(log.take(), [('a', 2)], "expected the one that is subscribed");
        drop(a);
        no_panic(source.fire(3), "none is left");
        assert_eq!(log.take(), [], "expected nobody to be called");
    }

    #[test]
    fn a_closure_may_end_the_subscription_of_another() {
        graded!();
        let source = source();
        let log = Log::default();
        let place = Place::new();
        let (reach, noted) = (place.clone(), log.clone());
        let _a = subscribe(&source, move |value| {
            noted.note('a', value);
            reach.clear();
        });
        // SAFETY: `a` clears the place, and so does the last line.
        unsafe { place.put(subscribe(&source, log.noting('b'))) };
        let _c = subscribe(&source, log.noting('c'));
        no_panic(source.fire(1), "a ends b");
        assert_eq!(log.take(), [('a', 1), ('c', 1)], "expected b not to be called any more");
        place.clear();
    }

    #[test]
    fn a_closure_may_end_its_own_subscription() {
        graded!();
        let source = source();
        let log = Log::default();
        let place = Place::new();
        let (reach, noted) = (place.clone(), log.clone());
        let own = String::from("what the closure owns");
        let mut calls = 0;
        let ending = move |value| {
            let ended = reach.clear();
            calls += 1;
            // What the closure owns is still there after its subscription.
            assert_eq!(own.as_str(), "what the closure owns", "the closure was freed early");
            noted.note(if ended { 'e' } else { '?' }, value + calls);
        };
        // SAFETY: the closure clears the place, and so does the last line.
        unsafe { place.put(subscribe(&source, ending)) };
        let _b = subscribe(&source, log.noting('b'));
        no_panic(source.fire(1), "a closure that ends its own subscription");
        no_panic(source.fire(2), "after it has ended");
        assert_eq!(
            log.take(),
            [('e', 2), ('b', 1), ('b', 2)],
            "expected one call, that runs to its end, and none after it"
        );
        place.clear();
    }

    #[test]
    fn a_closure_may_subscribe_another() {
        graded!();
        let source = source();
        let log = Log::default();
        let place = Place::new();
        let (reach, noted) = (place.clone(), log.clone());
        let carried = Carried::of(&source);
        let subscription = subscribe(&source, move |value| {
            noted.note('a', value);
            if value == 1 {
                // SAFETY: the source is alive, and the last line clears the place.
                unsafe { reach.put(subscribe(carried.source(), noted.noting('n'))) };
                // SAFETY: the source is alive.
                no_panic(unsafe { carried.source() }.fire(5), "an inner firing");
            }
        });
        no_panic(source.fire(1), "a subscribes n, then fires");
        assert_eq!(
            log.take(),
            [('a', 1), ('n', 5)],
            "expected n to be called from the next firing on, which is the inner one"
        );
        no_panic(source.fire(2), "a and n");
        assert_eq!(log.take(), [('a', 2), ('n', 2)], "expected both");
        place.clear();
        drop(subscription);

        // The same in place of one that it ends.
        let (reach, noted) = (place.clone(), log.clone());
        let _a = subscribe(&source, move |value| {
            noted.note('a', value);
            if value == 1 {
                reach.clear();
                // SAFETY: the source is alive, and the last line clears the place.
                unsafe { reach.put(subscribe(carried.source(), noted.noting('n'))) };
            }
        });
        // SAFETY: `a` clears the place.
        unsafe { place.put(subscribe(&source, log.noting('b'))) };
        let _c = subscribe(&source, log.noting('c'));
        no_panic(source.fire(1), "a ends b and subscribes n");
        assert_eq!(log.take(), [('a', 1), ('c', 1)], "expected neither b nor n to be called");
        no_panic(source.fire(2), "a, c and n");
        assert_eq!(log.take(), [('a', 2), ('c', 2), ('n', 2)], "expected n last");
        place.clear();
    }

    #[test]
    fn a_source_goes_to_another_thread_but_is_not_shared() {
        graded!();
        drop(source());
        assert!(implements!(Source: Send), "the header lets a source go from thread to thread");
        assert!(!implements!(Source: Sync), "no two threads may use a source at the same time");
        assert!(
            !implements!(Subscription<'static>: Send),
            "its destructor uses the source, which another thread may be using"
        );
        assert!(
            !implements!(Source: Clone),
            "a clone could go to another thread, and two threads use what is meant for one"
        );
        assert!(
            !implements!(Subscription<'static>: Clone),
            "two values could end one registration, each of them with its closure"
        );
    }

    #[test]
    fn visit_sees_every_item() {
        graded!();
        let items = [3, -1, i32::MIN, 8];
        let mut seen = Vec::new();
        let calls = visit(&items, |item| {
            seen.push(item);
            ControlFlow::Continue(())
        });
        let calls: usize = calls.unwrap_or_else(|_| panic!("nobody panicked"));
        assert_eq!(calls, 4, "expected four calls");
        assert_eq!(seen, items, "expected every item, in order");
        let none: usize = visit(&[], |_| ControlFlow::Break(())).unwrap_or(99);
        assert_eq!(none, 0, "expected no call for no item");
    }

    #[test]
    fn visit_stops_where_it_is_told() {
        graded!();
        for stop in 0..5_usize {
            let mut calls = 0;
            let told = visit(&[0, 1, 2, 3, 4], |item| {
                calls += 1;
                if item as usize == stop {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            let told: usize = told.unwrap_or_else(|_| panic!("nobody panicked"));
            assert_eq!(calls, stop + 1, "expected no call after the break");
            assert_eq!(told, stop + 1, "expected the number of calls, the last one counted");
        }
    }

    #[test]
    fn a_panic_ends_the_visit_as_an_error() {
        graded!();
        let mut seen = Vec::new();
        let result = visit(&[1, 2, 3], |item| {
            seen.push(item);
            assert!(item != 2, "two went wrong");
            ControlFlow::Continue(())
        });
        a_panic(result, "two went wrong", "a visit that panics");
        assert_eq!(seen, [1, 2], "expected the panic to be the last call");
    }

    #[test]
    fn a_visit_may_hold_another() {
        graded!();
        let pairs = RefCell::new(Vec::new());
        let outer = visit(&[1, 2], |a| {
            let inner = visit(&[10, 20], |b| {
                pairs.borrow_mut().push(a + b);
                ControlFlow::Continue(())
            });
            assert!(inner.is_ok_and(|calls| calls == 2), "the inner visit went wrong");
            ControlFlow::Continue(())
        });
        assert!(outer.is_ok_and(|calls| calls == 2), "expected two outer calls");
        assert_eq!(pairs.into_inner(), [11, 21, 12, 22], "expected every pair");
        let outer = visit(&[1, 2, 3], |_| {
            let inner = visit(&[10, 20], |b| -> ControlFlow<()> { panic!("at {b}") });
            a_panic(inner, "at 10", "an inner visit that panics");
            ControlFlow::Continue(())
        });
        assert!(
            outer.is_ok_and(|calls| calls == 3),
            "expected an inner panic that was dealt with not to end the outer visit"
        );
    }

    /// Sorts by a total order, which is what `sort_by` asks for.
    pub(super) fn sorted<T: Ord>(items: &mut [T]) {
        // SAFETY: the orders of the suite's own types are total.
        let result = unsafe { sort_by(items, |a: &T, b: &T| a.cmp(b)) };
        assert!(result.is_ok(), "nobody panicked");
    }

    #[test]
    fn sort_sorts() {
        graded!();
        let mut numbers = [5, -3, 9, 0, 5, i32::MIN, i32::MAX, 1];
        sorted(&mut numbers);
        let expected = [i32::MIN, -3, 0, 1, 5, 5, 9, i32::MAX];
        assert_eq!(numbers, expected, "expected ascending numbers (a difference overflows)");
        let mut bytes = *b"the quick brown fox";
        sorted(&mut bytes);
        assert_eq!(&bytes, b"   bcefhiknooqrtuwx", "expected sorted bytes");
        let mut wide = [[9_u64; 13], [2; 13], [7; 13]];
        sorted(&mut wide);
        assert_eq!(wide.map(|row| row[12]), [2, 7, 9], "expected whole items to move");
        let mut words: Vec<String> = ["pear", "fig", "", "apple"].map(String::from).to_vec();
        sorted(&mut words);
        assert_eq!(words, ["", "apple", "fig", "pear"], "expected sorted strings");
        let mut none: [u8; 0] = [];
        sorted(&mut none);
        let mut one = [String::from("alone")];
        sorted(&mut one);
        sorted(&mut [(), (), ()]);
    }

    #[test]
    fn sort_uses_the_order_that_it_is_given() {
        graded!();
        let mut words = ["aaa", "b", "dd", "cccc"];
        let mut calls = 0;
        // SAFETY: the order of lengths, reversed, is total, and no two are equal.
        let result = unsafe {
            sort_by(&mut words, |a: &&str, b: &&str| {
                calls += 1;
                b.len().cmp(&a.len())
            })
        };
        assert!(result.is_ok(), "nobody panicked");
        assert_eq!(words, ["cccc", "aaa", "dd", "b"], "expected longest first");
        assert!(calls >= 3, "four items cannot be sorted with {calls} comparisons");
    }

    #[test]
    fn a_comparator_may_sort() {
        graded!();
        let mut rows = [[3, 1, 2], [9, 0, 0], [4, 4, 1], [2, 2, 2]];
        // SAFETY: the order of the smallest numbers and then of all is total.
        let result = unsafe {
            sort_by(&mut rows, |a: &[i32; 3], b: &[i32; 3]| {
                let (mut x, mut y) = (*a, *b);
                sorted(&mut x);
                sorted(&mut y);
                x.cmp(&y)
            })
        };
        assert!(result.is_ok(), "nobody panicked");
        let expected = [[9, 0, 0], [3, 1, 2], [4, 4, 1], [2, 2, 2]];
        assert_eq!(rows, expected, "expected the inner sorts not to disturb the outer one");
        let mut numbers = [4, 1, 6, 3, 5, 2];
        // SAFETY: the order of numbers is total.
        let result = unsafe {
            sort_by(&mut numbers, |a: &i32, b: &i32| {
                let inner = quiet::catch(|| {
                    sort_by(&mut [2, 1], |_: &i32, _: &i32| panic!("the inner one")).is_err()
                });
                assert!(inner == Ok(true), "an inner sort that panics");
                a.cmp(b)
            })
        };
        assert!(result.is_ok(), "expected an inner panic that was dealt with to stay inside");
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6], "expected the outer sort to go on");
    }

    #[test]
    fn long_lists_are_sorted_and_visited() {
        graded!();
        let len: i32 = brief(70_000, 40);
        let mut numbers: Vec<i32> =
            (0..i64::from(len)).map(|i| (i * 7919 % i64::from(len)) as i32).collect();
        sorted(&mut numbers);
        let wrong = numbers.iter().zip(0..).find(|(seen, due)| **seen != *due);
        assert!(wrong.is_none(), "{len} items: expected all of them to be sorted: {wrong:?}");
        let mut calls = 0;
        let told = visit(&numbers, |item| {
            assert!(item == calls, "expected the items in order");
            calls += 1;
            ControlFlow::Continue(())
        });
        assert!(
            told.is_ok_and(|told| told == len as usize) && calls == len,
            "{len} items: expected a call for each, saw {calls}"
        );
        let mut wide = [[9_u64; 40], [2; 40], [7; 40]];
        sorted(&mut wide);
        assert_eq!(wide.map(|row| (row[0], row[39])), [(2, 2), (7, 7), (9, 9)], "whole items");
    }

    #[test]
    fn two_threads_may_sort_at_the_same_time() {
        graded!();
        let progress = [AtomicUsize::new(0), AtomicUsize::new(0)];
        thread::scope(|threads| {
            for (me, descending) in [(0, false), (1, true)] {
                let progress = &progress;
                threads.spawn(move || {
                    let mut list: Vec<i32> = (0..20).map(|i| (i * 7) % 20).collect();
                    let mut patience = brief(20_000, 100);
                    let compare = |a: &i32, b: &i32| {
                        // Goes in step with the other thread, as far as that one goes
                        // at all: two sorts one after the other are fine.
                        let ours = progress[me].fetch_add(1, atomic::Ordering::SeqCst);
                        while progress[1 - me].load(atomic::Ordering::SeqCst) < ours
                            && patience > 0
                        {
                            patience -= 1;
                            thread::yield_now();
                        }
                        if descending { b.cmp(a) } else { a.cmp(b) }
                    };
                    // SAFETY: the order of numbers is total, in both directions.
                    let result = unsafe { sort_by(&mut list, compare) };
                    progress[me].store(usize::MAX / 2, atomic::Ordering::SeqCst);
                    assert!(result.is_ok(), "nobody panicked");
                    let mut expected: Vec<i32> = (0..20).collect();
                    if descending {
                        expected.reverse();
                    }
                    assert_eq!(
                        list, expected,
                        "expected each thread to use its own comparator"
                    );
                });
            }
        });
    }

    #[test]
    fn two_threads_may_visit_at_the_same_time() {
        graded!();
        let progress = [AtomicUsize::new(0), AtomicUsize::new(0)];
        thread::scope(|threads| {
            for me in 0..2 {
                let progress = &progress;
                threads.spawn(move || {
                    let items: Vec<i32> = (0..20).map(|i| 2 * i + me as i32).collect();
                    let mut patience = brief(20_000, 100);
                    let mut seen = Vec::new();
                    let calls = visit(&items, |item| {
                        let ours = progress[me].fetch_add(1, atomic::Ordering::SeqCst);
                        while progress[1 - me].load(atomic::Ordering::SeqCst) < ours
                            && patience > 0
                        {
                            patience -= 1;
                            thread::yield_now();
                        }
                        seen.push(item);
                        ControlFlow::Continue(())
                    });
                    progress[me].store(usize::MAX / 2, atomic::Ordering::SeqCst);
                    assert!(calls.is_ok_and(|calls| calls == 20), "expected 20 calls");
                    assert_eq!(seen, items, "expected each thread to call its own closure");
                });
            }
        });
    }

    #[test]
    fn what_a_comparator_changes_stays() {
        graded!();
        for at in [u32::MAX, 3] {
            let mut items = [5, 1, 4, 2, 3].map(|number| (number, Cell::new(0_u32)));
            let mut calls = 0;
            let compare = |a: &(i32, Cell<u32>), b: &(i32, Cell<u32>)| {
                calls += 1;
                a.1.set(a.1.get() + 1);
                b.1.set(b.1.get() + 1);
                assert!(calls != at, "cannot compare");
                a.0.cmp(&b.0)
            };
            // SAFETY: the order of numbers is total.
            let result = unsafe { sort_by(&mut items, compare) };
            assert_eq!(result.is_err(), calls >= at, "expected an error if it panicked");
            let marks: u32 = items.iter().map(|(_, marks)| marks.get()).sum();
            assert_eq!(
                marks,
                2 * calls,
                "{calls} calls left a mark in two items each: expected the comparator to see \
                 the items themselves, not copies that are thrown away"
            );
        }
    }

    #[test]
    fn a_panicking_comparator_is_an_error() {
        graded!();
        for at in 1..6 {
            let mut items: Vec<String> = ["e", "d", "c", "b", "a"].map(String::from).to_vec();
            let mut calls = 0;
            // SAFETY: the order is total.
            let result = unsafe {
                sort_by(&mut items, |a: &String, b: &String| {
                    calls += 1;
                    assert!(calls != at, "cannot compare");
                    a.cmp(b)
                })
            };
            if calls >= at {
                a_panic(result, "cannot compare", "a comparator that panics");
            }
            items.sort();
            assert_eq!(
                items,
                ["a", "b", "c", "d", "e"],
                "expected every item to be there once"
            );
        }
        let mut calls = 0;
        let panics = quiet::catch(|| {
            let compare = |_: &i32, _: &i32| {
                calls += 1;
                panic!("in call {calls}")
            };
            // SAFETY: the order is total, as far as it comes.
            unsafe { sort_by(&mut [4, 3, 2, 1], compare) }
        });
        let Ok(panics) = panics else { panic!("a panic left the sort") };
        a_panic(panics, "in call 1", "a comparator that panics whenever it is called");
        // The comparator of the next sort is its own.
        let fine = quiet::catch(|| sorted(&mut [2, 1]));
        assert!(fine.is_ok(), "expected the next sort to know nothing of the panic");
    }
}

#[cfg(any(c_side, miri))]
mod property {
    use super::helpers::*;
    use super::unit::sorted;
    use quickcheck::{Arbitrary, Gen};
    use std::ops::ControlFlow;
    use unsafe_workbook::ex8_callbacks::{Subscription, visit};
    use workbook_support::audit::scope;
    use workbook_support::brief;
    use workbook_support::graded;
    use workbook_support::ledger::Ledger;
    use workbook_support::property::check;

    #[derive(Clone, Debug)]
    enum Step {
        Subscribe,
        Drop(usize),
        Fire(i8),
        FireFromThread(i8),
        Move,
    }

    impl Arbitrary for Step {
        fn arbitrary(g: &mut Gen) -> Step {
            match u8::arbitrary(g) % 9 {
                0..=2 => Step::Subscribe,
                3 | 4 => Step::Drop(usize::from(u8::arbitrary(g) % 8)),
                5 | 6 => Step::Fire(i8::arbitrary(g)),
                7 => Step::FireFromThread(i8::arbitrary(g)),
                _ => Step::Move,
            }
        }
    }

    #[test]
    fn random_lives_match_a_list() {
        graded!();
        check(brief(150, 6), brief(40, 10), |steps: &Vec<Step>| {
            let ledger = Ledger::new();
            let mut wrong = None;
            let ((), report) = scope(|| {
                let source = source();
                let log = Log::default();
                let mut all: Vec<(char, Subscription<'_>)> = Vec::new();
                let mut names = (b'a'..=b'z').cycle().map(char::from);
                for step in steps {
                    match step {
                        Step::Subscribe => {
                            let name = names.next().unwrap();
                            let (log, owned) = (log.clone(), ledger.value(name as u32));
                            let mut calls = 0_i32;
                            let subscription = subscribe(&source, move |value| {
                                calls += 1;
                                assert!(owned.label() == name as u32 && calls > 0);
                                log.note(name, value);
                            });
                            all.push((name, subscription));
                        }
                        Step::Drop(at) if !all.is_empty() => {
                            drop(all.remove(at % all.len()));
                        }
                        Step::Fire(value) | Step::FireFromThread(value) => {
                            let value = i32::from(*value);
                            let fired = match step {
                                Step::Fire(_) => source.fire(value),
                                _ => source.fire_from_thread(value),
                            };
                            let expected: Vec<(char, i32)> =
                                all.iter().map(|(name, _)| (*name, value)).collect();
                            let seen = log.take();
                            if seen != expected || fired.is_err() {
                                wrong = Some(format!("{seen:?} came, expected {expected:?}"));
                            }
                        }
                        Step::Move => all = all.into_iter().collect::<Vec<_>>(),
                        Step::Drop(_) => {}
                    }
                }
            });
            if let Some(wrong) = wrong {
                return Err(wrong);
            }
            ledger.assert_all_dropped();
            report.assert_no_faults();
            Ok(())
        });
    }

    #[test]
    fn sort_agrees_with_the_standard_library() {
        graded!();
        check(brief(300, 8), brief(80, 8), |list: &Vec<(i16, String)>| {
            let (mut ours, mut theirs) = (list.clone(), list.clone());
            sorted(&mut ours);
            theirs.sort();
            if ours == theirs { Ok(()) } else { Err(format!("it became {ours:?}")) }
        });
    }

    #[test]
    fn visit_agrees_with_a_loop() {
        graded!();
        check(brief(300, 8), 20, |(items, stop): &(Vec<i32>, i32)| {
            let mut seen = Vec::new();
            let calls = visit(items, |item| {
                seen.push(item);
                if item >= *stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            let end = items.iter().position(|item| item >= stop).map_or(items.len(), |i| i + 1);
            if calls.is_ok_and(|calls| calls == end) && seen == items[..end] {
                Ok(())
            } else {
                Err(format!("saw {seen:?}"))
            }
        });
    }
}

#[cfg(any(c_side, miri))]
mod compile_fail {
    use super::helpers::{source, subscribe};
    use workbook_support::{graded, ui};

    const MODE: &str = if cfg!(feature = "solutions") { "solutions" } else { "exercises" };

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn wrong_programs_are_refused() {
        graded!();
        ui::assert_refused("ex8", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn closures_that_do_not_fit_are_refused() {
        graded!();
        // A bound means something once there is a subscription.
        drop(subscribe(&source(), |_| {}));
        ui::assert_refused_with_code("ex8", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex8", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        drop(subscribe(&source(), |_| {}));
        ui::assert_accepted("ex8");
    }
}

#[cfg(any(c_side, miri))]
mod memory {
    use super::helpers::*;
    use super::unit::fire;
    use std::cmp::Ordering;
    use std::mem;
    use std::ops::ControlFlow;
    use std::sync::atomic::{self, AtomicBool, AtomicUsize};
    use std::sync::{Arc, Mutex};
    use std::thread;
    use unsafe_workbook::ex8_callbacks::{Panicked, Source, Subscription, sort_by, visit};
    use workbook_support::ledger::{Ledger, Tracked};
    use workbook_support::{audit, brief, graded, quiet};

    const NONE: [u32; 0] = [];

    /// A scope after a first subscription: what a design keeps for the whole
    /// process, such as a table of closures, is there by then.
    fn scope<R>(work: impl FnOnce() -> R) -> (R, audit::Report) {
        let source = source();
        drop(subscribe(&source, |_| ()));
        drop(source);
        audit::scope(work)
    }

    #[test]
    fn a_closure_is_dropped_with_its_subscription() {
        graded!();
        let ledger = Ledger::new();
        let ((), report) = scope(|| {
            let source = source();
            let (one, two) = (ledger.value(1), ledger.value(2));
            let first = subscribe(&source, move |_| assert_eq!(one.label(), 1));
            let second = subscribe(&source, move |_| assert_eq!(two.label(), 2));
            assert_eq!(ledger.drops(), NONE, "expected closures to live while subscribed");
            no_panic(source.fire(1), "two closures");
            drop(first);
            assert_eq!(
                ledger.drops(),
                [1],
                "expected the closure to end with its subscription"
            );
            no_panic(source.fire(2), "one closure");
            drop(second);
            assert_eq!(ledger.drops(), [1, 2], "expected the closure to end as well");
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn a_running_closure_is_dropped_when_its_call_ends() {
        graded!();
        for by_thread in [false, true] {
            let ledger = Ledger::new();
            let ((), report) = scope(|| {
                let source = source();
                let place = Place::new();
                let (reach, own) = (place.clone(), ledger.value(1));
                // SAFETY: the ledger outlives the source.
                let book = unsafe { Book::of(&ledger) };
                let ending = move |_| {
                    reach.clear();
                    assert_eq!(book.drops(), NONE, "dropped in the middle of its call");
                    assert_eq!(own.label(), 1, "expected what the closure owns to be there");
                };
                // SAFETY: the closure clears the place.
                unsafe { place.put(subscribe(&source, ending)) };
                no_panic(fire(&source, by_thread, 1), "a closure that ends its subscription");
                assert_eq!(
                    ledger.drops(),
                    [1],
                    "expected it to be dropped once its call had ended (on a thread of C's: \
                     {by_thread})"
                );
            });
            ledger.assert_all_dropped();
            // What C's thread frees is not counted.
            if !by_thread {
                report.assert_clean();
            }
        }
    }

    /// The drops so far, seen from inside of a closure.
    #[derive(Clone, Copy)]
    struct Book(Carried<*const Ledger>);

    impl Book {
        /// # Safety
        ///
        /// - The ledger outlives the closures that ask.
        unsafe fn of(ledger: &Ledger) -> Book {
            Book(Carried(ledger))
        }

        fn drops(&self) -> Vec<u32> {
            // SAFETY: the promise of `of`.
            unsafe { (*self.0.0).drops() }
        }
    }

    #[test]
    fn closures_end_in_time_during_a_firing() {
        graded!();
        let ledger = Ledger::new();
        // SAFETY: the ledger outlives the source.
        let book = unsafe { Book::of(&ledger) };
        let source = source();

        // One that is not running ends with its subscription.
        let place = Place::new();
        let reach = place.clone();
        let a = subscribe(&source, move |_| {
            reach.clear();
            assert_eq!(book.drops(), [1], "expected a closure that is not running to end now");
        });
        let own = ledger.value(1);
        // SAFETY: `a` clears the place.
        unsafe { place.put(subscribe(&source, move |_| assert_eq!(own.label(), 1))) };
        no_panic(source.fire(1), "a closure that ends another");
        drop(a);

        // One that is running ends with its call, before the next closure's.
        let (reach, own) = (place.clone(), ledger.value(2));
        let ending = move |_| {
            reach.clear();
            assert_eq!((book.drops(), own.label()), (vec![1], 2), "dropped while it runs");
        };
        // SAFETY: the closure clears the place.
        unsafe { place.put(subscribe(&source, ending)) };
        let next = subscribe(&source, move |_| {
            assert_eq!(book.drops(), [1, 2], "expected it to end at the end of its call");
        });
        no_panic(source.fire(2), "a closure that ends its own subscription");
        drop(next);

        // The same when an inner firing ends it.
        let carried = Carried::of(&source);
        let own = ledger.value(3);
        let outer = move |value| {
            if value == 3 {
                // SAFETY: the source outlives its subscriptions.
                no_panic(unsafe { carried.source() }.fire(4), "the inner firing");
                let seen = (book.drops(), own.label());
                assert_eq!(seen, (vec![1, 2], 3), "dropped while it runs further out");
            }
        };
        // SAFETY: the closure below clears the place.
        unsafe { place.put(subscribe(&source, outer)) };
        let reach = place.clone();
        let last = subscribe(&source, move |value| {
            if value == 4 {
                reach.clear();
            } else {
                assert_eq!(book.drops(), [1, 2, 3], "expected it to end with its call");
            }
        });
        no_panic(source.fire(3), "an inner firing that ends a closure further out");
        drop(last);
        ledger.assert_all_dropped();
    }

    #[test]
    fn a_closure_that_ends_and_panics_is_dropped() {
        graded!();
        let ledger = Ledger::new();
        let source = source();
        let place = Place::new();
        let (reach, own) = (place.clone(), ledger.value(1));
        let ending = move |_| {
            reach.clear();
            panic!("number {} ends", own.label());
        };
        // SAFETY: the closure clears the place.
        unsafe { place.put(subscribe(&source, ending)) };
        a_panic(source.fire(1), "number 1 ends", "a closure that ends itself and panics");
        assert_eq!(ledger.drops(), [1], "expected it to be dropped once its call had ended");
        no_panic(source.fire(2), "nobody is left");
        ledger.assert_all_dropped();
    }

    /// Fires its source when it is dropped, once.
    struct Fires {
        source: Carried<*const Source>,
        fired: Arc<AtomicBool>,
    }

    impl Drop for Fires {
        fn drop(&mut self) {
            if !self.fired.swap(true, atomic::Ordering::SeqCst) {
                // SAFETY: the source outlives its subscriptions.
                let source = unsafe { self.source.source() };
                // What comes of it is open, as long as it is sound.
                let _ = quiet::catch(|| source.fire(9).is_ok());
            }
        }
    }

    #[test]
    fn a_destructor_may_use_the_source() {
        graded!();
        let source = source();
        let log = Log::default();
        let (noted, fired) = (log.clone(), Arc::new(AtomicBool::new(false)));
        let fires = Fires { source: Carried::of(&source), fired: Arc::clone(&fired) };
        let subscription = subscribe(&source, move |value| {
            let _own = &fires;
            noted.note('a', value);
        });
        no_panic(source.fire(1), "a closure that owns something");
        drop(subscription);
        assert!(fired.load(atomic::Ordering::SeqCst), "expected the closure to be dropped");
        let seen = log.take();
        assert_eq!(seen, [('a', 1)], "a closure was called while it was being dropped");
    }

    #[test]
    fn visit_and_sort_drop_their_closures() {
        graded!();
        let ledger = Ledger::new();
        let mut label = 0;
        let mut own = || {
            label += 1;
            ledger.value(label)
        };
        for (len, panics) in [(0, false), (1, false), (3, false), (1, true), (3, true)] {
            let items = &[3, 2, 1][..len];
            let kept = own();
            let visited = quiet::catch(|| {
                visit(items, move |item| {
                    assert!(!panics && kept.label() > 0, "at {item}");
                    ControlFlow::Continue(())
                })
                .is_err()
            });
            assert!(visited == Ok(panics), "a visit of {len} items");
            let kept = own();
            let sorted = quiet::catch(|| {
                let compare = move |a: &i32, b: &i32| {
                    assert!(!panics && kept.label() > 0, "at {a}");
                    a.cmp(b)
                };
                // SAFETY: the order of numbers is total.
                unsafe { sort_by(&mut items.to_vec(), compare) }.is_err()
            });
            assert!(sorted == Ok(panics && len > 1), "a sort of {len} items");
        }
        ledger.assert_all_dropped();
    }

    #[test]
    fn subscriptions_can_be_moved() {
        graded!();
        let source = source();
        let log = Log::default();
        let mut all: Vec<Subscription<'_>> = Vec::new();
        for name in "abcdefghij".chars() {
            // The vector grows, and moves what it holds.
            all.push(subscribe(&source, log.noting(name)));
            all = Vec::from_iter(all.into_iter().map(|one| *Box::new(one)));
        }
        no_panic(source.fire(1), "ten closures whose subscriptions were moved");
        let seen: String = log.take().iter().map(|(name, _)| *name).collect();
        assert_eq!(seen, "abcdefghij", "expected a move of the subscription to change nothing");
    }

    #[test]
    fn a_forgotten_subscription_keeps_its_closure() {
        graded!();
        // The source lives for ever, so that what is forgotten stays reachable.
        static KEPT: Mutex<Vec<Carried<Box<Source>>>> = Mutex::new(Vec::new());
        let mut kept = KEPT.lock().unwrap();
        let source = source();
        let log = Log::default();
        {
            let text = String::from("owned");
            let noted = log.clone();
            let subscription = subscribe(&source, move |value| {
                assert_eq!(text.as_str(), "owned", "the closure was freed");
                noted.note('f', value);
                assert!(value < 2, "wrong at {value}");
            });
            mem::forget(subscription);
        }
        overwrite_old_stack();
        no_panic(source.fire(1), "a forgotten subscription");
        assert_eq!(
            log.take(),
            [('f', 1)],
            "expected the closure to be called: nobody ended it"
        );
        // Nothing borrows the source any more, so it may move, to another thread as well.
        let mut source = Carried(Box::new(source));
        overwrite_old_stack();
        let fired = thread::scope(|threads| {
            let source = &mut source;
            let there = threads.spawn(move || {
                let source: &Source = &source.0;
                let message = |panicked: Panicked| panicked.message().to_owned();
                [2, 3].map(|value| fire(source, value == 3, value).map_err(message))
            });
            there.join()
        });
        kept.push(source);
        let Ok(fired) = fired else { panic!("a panic left the firing of a source that moved") };
        let expected = [2, 3].map(|value| Err(format!("wrong at {value}")));
        assert_eq!(fired, expected, "expected a source that moved to report what it meets");
        assert_eq!(log.take(), [('f', 2), ('f', 3)], "expected the closure to be called there");
    }

    /// Overwrites the stack that earlier calls have used.
    #[inline(never)]
    fn overwrite_old_stack() -> u8 {
        let noise = [0x5Au8; 8192];
        std::hint::black_box(&noise)[std::hint::black_box(7)]
    }

    #[test]
    fn closures_without_state_work() {
        graded!();
        static CALLS: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
        fn count(_: i32) {
            CALLS[0].fetch_add(1, atomic::Ordering::SeqCst);
        }
        let ((), report) = scope(|| {
            let source = source();
            let first = subscribe(&source, count);
            let second = subscribe(&source, |_| {
                CALLS[1].fetch_add(1, atomic::Ordering::SeqCst);
            });
            let third = subscribe(&source, count);
            no_panic(source.fire(1), "closures without state");
            drop(second);
            no_panic(source.fire(1), "closures without state");
            drop(first);
            drop(third);
        });
        report.assert_clean();
        let calls = [0, 1].map(|i| CALLS[i].load(atomic::Ordering::SeqCst));
        assert_eq!(
            calls,
            [4, 1],
            "expected every call, and none after the end of a subscription, although the \
             closures have no bytes to tell them apart"
        );
    }

    #[test]
    fn a_closure_that_c_refuses_is_dropped() {
        graded!();
        let most: u32 = brief(256, 16);
        let ledger = Ledger::new();
        let ((), report) = scope(|| {
            let source = source();
            let calls = Arc::new(AtomicUsize::new(0));
            let noting = |label: u32| {
                let (own, calls) = (ledger.value(label), Arc::clone(&calls));
                move |_: i32| {
                    assert_eq!(own.label(), label, "the closure's own value");
                    calls.fetch_add(1, atomic::Ordering::Relaxed);
                }
            };
            // A wrapper may need some room itself, or have room of its own.
            let mut all: Vec<Subscription<'_>> =
                (0..most + 3).filter_map(|label| source.subscribe(noting(label))).collect();
            assert!(all.len() > most as usize / 2, "room for {} subscriptions", all.len());
            let called = |value: i32, due: usize, when: &str| {
                no_panic(source.fire(value), when);
                let seen = calls.swap(0, atomic::Ordering::Relaxed);
                assert_eq!(seen, due, "{when}: expected a call of every closure subscribed");
            };
            called(1, all.len(), "with as many as there is room for");
            all.pop();
            called(2, all.len(), "after the end of one of them");
            let again = source.subscribe(noting(7 * most));
            assert!(again.is_some(), "expected room for another in its place");
            all.extend(again);
            called(3, all.len(), "with another in its place");
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn panics_leave_nothing_behind() {
        graded!();
        let inside = || {
            let results = quiet::catch(|| {
                let number = 7;
                let visited = visit(&[1], |_| panic!("number {number}"));
                let compare = |_: &i32, _: &i32| panic!("number {number}");
                // SAFETY: the order is total, as far as it comes.
                (visited.is_err(), unsafe { sort_by(&mut [2, 1], compare) }.is_err())
            });
            assert!(results == Ok((true, true)), "expected the panics as errors");
        };
        // What is set up once is not the subject.
        inside();
        let ledger = Ledger::new();
        let ((), report) = scope(|| {
            inside();
            let source = source();
            let own = ledger.value(1);
            let _p = subscribe(&source, move |value| {
                assert_eq!(own.label(), 1);
                panic!("number {value}");
            });
            for value in 0..3 {
                // Silent, since printing a panic keeps memory of its own.
                let fired = quiet::catch(|| source.fire(value).is_err());
                assert!(fired == Ok(true), "expected the panic as an error");
            }
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn every_source_is_freed_once() {
        graded!();
        let before = events_sources();
        // Other tests make sources at the same time when they run as threads of one
        // process, so many are made here, and few may be left.
        let made = brief(2000, 20);
        for _ in 0..made {
            let source = source();
            let _subscription = subscribe(&source, |_| {});
        }
        let left = events_sources().saturating_sub(before);
        assert!(
            left < made / 2,
            "expected C to free every source, but it counts {left} more than {made} ago"
        );
    }

    #[test]
    fn a_panicking_comparator_loses_no_item() {
        graded!();
        let ledger = Ledger::new();
        let mut items: Vec<Tracked> = [5, 1, 4, 2, 3].map(|label| ledger.value(label)).into();
        let mut calls = 0;
        let compare = |a: &Tracked, b: &Tracked| -> Ordering {
            calls += 1;
            assert!(calls != 3, "cannot compare");
            a.label().cmp(&b.label())
        };
        // SAFETY: the order of labels is total.
        let result = unsafe { sort_by(&mut items, compare) };
        assert!(result.is_err(), "expected the panic as an error");
        assert_eq!(ledger.drops(), NONE, "expected a sort to drop nothing");
        let mut labels: Vec<u32> = items.iter().map(Tracked::label).collect();
        labels.sort();
        assert_eq!(labels, [1, 2, 3, 4, 5], "expected each item to be there once");
        drop(items);
        ledger.assert_all_dropped();
    }
}
