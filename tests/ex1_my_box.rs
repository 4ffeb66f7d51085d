//! The graded suite of exercise 1, `MyBox<T>`.
//!
//! It knows the contract and nothing else: no field, no layout, no way of
//! getting memory.
#![allow(
    clippy::explicit_auto_deref,
    reason = "a box may have methods of its own, named like those of the value"
)]

use std::sync::Mutex;

use unsafe_workbook::ex1_my_box::MyBox;
use workbook_support::audit::{Report, scope};
use workbook_support::ledger::{Ledger, Tracked, TrackedZst};
use workbook_support::{brief, c_heap, graded};

/// Alignment larger than any allocator gives by accident.
#[derive(Clone, Debug)]
#[repr(align(128))]
struct OverAligned(u8);

/// Zero-sized, and aligned all the same: to more than a cache line or a page.
#[repr(align(16384))]
struct AlignedNothing;

/// No label: what a ledger shows before the first drop.
const NONE: [u32; 0] = [];

/// Runs `life` with a fresh ledger inside an audit: when it ends, every value
/// has been dropped once and every allocation freed once.
#[track_caller]
fn lives_cleanly(life: impl FnOnce(&Ledger)) -> Report {
    let ledger = Ledger::new();
    let ((), report) = scope(|| life(&ledger));
    ledger.assert_all_dropped();
    report.assert_clean();
    report
}

/// Keeps leaked memory reachable, so that Miri takes it for what it is: a
/// value that lives for the rest of the program.
fn keep_for_ever<T>(value: &mut T) {
    struct Kept(#[expect(dead_code, reason = "holding it is the purpose")] *mut ());
    // SAFETY: the pointers are only kept, never used.
    unsafe impl Send for Kept {}
    static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
    let kept = Kept((&raw mut *value).cast());
    workbook_support::audit::pause(|| KEPT.lock().unwrap().push(kept));
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

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let number = MyBox::new(41_u32);
        let fooled = quiet::catch(|| {
            let seen: u32 = *number;
            assert_eq!(seen, 42);
        });
        assert!(fooled.is_err(), "a box of 41 was taken for 42: comparisons cannot be trusted");
        let text = MyBox::new(*b"abcdefghijklmnopqrstuvwxyz");
        let fooled = quiet::catch(|| {
            let seen: &[u8] = &(*text)[..];
            assert_eq!(seen, b"abcdefghijklmnopqrstuvwxyZ");
        });
        assert!(
            fooled.is_err(),
            "wrong bytes were taken for right: comparisons cannot be trusted"
        );
    }
}

mod unit {
    use super::*;
    use std::cell::Cell;
    use std::fmt;
    use workbook_support::implements;
    use workbook_support::probe::{Neither, SendOnly, SyncOnly};

    #[test]
    fn new_holds_the_value() {
        graded!();
        let byte = MyBox::new(7_u8);
        let wide = MyBox::new(u128::MAX - 1);
        let pair = MyBox::new((1_u8, 2_u32));
        let text = MyBox::new(String::from("held"));
        let seen: u8 = *byte;
        assert_eq!(seen, 7, "expected the box to hold the byte 7, it holds {seen}");
        let seen: u128 = *wide;
        assert_eq!(seen, u128::MAX - 1, "expected a u128 to come back whole");
        let seen: (u8, u32) = *pair;
        assert_eq!(seen, (1, 2), "expected both fields of a pair to come back");
        let seen: &String = &text;
        assert_eq!(seen.as_str(), "held", "expected the string that was put in");
    }

    #[test]
    fn the_value_lies_outside_the_box() {
        graded!();
        fn check<T>(value: T, what: &str) {
            let held = MyBox::new(value);
            let value: &T = &held;
            let (inside, start) = ((&raw const *value).addr(), (&raw const held).addr());
            assert!(
                !(start..start + size_of_val(&held)).contains(&inside),
                "expected {what} to lie in memory from the allocator, it lies in the box itself"
            );
        }
        check(1_u8, "a u8");
        check([1_usize; 40], "an array of 40 words");
        check(String::from("x"), "a String");
    }

    #[test]
    fn shared_references_stay_valid_side_by_side() {
        graded!();
        let held = MyBox::new([1_u32, 2]);
        let first: &[u32; 2] = &held;
        let second: &[u32; 2] = &held;
        let _: String = format!("{held:?}");
        let _: MyBox<[u32; 2]> = held.clone();
        assert_eq!(first, second, "expected both references to show the value");
    }

    #[test]
    fn deref_mut_changes_the_value() {
        graded!();
        let mut list = MyBox::new(vec![1, 2]);
        {
            let inside: &mut Vec<i32> = &mut list;
            inside.push(3);
        }
        (*list)[0] = 10;
        let seen: &Vec<i32> = &list;
        assert_eq!(seen.as_slice(), [10, 2, 3], "expected a write through the box to stay");
    }

    #[test]
    fn boxes_are_independent() {
        graded!();
        let mut boxes: Vec<MyBox<usize>> = (0..50).map(MyBox::new).collect();
        *boxes[20] = 999;
        for (i, value) in boxes.iter().enumerate() {
            let seen: usize = **value;
            let expected = if i == 20 { 999 } else { i };
            assert_eq!(seen, expected, "expected box {i} to hold {expected}, it holds {seen}");
        }
    }

    #[test]
    fn many_boxes_live_at_once() {
        graded!();
        // More than a number of eight or of sixteen bits can tell apart.
        let count = brief(66_000, 20);
        let boxes: Vec<MyBox<u32>> = (0..count).map(MyBox::new).collect();
        for (n, held) in boxes.into_iter().enumerate() {
            let seen: u32 = held.into_inner();
            assert_eq!(seen as usize, n, "expected box {n} of {count} to hold what was put in");
        }
    }

    #[test]
    fn into_inner_returns_the_value() {
        graded!();
        let text: String = MyBox::new(String::from("out")).into_inner();
        assert_eq!(text, "out", "expected the value that was put in");
        let array: [u64; 9] = MyBox::new([3; 9]).into_inner();
        assert_eq!(array, [3; 9], "expected every element to come back");
    }

    #[test]
    fn into_raw_is_aligned_and_not_null() {
        graded!();
        fn check<T>(value: T, what: &str) {
            let raw: *mut T = MyBox::new(value).into_raw();
            assert!(!raw.is_null(), "expected a pointer that is not null for {what}");
            let rest = raw.addr() % align_of::<T>();
            assert_eq!(rest, 0, "expected {what} to be aligned to {}", align_of::<T>());
            // SAFETY: `raw` came from `into_raw` just now and is not used again.
            drop(unsafe { MyBox::from_raw(raw) });
        }
        check(1_u8, "a u8");
        check(1_u64, "a u64");
        check(String::from("x"), "a String");
        check(OverAligned(1), "a type aligned to 128");
        check((), "the unit type");
        check(AlignedNothing, "a zero-sized type aligned to 16384");
    }

    #[test]
    fn the_raw_pointer_reads_and_writes_the_value() {
        graded!();
        let raw: *mut u32 = MyBox::new(5_u32).into_raw();
        // SAFETY: `raw` owns an initialised `u32` since `into_raw` gave it up.
        let seen = unsafe { raw.read() };
        assert_eq!(seen, 5, "expected the value behind the pointer");
        // SAFETY: `raw` owns the value, and nobody else uses it.
        unsafe { raw.write(6) };
        // SAFETY: `raw` came from `into_raw` and is not used again.
        let back = unsafe { MyBox::from_raw(raw) };
        let seen: u32 = *back;
        assert_eq!(seen, 6, "expected the box made by from_raw to hold what was written");
    }

    #[test]
    fn from_raw_gives_the_same_value_back() {
        graded!();
        let raw: *mut Vec<u8> = MyBox::new(vec![1, 2, 3]).into_raw();
        // SAFETY: `raw` came from `into_raw` and is not used again.
        let mut back = unsafe { MyBox::from_raw(raw) };
        (*back).push(4);
        let list: Vec<u8> = back.into_inner();
        assert_eq!(list, [1, 2, 3, 4], "expected the list to survive the round trip");
    }

    #[test]
    fn leak_gives_a_reference_that_stays_valid() {
        graded!();
        let leaked: &'static mut [u32; 4] = MyBox::new([1, 2, 3, 4]).leak();
        keep_for_ever(leaked);
        overwrite_old_stack();
        leaked[3] = 40;
        assert_eq!(*leaked, [1, 2, 3, 40], "expected a leaked value to stay where it is");
        let there = std::thread::spawn(|| {
            let leaked: &'static mut [u32; 4] = MyBox::new([5, 6, 7, 8]).leak();
            keep_for_ever(leaked);
            leaked
        });
        let leaked = there.join().expect("the thread ends without a panic");
        leaked[0] = 50;
        assert_eq!(*leaked, [50, 6, 7, 8], "expected a leaked value to outlive its thread");
    }

    #[test]
    fn leak_works_for_borrowed_values() {
        graded!();
        let text = String::from("borrowed");
        let leaked: &mut &str = MyBox::new(text.as_str()).leak();
        keep_for_ever(leaked);
        overwrite_old_stack();
        assert_eq!(*leaked, "borrowed", "expected the reference that was put in");
    }

    #[test]
    fn clone_is_a_value_of_its_own() {
        graded!();
        let original = MyBox::new(vec![1, 2]);
        let mut copy: MyBox<Vec<i32>> = original.clone();
        assert!(
            !std::ptr::eq::<Vec<i32>>(&*original, &*copy),
            "expected a second allocation, but both boxes show the same address"
        );
        (*copy).push(3);
        let seen: &Vec<i32> = &original;
        assert_eq!(seen.as_slice(), [1, 2], "expected the original to stay as it was");
        let seen: &Vec<i32> = &copy;
        assert_eq!(
            seen.as_slice(),
            [1, 2, 3],
            "expected the clone to hold a clone of the value"
        );
    }

    #[test]
    fn clone_calls_the_clone_of_the_value() {
        graded!();
        struct Generation(u32);
        impl Clone for Generation {
            fn clone(&self) -> Self {
                Generation(self.0 + 1)
            }
        }
        let second = MyBox::new(Generation(0)).clone();
        let value: &Generation = &second;
        let seen: u32 = value.0;
        assert_eq!(seen, 1, "expected T::clone to make the new value, not a copy of its bytes");

        thread_local!(static CLONES: Cell<u32> = const { Cell::new(0) });
        struct Nothing;
        impl Clone for Nothing {
            fn clone(&self) -> Self {
                CLONES.set(CLONES.get() + 1);
                Nothing
            }
        }
        let _copy = MyBox::new(Nothing).clone();
        assert_eq!(CLONES.get(), 1, "expected T::clone to run for a zero-sized value, too");

        let original = MyBox::new(Counted(Cell::new(0)));
        let _copy = original.clone();
        let value: &Counted = &original;
        assert!(
            value.0.get() > 0,
            "expected T::clone to be given the value in the box, not a copy of its bytes: what \
             it changes in the value must show"
        );
    }

    /// Counts in itself how often it was cloned or printed.
    struct Counted(Cell<u32>);

    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            Counted(Cell::new(0))
        }
    }

    impl fmt::Debug for Counted {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.set(self.0.get() + 1);
            f.write_str("Counted")
        }
    }

    #[test]
    fn debug_prints_as_the_value_prints() {
        graded!();
        #[derive(Debug)]
        #[expect(dead_code, reason = "printed")]
        struct Point {
            x: i32,
            y: i32,
        }
        fn check<T: fmt::Debug>(value: T) {
            let expected = format!("{value:?}");
            let seen = format!("{:?}", MyBox::new(value));
            assert_eq!(
                seen, expected,
                "expected `{{:?}}` of the box to print what the value prints"
            );
        }
        check(7);
        check("quo\"ted");
        check(Some([1.5, 2.5]));
        check(Point { x: 1, y: -1 });
        check(());
        let held = MyBox::new(Counted(Cell::new(0)));
        let seen = format!("{held:?}");
        let value: &Counted = &held;
        assert!(
            seen == "Counted" && value.0.get() > 0,
            "expected the value in the box to be printed, not a copy of its bytes: what its \
             `fmt` changes in the value must show"
        );
    }

    #[test]
    fn over_aligned_values_are_aligned() {
        graded!();
        macro_rules! check {
            ($($align:literal)*) => {$({
                #[repr(align($align))]
                struct Aligned(u8);
                // Inside an audit, memory is aligned as it was asked to be, and no better.
                let ((), report) = scope(|| {
                    let boxes: Vec<MyBox<Aligned>> =
                        (0..8).map(|n| MyBox::new(Aligned(n))).collect();
                    for (n, each) in boxes.iter().enumerate() {
                        let place: &Aligned = each;
                        let rest = (&raw const *place).addr() % $align;
                        assert_eq!(rest, 0, "expected an address that is a multiple of {}", $align);
                        assert_eq!(usize::from(place.0), n, "expected the value that was put in");
                    }
                });
                report.assert_clean();
            })*};
        }
        check!(2 4 8 16 32 64 128 256 1024 4096 16384);
    }

    #[test]
    fn zero_sized_values_work() {
        graded!();
        let mut unit = MyBox::new(());
        *unit = ();
        let () = *unit;
        let () = unit.into_inner();
        let nothing = MyBox::new(AlignedNothing);
        let place: &AlignedNothing = &nothing;
        let rest = (&raw const *place).addr() % align_of::<AlignedNothing>();
        assert_eq!(rest, 0, "expected even a zero-sized value to have an aligned address");
        let empty: [u64; 0] = MyBox::new([]).into_inner();
        assert_eq!(empty.len(), 0, "expected an empty array back");
        let raw = MyBox::new(()).into_raw();
        // SAFETY: `raw` came from `into_raw` and is not used again.
        let () = *unsafe { MyBox::from_raw(raw) };
        let raw = MyBox::new(AlignedNothing).into_raw();
        // SAFETY: `raw` came from `into_raw` and is not used again.
        let mut back = unsafe { MyBox::from_raw(raw) };
        let place: &mut AlignedNothing = &mut back;
        let rest = (&raw const *place).addr() % align_of::<AlignedNothing>();
        assert_eq!(rest, 0, "expected the address to be aligned after from_raw, too");
        let rest = back.into_raw().addr() % align_of::<AlignedNothing>();
        assert_eq!(rest, 0, "expected the address to be aligned after a second into_raw");
        let place: &mut AlignedNothing = MyBox::new(AlignedNothing).leak();
        let rest = (&raw const *place).addr() % align_of::<AlignedNothing>();
        assert_eq!(rest, 0, "expected a leaked zero-sized value to have an aligned address");
    }

    #[test]
    fn send_when_the_value_is_send() {
        graded!();
        assert!(implements!(MyBox<u8>: Send), "expected MyBox<u8> to be Send: u8 is");
        assert!(
            implements!(MyBox<SendOnly>: Send),
            "expected MyBox<Cell<u8>> to be Send: a Cell may move to another thread"
        );
        assert!(
            implements!(MyBox<String>: Send),
            "expected MyBox<String> to be Send: String is"
        );
    }

    #[test]
    fn not_send_when_the_value_is_not() {
        graded!();
        assert!(
            !implements!(MyBox<Neither>: Send),
            "MyBox<Rc<()>> is Send: safe code can now race on the count of an Rc"
        );
        assert!(
            !implements!(MyBox<SyncOnly>: Send),
            "MyBox<MutexGuard<()>> is Send: a lock could be released on the wrong thread"
        );
        assert!(
            !implements!(MyBox<*mut u8>: Send),
            "MyBox<*mut u8> is Send, but *mut u8 is not"
        );
    }

    #[test]
    fn sync_when_the_value_is_sync() {
        graded!();
        assert!(implements!(MyBox<u8>: Sync), "expected MyBox<u8> to be Sync: u8 is");
        assert!(
            implements!(MyBox<SyncOnly>: Sync),
            "expected MyBox<MutexGuard<()>> to be Sync: a shared box gives out only &T"
        );
    }

    #[test]
    fn not_sync_when_the_value_is_not() {
        graded!();
        assert!(
            !implements!(MyBox<SendOnly>: Sync),
            "MyBox<Cell<u8>> is Sync: two threads can now write one Cell through &MyBox"
        );
        assert!(!implements!(MyBox<Neither>: Sync), "MyBox<Rc<()>> is Sync, but Rc is not");
    }

    /// Takes a box to another thread whether or not it is `Send`: that it is, is
    /// the subject of other tests, and this one must compile all the same.
    struct Carried<T>(T);
    // SAFETY: carried are only boxes of values that are `Send` and `Sync`, and
    // such boxes must be so, too.
    unsafe impl<T> Send for Carried<T> {}

    impl<T> Carried<T> {
        fn unpack(self) -> T {
            self.0
        }
    }

    #[test]
    fn a_box_works_on_another_thread() {
        graded!();
        let shared = MyBox::new(10_u32);
        let carried = Carried((MyBox::new(vec![1_u32, 2, 3]), &shared));
        let sum = std::thread::scope(|threads| {
            let worker = threads.spawn(move || {
                let (moved, shared) = carried.unpack();
                let list: Vec<u32> = moved.into_inner();
                list.iter().sum::<u32>() + **shared
            });
            worker.join().expect("the thread ends without a panic")
        });
        assert_eq!(sum, 16, "expected the values to arrive on the other thread");
        let there = std::thread::spawn(|| Carried(MyBox::new(vec![1_u32, 2, 3])));
        let mut born_there = there.join().expect("the thread ends without a panic").unpack();
        (*born_there).push(4);
        let list: Vec<u32> = born_there.into_inner();
        assert_eq!(list, [1, 2, 3, 4], "expected a box to outlive the thread that made it");
    }

    #[test]
    fn two_threads_can_read_one_box() {
        graded!();
        let shared = MyBox::new(vec![1_u32, 2, 3]);
        let read = |held: &MyBox<Vec<u32>>| {
            let value: &Vec<u32> = held;
            let sum: u32 = value.iter().sum();
            let copy: Vec<u32> = held.clone().into_inner();
            (sum, copy, format!("{held:?}"))
        };
        let lent = Carried(&shared);
        let (here, there) = std::thread::scope(|threads| {
            let other = threads.spawn(move || read(lent.unpack()));
            let here = read(&shared);
            (here, other.join().expect("reading a box does not panic"))
        });
        let expected = (6, vec![1, 2, 3], String::from("[1, 2, 3]"));
        assert_eq!(here, expected, "what this thread sees of a box");
        assert_eq!(there, expected, "what the other thread sees at the same time");
    }

    #[test]
    fn boxes_can_hold_boxes() {
        graded!();
        let mut outer = MyBox::new(MyBox::new(vec![MyBox::new(1_u8), MyBox::new(2)]));
        let copy: MyBox<MyBox<Vec<MyBox<u8>>>> = outer.clone();
        *(**outer)[0] = 10;
        let seen = format!("{outer:?} {copy:?}");
        assert_eq!(
            seen, "[10, 2] [1, 2]",
            "expected a box to hold boxes, and its clone to hold clones of them"
        );
        outer.clone_from(&copy);
        let list: Vec<MyBox<u8>> = outer.into_inner().into_inner();
        let seen: u8 = *list[0];
        assert_eq!(seen, 1, "expected the boxes inside to be cloned by clone_from");
    }

    #[test]
    fn boxes_on_two_threads_do_not_meet() {
        graded!();
        let rounds = brief(500, 2);
        let live = move |start: u32| {
            for n in start..start + rounds {
                let held = MyBox::new(vec![n; 3]);
                let mut copy = held.clone();
                (*copy)[0] += 1;
                let raw = copy.into_raw();
                // SAFETY: `raw` came from `into_raw` and is not used again.
                let back: Vec<u32> = unsafe { MyBox::from_raw(raw) }.into_inner();
                assert_eq!(back, [n + 1, n, n], "a box that only this thread can reach");
                let seen: &Vec<u32> = &held;
                assert_eq!(*seen, [n; 3], "a box that only this thread can reach");
            }
        };
        std::thread::scope(|threads| {
            let other = threads.spawn(move || live(0));
            live(1000);
            other.join().expect("boxes of one thread are no business of another");
        });
    }
}

mod property {
    use super::*;
    use quickcheck::{Arbitrary, Gen};
    use workbook_support::property::check;

    #[test]
    fn any_value_comes_back() {
        graded!();
        check(
            brief(200, 6),
            brief(30, 12),
            |(text, bytes, number): &(String, Vec<u8>, u64)| {
                let text_box = MyBox::new(text.clone());
                let bytes_box = MyBox::new(bytes.clone());
                let number_box = MyBox::new((*number, 1_u8));
                let same = (*text_box).as_bytes() == text.as_bytes()
                    && (*bytes_box)[..] == bytes[..]
                    && (*number_box).0 == *number
                    && text_box.into_inner() == *text
                    && bytes_box.into_inner() == *bytes;
                if same { Ok(()) } else { Err("a value came back changed".into()) }
            },
        );
    }

    /// One step in the life of a row of boxes; positions wrap.
    #[derive(Clone, Debug)]
    enum Step {
        New,
        Drop(usize),
        Clone(usize),
        ThroughRaw(usize),
        IntoInner(usize),
        Replace(usize),
        Swap(usize, usize),
    }

    impl Arbitrary for Step {
        fn arbitrary(g: &mut Gen) -> Step {
            let at = usize::from(u8::arbitrary(g) % 8);
            match u8::arbitrary(g) % 9 {
                0..=2 => Step::New,
                3 => Step::Drop(at),
                4 => Step::Clone(at),
                5 => Step::ThroughRaw(at),
                6 => Step::IntoInner(at),
                7 => Step::Replace(at),
                _ => Step::Swap(at, usize::from(u8::arbitrary(g) % 8)),
            }
        }
    }

    #[test]
    fn random_lives_are_clean() {
        graded!();
        check(brief(300, 6), brief(40, 12), |steps: &Vec<Step>| {
            let ledger = Ledger::new();
            let mut wrong = None;
            let ((), report) = scope(|| {
                let mut labels: Vec<u32> = Vec::new();
                let mut boxes: Vec<MyBox<Tracked>> = Vec::new();
                let mut next = 1;
                for step in steps {
                    let len = boxes.len();
                    match step {
                        Step::New => {
                            boxes.push(MyBox::new(ledger.value(next)));
                            labels.push(next);
                            next += 1;
                        }
                        _ if len == 0 => {}
                        Step::Drop(at) => {
                            drop(boxes.swap_remove(at % len));
                            labels.swap_remove(at % len);
                        }
                        Step::Clone(at) => {
                            let copy = boxes[at % len].clone();
                            boxes.push(copy);
                            labels.push(labels[at % len]);
                        }
                        Step::ThroughRaw(at) => {
                            let raw = boxes.swap_remove(at % len).into_raw();
                            let label = labels.swap_remove(at % len);
                            labels.push(label);
                            // SAFETY: `raw` came from `into_raw` and is not used again.
                            boxes.push(unsafe { MyBox::from_raw(raw) });
                        }
                        Step::IntoInner(at) => {
                            let value: Tracked = boxes.swap_remove(at % len).into_inner();
                            let (seen, expected) =
                                (value.label(), labels.swap_remove(at % len));
                            if seen != expected {
                                wrong = Some(format!("into_inner gave {seen}, not {expected}"));
                            }
                        }
                        Step::Replace(at) => {
                            *boxes[at % len] = ledger.value(next);
                            labels[at % len] = next;
                            next += 1;
                        }
                        Step::Swap(a, b) => {
                            boxes.swap(a % len, b % len);
                            labels.swap(a % len, b % len);
                        }
                    }
                    for (each, expected) in boxes.iter().zip(&labels) {
                        let seen = (**each).label();
                        if seen != *expected {
                            wrong = Some(format!("a box shows {seen}, expected {expected}"));
                        }
                    }
                }
            });
            if let Some(wrong) = wrong {
                return Err(wrong);
            }
            ledger.assert_all_dropped();
            report.assert_clean();
            Ok(())
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
        ui::assert_refused("ex1", MODE);
    }

    /// Whether a function can be called by safe code.
    struct Offer<F>(F);

    trait Otherwise {
        fn is_safe_to_call(&self) -> bool {
            false
        }
    }

    impl<F> Otherwise for Offer<F> {}

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<F: FnOnce(*mut u8) -> MyBox<u8>> Offer<F> {
        fn is_safe_to_call(&self) -> bool {
            true
        }
    }

    #[test]
    fn from_raw_is_unsafe() {
        graded!();
        assert!(
            !Offer(MyBox::<u8>::from_raw).is_safe_to_call(),
            "from_raw is a safe function: safe code can now make a box of any address"
        );
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex1", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        ui::assert_accepted("ex1");
    }
}

mod memory {
    use super::*;
    use workbook_support::child::assert_alloc_error;
    use workbook_support::ledger::{catch_planned, planned_panic};
    use workbook_support::test_path;

    #[test]
    fn drop_drops_the_value_once() {
        graded!();
        let ledger = Ledger::new();
        let held = MyBox::new(ledger.value(1));
        assert_eq!(ledger.drops(), NONE, "expected the value to be alive while the box is");
        drop(held);
        assert_eq!(ledger.drops(), [1], "expected the value to be dropped with its box");
        ledger.assert_all_dropped();
    }

    #[test]
    fn drop_frees_the_allocation() {
        graded!();
        fn check<T>(value: T) {
            let ((), report) = scope(|| drop(MyBox::new(value)));
            report.assert_clean();
        }
        check(1_u8);
        check(1_u16);
        check([1_u8; 3]);
        check(1_u64);
        check((1_u8, 1_u32));
        check([0_u8; 1000]);
        check([0_u64; 77]);
        // More bytes than a page has, and more than sixteen bits can count.
        check([0_u8; 5000]);
        check([0_u64; 8200]);
        let ((), report) = scope(|| {
            let large = MyBox::new([7_u64; 8200]);
            let copy = large.clone();
            let array: [u64; 8200] = large.into_inner();
            assert!(array == *copy, "expected a large value to stay whole");
        });
        report.assert_clean();
    }

    /// Memory that does not come from the global allocator is no business of the
    /// audit.
    #[test]
    #[cfg_attr(miri, ignore = "measures C's heap, which Miri watches by itself")]
    fn no_life_uses_memory_up() {
        graded!();
        /// Panics when it is cloned or dropped.
        struct Spark(#[expect(dead_code, reason = "it takes memory")] u64);
        impl Clone for Spark {
            fn clone(&self) -> Self {
                planned_panic()
            }
        }
        struct Burst(#[expect(dead_code, reason = "it takes memory")] u64);
        impl Drop for Burst {
            fn drop(&mut self) {
                planned_panic();
            }
        }
        fn check<T: Clone>(value: T, what: &str) {
            let new = || MyBox::new(value.clone());
            let lives: [(&str, &dyn Fn()); 6] = [
                ("new and drop", &|| drop(new())),
                ("into_inner", &|| drop(new().into_inner())),
                ("into_raw and from_raw", &|| {
                    let raw = new().into_raw();
                    // SAFETY: `raw` came from `into_raw` and is not used again.
                    drop(unsafe { MyBox::from_raw(raw) });
                }),
                ("clone", &|| drop(new().clone())),
                ("clone_from", &|| new().clone_from(&new())),
                ("a change through the box", &|| *new() = value.clone()),
            ];
            for (life, run) in lives {
                c_heap::assert_no_growth(run, &format!("{life} of {what}"));
            }
        }
        check(1_u8, "a u8");
        check([1_u64; 3], "three words");
        check([1_u64; 700], "700 words");
        check(String::from("text"), "a String");
        check(OverAligned(1), "a value aligned to 128");
        check((), "a zero-sized value");
        c_heap::assert_no_growth(
            || {
                let held = MyBox::new(Spark(1));
                catch_planned(|| drop(held.clone()));
            },
            "a panicking clone",
        );
        c_heap::assert_no_growth(
            || {
                let (held, other) = (MyBox::new(Spark(1)), MyBox::new(Spark(2)));
                let mut held = held;
                catch_planned(|| held.clone_from(&other));
            },
            "a panicking clone in clone_from",
        );
        c_heap::assert_no_growth(
            || {
                let held = MyBox::new(Burst(1));
                catch_planned(|| drop(held));
            },
            "a panicking drop",
        );
    }

    #[test]
    fn values_with_heap_memory_are_freed_with_it() {
        graded!();
        lives_cleanly(|ledger| {
            drop(MyBox::new(vec![ledger.value(1), ledger.value(2)]));
            drop(MyBox::new(Some(Box::new(ledger.value(3)))));
            drop(MyBox::new(MyBox::new(MyBox::new(ledger.value(4)))));
        });
        struct Node {
            _value: Tracked,
            _next: Option<Box<MyBox<Node>>>,
        }
        lives_cleanly(|ledger| {
            let mut list = None;
            for n in 0..brief(200, 20) {
                list =
                    Some(Box::new(MyBox::new(Node { _value: ledger.value(n), _next: list })));
            }
        });
    }

    #[test]
    fn into_inner_frees_and_does_not_drop() {
        graded!();
        let report = lives_cleanly(|ledger| {
            let value: Tracked = MyBox::new(ledger.value(1)).into_inner();
            assert_eq!(
                ledger.drops(),
                NONE,
                "into_inner moves the value out: it must not drop it"
            );
            assert_eq!(value.label(), 1, "expected the value that was put in");
        });
        assert!(
            !report.audited || report.frees == report.requests,
            "expected into_inner to free what new allocated"
        );
    }

    #[test]
    fn into_raw_keeps_the_value_alive() {
        graded!();
        lives_cleanly(|ledger| {
            let raw: *mut Tracked = MyBox::new(ledger.value(1)).into_raw();
            assert_eq!(ledger.drops(), NONE, "into_raw gives ownership up: nothing is dropped");
            // SAFETY: `raw` owns an initialised value since `into_raw` gave it up.
            let label = unsafe { (*raw).label() };
            assert_eq!(label, 1, "expected the value to be where the pointer says");
            // SAFETY: `raw` came from `into_raw` and is not used again.
            drop(unsafe { MyBox::from_raw(raw) });
            assert_eq!(ledger.drops(), [1], "expected from_raw to take ownership back");
        });
    }

    #[test]
    fn leak_drops_and_frees_nothing() {
        graded!();
        let ledger = Ledger::new();
        let (leaked, report) = scope(|| {
            let leaked: &'static mut Tracked = MyBox::new(ledger.value(1)).leak();
            keep_for_ever(leaked);
            leaked
        });
        overwrite_old_stack();
        assert_eq!(leaked.label(), 1, "expected the leaked value to be alive");
        assert_eq!(ledger.drops(), NONE, "expected the leaked value never to be dropped");
        report.assert_no_faults();
        assert!(
            report.requests == 0 || !report.live.is_empty(),
            "expected the allocation of the leaked value to stay"
        );
    }

    #[test]
    fn assignment_through_the_box_drops_the_old_value() {
        graded!();
        lives_cleanly(|ledger| {
            let mut held = MyBox::new(ledger.value(1));
            *held = ledger.value(2);
            assert_eq!(
                ledger.drops(),
                [1],
                "expected the old value to be dropped, and only it"
            );
            let old = std::mem::replace(&mut *held, ledger.value(3));
            assert_eq!(old.label(), 2, "expected the value that was replaced");
        });
    }

    #[test]
    fn clone_owns_an_allocation_of_its_own() {
        graded!();
        lives_cleanly(|ledger| {
            let original = MyBox::new(ledger.value(1));
            let copy = original.clone();
            assert_eq!(
                ledger.alive(),
                [1, 1],
                "expected a value each for the box and its clone"
            );
            drop(original);
            assert_eq!((*copy).label(), 1, "expected the clone to outlive the original");
        });
    }

    #[test]
    fn zero_sized_values_allocate_nothing() {
        graded!();
        let ((), report) = scope(|| {
            let unit = MyBox::new(());
            let () = *unit;
            let () = unit.clone().into_inner();
            let raw = unit.into_raw();
            // SAFETY: `raw` came from `into_raw` and is not used again.
            drop(unsafe { MyBox::from_raw(raw) });
            drop(MyBox::new(AlignedNothing));
            MyBox::new([0_u64; 0]).leak();
        });
        report.assert_no_faults();
        report.assert_requests(0, "a zero-sized value needs no memory");
        report.assert_clean();
    }

    #[test]
    fn zero_sized_values_are_dropped_once() {
        graded!();
        let before = TrackedZst::drops();
        drop(MyBox::new(TrackedZst::new()));
        let dropped = TrackedZst::drops() - before;
        assert_eq!(dropped, 1, "expected one drop of a zero-sized value, saw {dropped}");

        let value: TrackedZst = MyBox::new(TrackedZst::new()).into_inner();
        let dropped = TrackedZst::drops() - before;
        assert_eq!(dropped, 1, "into_inner moves the value out: it must not drop it");
        drop(value);

        let raw = MyBox::new(TrackedZst::new()).into_raw();
        // SAFETY: `raw` came from `into_raw` and is not used again.
        drop(unsafe { MyBox::from_raw(raw) });
        let dropped = TrackedZst::drops() - before;
        assert_eq!(dropped, 3, "expected one more drop after into_raw and from_raw");

        MyBox::new(TrackedZst::new()).leak();
        let dropped = TrackedZst::drops() - before;
        assert_eq!(dropped, 3, "expected a leaked zero-sized value not to be dropped");

        // They may all have one address, and are different values all the same.
        drop([(); 3].map(|()| MyBox::new(TrackedZst::new())));
        let dropped = TrackedZst::drops() - before;
        assert_eq!(dropped, 6, "expected three zero-sized values to be dropped once each");
    }

    #[test]
    fn over_aligned_values_are_freed_with_their_alignment() {
        graded!();
        let ((), report) = scope(|| {
            let first = MyBox::new(OverAligned(1));
            let second = first.clone();
            let seen: u8 = second.into_inner().0;
            assert_eq!(seen, 1, "expected the clone to hold the value");
            let raw = first.into_raw();
            // SAFETY: `raw` came from `into_raw` and is not used again.
            drop(unsafe { MyBox::from_raw(raw) });
            #[repr(align(4096))]
            struct Page(u8);
            let seen: u8 = MyBox::new(Page(2)).into_inner().0;
            assert_eq!(seen, 2, "expected the value that was put in");
            drop(MyBox::new(Page(3)));
        });
        report.assert_clean();
    }

    #[test]
    fn clone_from_drops_what_it_replaces() {
        graded!();
        lives_cleanly(|ledger| {
            let original = MyBox::new(ledger.value(1));
            let mut copy = MyBox::new(ledger.value(2));
            copy.clone_from(&original);
            assert_eq!((*copy).label(), 1, "expected the clone to hold a clone of the value");
            assert_eq!((*original).label(), 1, "expected the original to be as it was");
            assert_eq!(ledger.alive(), [1, 1], "expected the replaced value to be dropped");
        });
        thread_local!(static CLONES: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
        struct Plain<T>(T);
        impl<T: Default> Clone for Plain<T> {
            fn clone(&self) -> Self {
                CLONES.set(CLONES.get() + 1);
                Plain(T::default())
            }
        }
        let mut number = MyBox::new(Plain(7));
        number.clone_from(&MyBox::new(Plain(8)));
        let seen: i32 = (*number).0;
        assert_eq!(seen, 0, "expected clone_from to call T::clone for a plain value, too");
        MyBox::new(Plain(())).clone_from(&MyBox::new(Plain(())));
        assert_eq!(CLONES.get(), 2, "expected T::clone to run for a zero-sized value, too");
    }

    #[test]
    fn a_panicking_clone_in_clone_from_does_no_harm() {
        graded!();
        let ledger = Ledger::new();
        ledger.panic_on_clone(1);
        let ((), report) = scope(|| {
            let original = MyBox::new(ledger.value(1));
            let mut copy = MyBox::new(ledger.value(2));
            catch_planned(|| copy.clone_from(&original));
            drop(copy);
            assert_eq!((*original).label(), 1, "expected the original to be as it was");
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn a_panicking_drop_in_clone_from_does_no_harm() {
        graded!();
        let ledger = Ledger::new();
        ledger.panic_on_drop(2);
        let ((), report) = scope(|| {
            let original = MyBox::new(ledger.value(1));
            let mut copy = MyBox::new(ledger.value(2));
            catch_planned(|| copy.clone_from(&original));
            drop(copy);
            assert_eq!((*original).label(), 1, "expected the original to be as it was");
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn debug_leaves_nothing_behind() {
        graded!();
        /// A value that owns another and panics when it is printed, if it is to.
        struct Shown(Tracked, bool);
        impl std::fmt::Debug for Shown {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if self.1 {
                    planned_panic();
                }
                write!(f, "{}", self.0.label())
            }
        }
        for panics in [false, true] {
            lives_cleanly(|ledger| {
                let held = MyBox::new(Shown(ledger.value(1), panics));
                catch_planned(|| {
                    let seen = format!("{held:?}");
                    assert!(panics || seen == "1", "expected `1`, the box prints `{seen}`");
                });
                assert_eq!(ledger.drops(), NONE, "expected `{{:?}}` to leave the value alone");
                assert_eq!((*held).0.label(), 1, "expected the value to be as it was");
            });
        }
    }

    #[test]
    fn a_panic_that_passes_by_drops_the_box() {
        graded!();
        /// Uses boxes while it is dropped.
        struct Busy<'a>(&'a Ledger);
        impl Drop for Busy<'_> {
            fn drop(&mut self) {
                let held = MyBox::new(self.0.value(3));
                let copy: Tracked = held.clone().into_inner();
                let raw = held.into_raw();
                // SAFETY: `raw` came from `into_raw` and is not used again.
                let back = unsafe { MyBox::from_raw(raw) };
                assert_eq!(
                    (copy.label(), (*back).label()),
                    (3, 3),
                    "expected boxes to work while a panic passes by"
                );
            }
        }
        lives_cleanly(|ledger| {
            catch_planned(|| {
                let _held = MyBox::new(ledger.value(1));
                let _inner = MyBox::new(MyBox::new(ledger.value(2)));
                let _large = MyBox::new([(); 40].map(|()| ledger.value(4)));
                let _busy = Busy(ledger);
                planned_panic();
            });
        });
    }

    /// A box that may go to another thread whether or not it is `Send`.
    struct Carried(MyBox<Tracked>);
    // SAFETY: `Tracked` is `Send`, so a box of it must be so, too.
    unsafe impl Send for Carried {}

    impl Carried {
        fn end(self) {
            drop(self.0);
        }
    }

    #[test]
    fn a_box_can_end_on_another_thread() {
        graded!();
        let ledger = Ledger::new();
        let ((), report) = scope(|| {
            let carried = Carried(MyBox::new(ledger.value(1)));
            // What a thread needs for itself is not the box's memory.
            workbook_support::audit::pause(|| {
                let there = std::thread::spawn(move || carried.end());
                there.join().expect("dropping a box does not panic");
            });
        });
        assert_eq!(ledger.drops(), [1], "expected the value to be dropped with its box");
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn a_panicking_drop_still_frees_the_allocation() {
        graded!();
        let ledger = Ledger::new();
        ledger.panic_on_drop(1);
        let ((), report) = scope(|| {
            let held = MyBox::new(ledger.value(1));
            catch_planned(|| drop(held));
        });
        assert_eq!(ledger.drops(), [1], "expected one attempt to drop the value");
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn a_panicking_drop_of_one_field_drops_the_others() {
        graded!();
        let ledger = Ledger::new();
        ledger.panic_on_drop(1);
        let ((), report) = scope(|| {
            let held = MyBox::new((ledger.value(1), ledger.value(2), OverAligned(0)));
            catch_planned(|| drop(held));
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    /// A zero-sized value that panics when it is cloned or dropped.
    struct Fuse;

    impl Clone for Fuse {
        fn clone(&self) -> Fuse {
            planned_panic()
        }
    }

    impl Drop for Fuse {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                planned_panic();
            }
        }
    }

    #[test]
    fn a_panic_of_a_zero_sized_value_frees_nothing() {
        graded!();
        let ((), report) = scope(|| {
            let held = MyBox::new(Fuse);
            catch_planned(|| std::mem::forget(held.clone()));
            catch_planned(|| drop(held));
        });
        report.assert_clean();
    }

    #[test]
    fn a_panicking_clone_leaks_nothing() {
        graded!();
        let ledger = Ledger::new();
        ledger.panic_on_clone(1);
        let ((), report) = scope(|| {
            let held = MyBox::new(ledger.value(1));
            catch_planned(|| drop(held.clone()));
            assert_eq!((*held).label(), 1, "expected the original to be as it was");
            ledger.panic_on_clone(0);
            let copy: Tracked = held.clone().into_inner();
            assert_eq!(copy.label(), 1, "expected a second attempt to clone the box to work");
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    /// Every refused request of `life` ends in `handle_alloc_error`. Memory that
    /// does not come from the global allocator cannot be refused.
    fn assert_refusals_end_well(test: &str, life: impl Fn()) {
        let ((), report) = scope(&life);
        let seen = !report.audited || report.requests > 0;
        if seen || std::env::var_os("WORKBOOK_CHILD").is_some() {
            assert_alloc_error(test, life);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
    fn a_refused_allocation_ends_in_handle_alloc_error() {
        graded!();
        assert_refusals_end_well(test_path!(), || {
            let mut held = MyBox::new(0x1234_u64);
            *held += 1;
            let raw = held.into_raw();
            // SAFETY: `raw` came from `into_raw` and is not used again.
            let _: u64 = unsafe { MyBox::from_raw(raw) }.into_inner();
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
    fn a_refused_clone_ends_in_handle_alloc_error() {
        graded!();
        assert_refusals_end_well(test_path!(), || {
            let held = MyBox::new(OverAligned(3));
            let copy = held.clone();
            let _: u8 = (*copy).0;
            let _: OverAligned = copy.into_inner();
        });
    }
}
