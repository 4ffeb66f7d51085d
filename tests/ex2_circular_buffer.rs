//! The suite of exercise 2, `CircularBuffer<T>`.
//!
//! It relies on the contract of the exercise and on nothing else. Elements carry
//! labels, counted from 1 in the order of their pushes, so that a failure can
//! say which element is meant. `rotated` brings the oldest element to every
//! possible distance from the end of the storage, whatever that looks like.

use std::cell::Cell;

use unsafe_workbook::ex2_circular_buffer::CircularBuffer;
use workbook_support::ledger::{self, Ledger, Tracked, TrackedZst};
use workbook_support::{audit, brief, c_heap, child, graded, implements, quiet, test_path, ui};

/// Pushes a value for which there is room.
#[track_caller]
fn push_with_room<T>(buffer: &mut CircularBuffer<T>, value: T) {
    let answer: Result<(), &'static str> = buffer.push(value);
    if let Err(reason) = answer {
        panic!(
            "expected push to take the value, since there is room; it answered Err({reason:?})"
        );
    }
}

/// What `see` makes of the elements that `iter` yields: of all of them, but of
/// no more than `expected + 3`, since wrong code may never come to an end.
fn iterated<T, R>(
    buffer: &CircularBuffer<T>,
    expected: usize,
    see: impl Fn(&T) -> R,
) -> Vec<R> {
    let mut seen = Vec::new();
    let mut elements = buffer.iter();
    while seen.len() < expected + 3 {
        let next: Option<&T> = elements.next();
        match next {
            Some(element) => seen.push(see(element)),
            None => break,
        }
    }
    seen
}

/// What `see` makes of the elements that `pop` hands out, until there is none or
/// there are `expected + 3`.
fn popped<T, R>(
    buffer: &mut CircularBuffer<T>,
    expected: usize,
    see: impl Fn(T) -> R,
) -> Vec<R> {
    let mut seen = Vec::new();
    while seen.len() < expected + 3 {
        let next: Option<T> = buffer.pop();
        match next {
            Some(element) => seen.push(see(element)),
            None => break,
        }
    }
    seen
}

/// A buffer with elements 1 to `length`, the oldest of them `head` places away
/// from where the first push went. `value(0)` is a filler that is popped again.
///
/// The fillers leave only after elements have come, so the buffer is not empty
/// on the way unless it cannot be otherwise.
#[track_caller]
fn rotated<T>(
    capacity: usize,
    head: usize,
    length: usize,
    mut value: impl FnMut(u32) -> T,
) -> CircularBuffer<T> {
    let mut buffer = CircularBuffer::<T>::new(capacity);
    let early = length.min(capacity - head);
    for _ in 0..head {
        push_with_room(&mut buffer, value(0));
    }
    for label in 1..=early {
        push_with_room(&mut buffer, value(label as u32));
    }
    for _ in 0..head {
        let filler: Option<T> = buffer.pop();
        assert!(filler.is_some(), "expected pop to hand out an element, since some are left");
    }
    for label in early + 1..=length {
        push_with_room(&mut buffer, value(label as u32));
    }
    buffer
}

/// Runs `work` with every position of the oldest element and every number of
/// elements that a buffer of this capacity can have.
fn every_rotation(capacity: usize, mut work: impl FnMut(usize, usize)) {
    for head in 0..capacity.max(1) {
        for length in 0..=capacity {
            work(head, length);
        }
    }
}

/// The labels 1 to `length`.
fn labels(length: usize) -> Vec<u32> {
    (1..=length as u32).collect()
}

/// The labels of the elements that were dropped, without the fillers.
fn dropped(ledger: &Ledger) -> Vec<u32> {
    ledger.drops().into_iter().filter(|label| *label != 0).collect()
}

mod control {
    use super::*;

    /// The negative control: a comparison with a wrong expectation must fail.
    #[test]
    fn comparisons_can_fail() {
        graded!();
        let mut buffer = CircularBuffer::<u32>::new(2);
        let _: Result<(), &'static str> = buffer.push(7);
        let popped: Option<u32> = buffer.pop();
        let verdict = quiet::catch(|| assert_eq!(popped, Some(8), "7 was pushed, never 8"));
        assert!(
            verdict.is_err(),
            "a comparison with a wrong expectation succeeded: no verdict of this suite counts"
        );
    }
}

mod unit {
    use workbook_support::patience::Patience;
    use workbook_support::probe::{Neither, SendOnly, SyncOnly};

    use super::*;

    #[test]
    fn new_buffer_is_empty() {
        graded!();
        let mut buffer = CircularBuffer::<u32>::new(3);
        let len: usize = buffer.len();
        assert_eq!(len, 0, "a new buffer has no elements, so its length is 0");
        let empty: bool = buffer.is_empty();
        assert!(empty, "a new buffer has no elements, so `is_empty` is true");
        let full: bool = buffer.is_full();
        assert!(!full, "a new buffer of capacity 3 has room, so `is_full` is false");
        let front: Option<&u32> = buffer.front();
        assert_eq!(front, None, "a new buffer has no oldest element");
        let seen = iterated(&buffer, 0, |x| *x);
        assert_eq!(seen, labels(0), "a new buffer has nothing to iterate over");
        let oldest: Option<u32> = buffer.pop();
        assert_eq!(oldest, None, "a new buffer has nothing to pop");
    }

    #[test]
    fn capacity_is_what_was_asked_for() {
        graded!();
        for asked in (0..=17).chain([100, 1000]) {
            let mut buffer = CircularBuffer::<u16>::new(asked);
            let capacity: usize = buffer.capacity();
            assert_eq!(capacity, asked, "`capacity` is exactly what `new` was asked for");
            for n in 0..asked.min(brief(1000, 17)) {
                push_with_room(&mut buffer, n as u16);
            }
            let capacity: usize = buffer.capacity();
            assert_eq!(capacity, asked, "pushing does not change the capacity");
            let _: Option<u16> = buffer.pop();
            buffer.clear();
            let capacity: usize = buffer.capacity();
            assert_eq!(capacity, asked, "pop and clear do not change the capacity");
        }
    }

    #[test]
    fn pushed_value_comes_back() {
        graded!();
        let mut buffer = CircularBuffer::<u32>::new(1);
        push_with_room(&mut buffer, 41);
        let first: Option<u32> = buffer.pop();
        assert_eq!(first, Some(41), "pop hands out the only value that was pushed");
        let second: Option<u32> = buffer.pop();
        assert_eq!(second, None, "an element that was popped is gone");
    }

    #[test]
    fn elements_leave_oldest_first() {
        graded!();
        let mut buffer = CircularBuffer::<u32>::new(4);
        for n in [10, 20, 30] {
            push_with_room(&mut buffer, n);
        }
        let order = popped(&mut buffer, 3, |x| x);
        assert_eq!(order, [10, 20, 30], "the oldest element leaves first");
    }

    #[test]
    fn pop_order_holds_from_every_position() {
        graded!();
        for capacity in 1..=brief(17, 4) {
            every_rotation(capacity, |head, length| {
                let mut buffer = rotated(capacity, head, length, |n| n);
                let order = popped(&mut buffer, length, |x| x);
                assert_eq!(
                    order,
                    labels(length),
                    "capacity {capacity}, after {head} elements had come and gone: the \
                     {length} newer ones leave oldest first, also where they wrap round"
                );
            });
        }
    }

    #[test]
    fn refused_push_changes_nothing() {
        graded!();
        for capacity in 1..=brief(9, 3) {
            for head in 0..capacity {
                let mut buffer = rotated(capacity, head, capacity, |n| n);
                for _ in 0..2 {
                    let answer: Result<(), &'static str> = buffer.push(99);
                    assert!(
                        answer.is_err(),
                        "a buffer of capacity {capacity} that is full refuses a push, yet it \
                         answered Ok"
                    );
                }
                let len: usize = buffer.len();
                assert_eq!(len, capacity, "a refused push does not change the length");
                let order = popped(&mut buffer, capacity, |x| x);
                assert_eq!(
                    order,
                    labels(capacity),
                    "a refused push leaves every element where it was (capacity {capacity}, \
                     after {head} elements had come and gone)"
                );
            }
        }
    }

    #[test]
    fn pop_makes_room_for_one() {
        graded!();
        let mut buffer = rotated(3, 0, 3, |n| n);
        for next in 4..=20 {
            let oldest: Option<u32> = buffer.pop();
            assert_eq!(oldest, Some(next - 3), "the oldest of three elements leaves");
            push_with_room(&mut buffer, next);
            let answer: Result<(), &'static str> = buffer.push(99);
            assert!(answer.is_err(), "one pop makes room for one element, not for two");
        }
    }

    #[test]
    fn pop_from_an_empty_buffer_changes_nothing() {
        graded!();
        let mut buffer = CircularBuffer::<u32>::new(3);
        for round in 0..5 {
            for _ in 0..3 {
                let nothing: Option<u32> = buffer.pop();
                assert_eq!(nothing, None, "an empty buffer has nothing to pop");
            }
            let len: usize = buffer.len();
            assert_eq!(len, 0, "pop on an empty buffer leaves the length at 0");
            push_with_room(&mut buffer, round);
            push_with_room(&mut buffer, round + 100);
            let order = popped(&mut buffer, 2, |x| x);
            assert_eq!(
                order,
                [round, round + 100],
                "pop on an empty buffer leaves it as it was: what comes later is in order"
            );
        }
    }

    #[test]
    fn front_is_the_oldest_and_stays() {
        graded!();
        for capacity in 1..=brief(9, 3) {
            every_rotation(capacity, |head, length| {
                let buffer = rotated(capacity, head, length, |n| n);
                let expected = if length == 0 { None } else { Some(1) };
                for _ in 0..2 {
                    let front: Option<&u32> = buffer.front();
                    assert_eq!(
                        front.copied(),
                        expected,
                        "front is the element that pop would hand out, and looking at it does \
                         not remove it (capacity {capacity}, {length} elements, after {head} \
                         had come and gone)"
                    );
                }
                let len: usize = buffer.len();
                assert_eq!(len, length, "front does not change the length");
            });
        }
    }

    #[test]
    fn iter_runs_from_oldest_to_newest() {
        graded!();
        for capacity in 0..=brief(17, 3) {
            every_rotation(capacity, |head, length| {
                let buffer = rotated(capacity, head, length, |n| n);
                for _ in 0..2 {
                    let seen = iterated(&buffer, length, |x| *x);
                    assert_eq!(
                        seen,
                        labels(length),
                        "capacity {capacity}, after {head} elements had come and gone: iter \
                         yields each of the {length} newer ones once, oldest first, and \
                         removes none"
                    );
                }
            });
        }
    }

    #[test]
    fn iter_answers_every_question_alike() {
        graded!();
        // Wrapped, full and wrapped, full from the start, in one stretch, full with
        // one element, and empty where the first push never went.
        for (capacity, head, length) in
            [(5, 3, 4), (4, 2, 4), (4, 0, 4), (6, 1, 3), (1, 0, 1), (3, 2, 0)]
        {
            let buffer = rotated(capacity, head, length, |n| n);
            ask_iter_everything(&buffer, length);
        }
    }

    /// Puts each question to an iterator over the labels 1 to `length`: to a fresh
    /// one, and to one that has started.
    fn ask_iter_everything(buffer: &CircularBuffer<u32>, length: usize) {
        let state = |seen: usize| {
            format!("after {seen} of {length} elements, capacity {}", buffer.capacity())
        };
        for seen in 0..=length {
            let started = || {
                let mut elements = buffer.iter();
                for _ in 0..seen {
                    let _: Option<&u32> = elements.next();
                }
                elements
            };
            let (left, state) = (length - seen, state(seen));
            let (least, most) = Iterator::size_hint(&started());
            assert!(
                least <= left && most.is_none_or(|most| most >= left),
                "{state}, `size_hint` must not exclude that {left} are left: it says at least \
                 {least}, at most {most:?}"
            );
            assert_eq!(Iterator::count(started()), left, "`count` {state}");
            let last: Option<&u32> = Iterator::last(started());
            let expected = if left > 0 { Some(length as u32) } else { None };
            assert_eq!(last.copied(), expected, "`last` is the newest element, {state}");
            let rest = Iterator::fold(started(), Vec::new(), |mut rest, x: &u32| {
                rest.push(*x);
                rest
            });
            assert_eq!(
                rest,
                labels(length)[seen..],
                "`fold` goes from oldest to newest, {state}"
            );
            let mut each = Vec::new();
            Iterator::for_each(started(), |x: &u32| each.push(*x));
            assert_eq!(
                each,
                labels(length)[seen..],
                "`for_each` goes from oldest to newest, {state}"
            );
            assert!(Iterator::all(&mut started(), |x: &u32| *x > 0), "`all`, {state}");
            for wanted in 0..left {
                let label = (seen + wanted + 1) as u32;
                let is_it = |x: &u32| *x == label;
                let (mut by_place, mut by_value) = (started(), started());
                let place = Iterator::position(&mut by_place, is_it);
                assert_eq!(
                    place,
                    Some(wanted),
                    "`position` counts from where the iterator is, {state}"
                );
                let found: Option<&u32> = Iterator::find(&mut by_value, |x: &&u32| is_it(x));
                assert_eq!(found.copied(), Some(label), "`find`, {state}");
                assert!(Iterator::any(&mut started(), is_it), "`any`, {state}");
                assert!(!Iterator::all(&mut started(), |x: &u32| !is_it(x)), "`all`, {state}");
                if wanted + 1 < left {
                    let next = [by_place.next(), by_value.next()];
                    assert_eq!(
                        next.map(|next| next.copied()),
                        [Some(label + 1); 2],
                        "the iterator goes on behind what `position` and `find` found, {state}"
                    );
                }
            }
            for skipped in 0..left {
                let mut elements = started();
                let got: Option<&u32> = Iterator::nth(&mut elements, skipped);
                let expected = (seen + skipped + 1) as u32;
                assert_eq!(
                    got.copied(),
                    Some(expected),
                    "`nth({skipped})` skips {skipped} elements, {state}"
                );
                if skipped + 1 < left {
                    let next: Option<&u32> = elements.next();
                    assert_eq!(
                        next.copied(),
                        Some(expected + 1),
                        "the iterator goes on with the next element behind `nth({skipped})`, \
                         {state}"
                    );
                    // It may begin anew after its end, but not go on before it.
                    let far: Option<&u32> = Iterator::nth(&mut elements, left);
                    assert_eq!(far, None, "a second `nth({left})`, {state}");
                    let next: Option<&u32> = elements.next();
                    assert!(
                        next.is_none_or(|next| *next == 1),
                        "`nth` behind the end uses up the elements that were left, yet next is \
                         {next:?}, {state}"
                    );
                }
            }
            let far: Option<&u32> = Iterator::nth(&mut started(), usize::MAX);
            assert_eq!(far, None, "`nth` far behind the end, {state}");
            let far: Option<&u32> = Iterator::nth(&mut started(), left);
            assert_eq!(far, None, "`nth` just behind the end, {state}");
        }
    }

    #[test]
    fn two_iterators_do_not_disturb_each_other() {
        graded!();
        let buffer = rotated(4, 2, 4, |n| n);
        let mut slow = buffer.iter();
        let oldest: Option<&u32> = slow.next();
        assert_eq!(oldest, Some(&1), "the first iterator begins with the oldest element");
        let seen = iterated(&buffer, 4, |x| *x);
        assert_eq!(seen, [1, 2, 3, 4], "a second iterator begins with the oldest as well");
        let second: Option<&u32> = slow.next();
        assert_eq!(second, Some(&2), "the first iterator goes on where it was");
    }

    #[test]
    fn length_and_flags_follow_every_step() {
        graded!();
        for capacity in 1..=brief(9, 3) {
            let mut buffer = CircularBuffer::<u32>::new(capacity);
            let check = |buffer: &CircularBuffer<u32>, expected: usize, after: &str| {
                let (len, empty, full): (usize, bool, bool) =
                    (buffer.len(), buffer.is_empty(), buffer.is_full());
                assert_eq!(len, expected, "`len` after {after}, capacity {capacity}");
                assert_eq!(
                    empty,
                    expected == 0,
                    "`is_empty` after {after}: {expected} elements, capacity {capacity}"
                );
                assert_eq!(
                    full,
                    expected == capacity,
                    "`is_full` after {after}: {expected} elements, capacity {capacity}"
                );
            };
            for _ in 0..3 {
                for len in 1..=capacity {
                    push_with_room(&mut buffer, 0);
                    check(&buffer, len, "a push");
                }
                let _: Option<u32> = buffer.pop();
                check(&buffer, capacity - 1, "a pop");
                push_with_room(&mut buffer, 0);
                check(&buffer, capacity, "a push into the place of a popped element");
                for len in (0..capacity).rev() {
                    let _: Option<u32> = buffer.pop();
                    check(&buffer, len, "a pop");
                }
                push_with_room(&mut buffer, 0);
                buffer.clear();
                check(&buffer, 0, "clear");
            }
        }
    }

    #[test]
    fn capacity_zero_is_empty_and_full() {
        graded!();
        let mut buffer = CircularBuffer::<u32>::new(0);
        for _ in 0..2 {
            let empty: bool = buffer.is_empty();
            assert!(empty, "a buffer of capacity 0 has no elements, so it is empty");
            let full: bool = buffer.is_full();
            assert!(full, "a buffer of capacity 0 has no room, so it is full");
            let (len, capacity): (usize, usize) = (buffer.len(), buffer.capacity());
            assert_eq!((len, capacity), (0, 0), "length and capacity of a buffer without room");
            let answer: Result<(), &'static str> = buffer.push(1);
            assert!(answer.is_err(), "a buffer of capacity 0 refuses every push");
            let front: Option<&u32> = buffer.front();
            assert_eq!(front, None, "a buffer of capacity 0 has no oldest element");
            let seen = iterated(&buffer, 0, |x| *x);
            assert_eq!(seen, labels(0), "a buffer of capacity 0 has nothing to iterate over");
            let oldest: Option<u32> = buffer.pop();
            assert_eq!(oldest, None, "a buffer of capacity 0 has nothing to pop");
            buffer.clear();
        }
    }

    #[test]
    fn clear_leaves_a_buffer_like_new() {
        graded!();
        for capacity in 0..=brief(9, 3) {
            every_rotation(capacity, |head, length| {
                let mut buffer = rotated(capacity, head, length, |n| n);
                buffer.clear();
                let len: usize = buffer.len();
                assert_eq!(len, 0, "clear takes every element out");
                let front: Option<&u32> = buffer.front();
                assert_eq!(front, None, "a cleared buffer has no oldest element");
                let seen = iterated(&buffer, 0, |x| *x);
                assert_eq!(seen, labels(0), "a cleared buffer has nothing to iterate over");
                for n in labels(capacity) {
                    push_with_room(&mut buffer, n);
                }
                let answer: Result<(), &'static str> = buffer.push(99);
                assert!(answer.is_err(), "a cleared buffer has room for {capacity}, no more");
                let order = popped(&mut buffer, capacity, |x| x);
                assert_eq!(
                    order,
                    labels(capacity),
                    "a cleared buffer works like a new one (capacity {capacity}, cleared with \
                     {length} elements after {head} had come and gone)"
                );
            });
        }
    }

    #[test]
    fn elements_change_in_place() {
        graded!();
        let mut buffer = rotated(3, 2, 3, Cell::new);
        let front: Option<&Cell<u32>> = buffer.front();
        if let Some(cell) = front {
            cell.set(10);
        }
        let mut elements = buffer.iter();
        let _: Option<&Cell<u32>> = elements.next();
        let second: Option<&Cell<u32>> = elements.next();
        drop(elements);
        if let Some(cell) = second {
            cell.set(20);
        }
        let seen = iterated(&buffer, 3, Cell::get);
        assert_eq!(
            seen,
            [10, 20, 3],
            "front and iter give references to the elements themselves: a change made through \
             one shows through the other"
        );
        let order = popped(&mut buffer, 3, |cell| cell.get());
        assert_eq!(order, [10, 20, 3], "and pop hands out the changed elements");
    }

    #[test]
    fn values_of_many_shapes_survive() {
        graded!();
        let mut texts = rotated(3, 2, 3, |n| "x".repeat(n as usize));
        let seen = iterated(&texts, 3, String::clone);
        assert_eq!(seen, ["x", "xx", "xxx"], "strings keep their text");
        let order = popped(&mut texts, 3, |text| text);
        assert_eq!(order, ["x", "xx", "xxx"], "strings keep their text on the way out");

        let mut boxes = rotated(3, 1, 3, |n| (n as u8, Box::new(u64::from(n) << 40)));
        let order = popped(&mut boxes, 3, |(n, long)| (n, *long));
        assert_eq!(order, [(1, 1 << 40), (2, 2 << 40), (3, 3 << 40)], "pairs keep both parts");

        let mut odd = rotated(5, 4, 5, |n| [n as u8, n as u8 + 50, n as u8 + 100]);
        let order = popped(&mut odd, 5, |three| three);
        let expected: Vec<[u8; 3]> = (1..=5).map(|n| [n, n + 50, n + 100]).collect();
        assert_eq!(order, expected, "elements of three bytes lie three bytes apart");

        let mut numbers = [1, 2, 3];
        let mut places = CircularBuffer::<&mut u32>::new(3);
        for place in &mut numbers {
            push_with_room(&mut places, place);
        }
        let oldest: Option<&mut u32> = places.pop();
        if let Some(place) = oldest {
            *place = 10;
        }
        drop(places);
        assert_eq!(numbers, [10, 2, 3], "a popped `&mut` refers to what it referred to before");

        let mut large = rotated(2, 1, 2, |n| [u64::from(n); 512]);
        let order = popped(&mut large, 2, |block| (block[0], block[511]));
        assert_eq!(order, [(1, 1), (2, 2)], "elements of 4096 bytes stay whole");

        // More bytes than sixteen bits can count.
        const HUGE: usize = brief(8200, 20);
        let ((), report) = audit::scope(|| {
            let mut huge = rotated(3, 2, 3, |n| [u64::from(n); HUGE]);
            let order = popped(&mut huge, 3, |block| (block[0], block[HUGE - 1]));
            assert_eq!(order, [(1, 1), (2, 2), (3, 3)], "huge elements stay whole");
        });
        report.assert_clean();
    }

    #[test]
    fn large_buffers_work() {
        graded!();
        // More slots than sixteen bits can number, or eight.
        let capacity = brief(70_000, 300);
        let label = |n: usize| (n % 251) as u8;
        let mut patience = Patience::new();
        let mut buffer = CircularBuffer::<u8>::new(capacity);
        for n in 0..capacity {
            push_with_room(&mut buffer, label(n));
            if !patience.lasts() {
                return;
            }
        }
        for n in 0..capacity - 1 {
            let oldest: Option<u8> = buffer.pop();
            assert_eq!(oldest, Some(label(n)), "element {n} of {capacity} in a large buffer");
            if !patience.lasts() {
                return;
            }
        }
        for n in 0..10 {
            push_with_room(&mut buffer, label(capacity + n));
        }
        let seen = iterated(&buffer, 11, |x| *x);
        let expected: Vec<u8> = (capacity - 1..capacity + 10).map(label).collect();
        assert_eq!(seen, expected, "the end of a large buffer, wrapped round");
    }

    #[test]
    fn long_lives_work() {
        graded!();
        let pushes = brief(200_000, 300);
        let mut patience = Patience::new();
        let mut buffer = rotated(3, 0, 2, |n| n as usize);
        for n in 3..pushes {
            push_with_room(&mut buffer, n);
            let oldest: Option<usize> = buffer.pop();
            assert_eq!(oldest, Some(n - 2), "a small buffer after {n} pushes");
            if !patience.lasts() {
                return;
            }
        }
    }

    #[test]
    fn zero_sized_values_are_counted() {
        graded!();
        for capacity in [1, 2, 5] {
            let mut buffer = CircularBuffer::<()>::new(capacity);
            for round in 0..3 {
                for len in 1..=capacity {
                    push_with_room(&mut buffer, ());
                    let now: usize = buffer.len();
                    assert_eq!(now, len, "zero-sized values are counted like others");
                }
                let answer: Result<(), &'static str> = buffer.push(());
                assert!(
                    answer.is_err(),
                    "a buffer of capacity {capacity} takes {capacity} values, of size 0 as well"
                );
                let front: Option<&()> = buffer.front();
                assert!(
                    front.is_some(),
                    "a full buffer has an oldest value, of size 0 as well"
                );
                let seen = iterated(&buffer, capacity, |_| ());
                assert_eq!(seen.len(), capacity, "iter yields each zero-sized value once");
                if round < 2 {
                    let out = popped(&mut buffer, capacity, |_| ());
                    assert_eq!(out.len(), capacity, "pop hands out each zero-sized value once");
                } else {
                    buffer.clear();
                }
                let empty: bool = buffer.is_empty();
                assert!(empty, "the zero-sized values have left, so the buffer is empty");
            }
        }
    }

    #[test]
    fn send_when_the_elements_are() {
        graded!();
        assert!(
            implements!(CircularBuffer<u32>: Send),
            "a buffer of `u32` owns its elements alone, so it must be Send: a raw pointer among \
             the fields takes that away until an `unsafe impl` gives it back"
        );
        assert!(
            implements!(CircularBuffer<SendOnly>: Send),
            "`Cell<u8>` is Send but not Sync: a buffer that moves to another thread takes its \
             elements along and shares none, so Send is all that it needs of them"
        );
    }

    #[test]
    fn sync_when_the_elements_are() {
        graded!();
        assert!(
            implements!(CircularBuffer<u32>: Sync),
            "a shared buffer of `u32` only gives out `&u32`, so it must be Sync: a raw pointer \
             among the fields takes that away until an `unsafe impl` gives it back"
        );
        assert!(
            implements!(CircularBuffer<SyncOnly>: Sync),
            "`MutexGuard` is Sync but not Send: a shared buffer only gives out `&T`, so Sync is \
             all that it needs of its elements"
        );
    }

    #[test]
    fn not_send_when_the_elements_are_not() {
        graded!();
        assert!(
            !implements!(CircularBuffer<Neither>: Send),
            "`Rc` is not Send, and a buffer of them must not be either: moved to another thread \
             it would change a reference count without synchronisation"
        );
        assert!(
            !implements!(CircularBuffer<SyncOnly>: Send),
            "`MutexGuard` is Sync but not Send: moving the buffer moves its elements, so a \
             buffer of them must not be Send"
        );
    }

    #[test]
    fn not_sync_when_the_elements_are_not() {
        graded!();
        assert!(
            !implements!(CircularBuffer<Neither>: Sync),
            "`Rc` is not Sync, and a buffer of them must not be either: two threads could clone \
             the same `Rc` through `front` at once"
        );
        assert!(
            !implements!(CircularBuffer<SendOnly>: Sync),
            "`Cell<u8>` is Send but not Sync: two threads could reach the same cell through \
             `front` at once, so a buffer of them must not be Sync"
        );
    }

    /// Answers questions about the type of a value, which may have no name.
    struct TypeOf<I>(std::marker::PhantomData<I>);

    #[allow(dead_code, reason = "called only where no bound holds")]
    trait Otherwise {
        fn is_send(&self) -> bool {
            false
        }
        fn is_sync_and_clone(&self) -> bool {
            false
        }
    }

    impl<I> Otherwise for TypeOf<I> {}

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<I: Send> TypeOf<I> {
        fn is_send(&self) -> bool {
            true
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<I: Sync + Clone> TypeOf<I> {
        fn is_sync_and_clone(&self) -> bool {
            true
        }
    }

    fn type_of<I>(_: &I) -> TypeOf<I> {
        TypeOf(std::marker::PhantomData)
    }

    #[test]
    fn iterator_stays_on_its_thread_when_the_elements_must() {
        graded!();
        let cells = CircularBuffer::<SendOnly>::new(1);
        let elements = cells.iter();
        assert!(
            !type_of(&elements).is_send(),
            "an iterator over `Cell<u8>` gives out `&Cell<u8>`, which must not reach another \
             thread: the iterator shares the elements, so it is Send only when they are Sync"
        );
        assert!(
            !type_of(&elements).is_sync_and_clone(),
            "an iterator over `Cell<u8>` must not be Sync and Clone: another thread could clone \
             it through a shared reference and reach the same cells"
        );
        let counted = CircularBuffer::<Neither>::new(1);
        let elements = counted.iter();
        assert!(
            !type_of(&elements).is_send(),
            "an iterator over `Rc` gives out `&Rc`, which can be cloned: on another thread that \
             would change the reference count without synchronisation"
        );
    }
}

mod property {
    use std::collections::VecDeque;

    use quickcheck::{Arbitrary, Gen};
    use workbook_support::property;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Op {
        Push,
        Pop,
        Front,
        Iter,
        Clear,
    }

    /// What is done to one buffer. Push number n pushes the label n.
    #[derive(Clone, Debug)]
    struct Script {
        capacity: usize,
        ops: Vec<Op>,
    }

    impl Arbitrary for Op {
        fn arbitrary(g: &mut Gen) -> Op {
            const WEIGHTED: [Op; 20] = {
                use Op::{Clear, Front, Iter, Pop, Push};
                [
                    Push, Push, Push, Push, Push, Push, Push, Push, Push, Pop, Pop, Pop, Pop,
                    Pop, Pop, Front, Front, Iter, Iter, Clear,
                ]
            };
            *g.choose(&WEIGHTED).expect("the list is not empty")
        }
    }

    impl Arbitrary for Script {
        fn arbitrary(g: &mut Gen) -> Script {
            let capacity = usize::arbitrary(g) % 18;
            let steps = usize::arbitrary(g) % (g.size() + 1);
            Script { capacity, ops: (0..steps).map(|_| Op::arbitrary(g)).collect() }
        }

        fn shrink(&self) -> Box<dyn Iterator<Item = Script>> {
            let capacity = self.capacity;
            let ops = self.ops.clone();
            let fewer = self.ops.shrink().map(move |ops| Script { capacity, ops });
            let smaller =
                capacity.shrink().map(move |capacity| Script { capacity, ops: ops.clone() });
            Box::new(fewer.chain(smaller))
        }
    }

    /// Does the same to a buffer and to a `VecDeque` of what `see` makes of the
    /// elements, and compares after each step what can be seen.
    fn replay<T>(
        capacity: usize,
        ops: &[Op],
        mut make: impl FnMut(u32) -> T,
        see: impl Fn(&T) -> u32,
    ) -> Result<(), String> {
        let mut buffer = CircularBuffer::<T>::new(capacity);
        let mut model: VecDeque<u32> = VecDeque::new();
        let mut next_label = 0;
        for (index, op) in ops.iter().enumerate() {
            let step = || format!("step {} ({op:?})", index + 1);
            match op {
                Op::Push => {
                    next_label += 1;
                    let value = make(next_label);
                    let label = see(&value);
                    let answer: Result<(), &'static str> = buffer.push(value);
                    let room = model.len() < capacity;
                    if answer.is_ok() != room {
                        return Err(format!(
                            "{}: expected push to answer {}, since {} of {capacity} places \
                             are taken; it answered {}",
                            step(),
                            if room { "Ok" } else { "Err" },
                            model.len(),
                            if room { "Err" } else { "Ok" },
                        ));
                    }
                    if room {
                        model.push_back(label);
                    }
                }
                Op::Pop => {
                    let oldest: Option<T> = buffer.pop();
                    let (got, expected) = (oldest.as_ref().map(&see), model.pop_front());
                    if got != expected {
                        return Err(format!(
                            "{}: expected {expected:?} to leave, saw {got:?}",
                            step()
                        ));
                    }
                }
                Op::Front => {
                    let oldest: Option<&T> = buffer.front();
                    let (got, expected) = (oldest.map(&see), model.front().copied());
                    if got != expected {
                        return Err(format!("{}: expected {expected:?}, saw {got:?}", step()));
                    }
                }
                Op::Iter => {
                    let seen = iterated(&buffer, model.len(), &see);
                    if model != seen {
                        return Err(format!("{}: expected {model:?}, saw {seen:?}", step()));
                    }
                }
                Op::Clear => {
                    buffer.clear();
                    model.clear();
                }
            }
            let got: (usize, usize, bool, bool) =
                (buffer.len(), buffer.capacity(), buffer.is_empty(), buffer.is_full());
            let expected = (model.len(), capacity, model.is_empty(), model.len() == capacity);
            if got != expected {
                return Err(format!(
                    "after {}: expected (len, capacity, is_empty, is_full) to be \
                     {expected:?}, saw {got:?}",
                    step()
                ));
            }
        }
        let seen = iterated(&buffer, model.len(), &see);
        if model != seen {
            return Err(format!("at the end: expected iter to yield {model:?}, saw {seen:?}"));
        }
        Ok(())
    }

    #[test]
    fn any_sequence_matches_vec_deque() {
        graded!();
        property::check(brief(400, 8), brief(80, 25), |script: &Script| {
            replay(script.capacity, &script.ops, |n| n, |n| *n)
        });
    }

    #[test]
    fn every_short_sequence_matches_vec_deque() {
        graded!();
        const OPS: [Op; 3] = [Op::Push, Op::Pop, Op::Clear];
        let steps = brief(8, 3);
        for capacity in 0..=brief(3, 2) {
            for mut number in 0..OPS.len().pow(steps as u32) {
                let mut ops = [Op::Push; 8];
                for op in &mut ops[..steps] {
                    *op = OPS[number % OPS.len()];
                    number /= OPS.len();
                }
                let ops = &ops[..steps];
                if let Err(problem) = replay(capacity, ops, |n| n, |n| *n) {
                    panic!("capacity {capacity}, steps {ops:?}: {problem}");
                }
            }
        }
    }

    #[test]
    fn any_sequence_drops_each_value_once() {
        graded!();
        property::check(brief(300, 6), brief(80, 25), |script: &Script| {
            let ledger = Ledger::new();
            let (result, report) = audit::scope(|| {
                replay(script.capacity, &script.ops, |n| ledger.value(n), Tracked::label)
            });
            ledger.assert_sound();
            result?;
            ledger.assert_all_dropped();
            report.assert_clean();
            Ok(())
        });
    }

    #[test]
    fn any_sequence_of_heap_values_is_memory_clean() {
        graded!();
        property::check(brief(200, 4), brief(80, 25), |script: &Script| {
            let (result, report) = audit::scope(|| {
                replay(
                    script.capacity,
                    &script.ops,
                    |n| n.to_string(),
                    |text| text.parse().unwrap_or(0),
                )
            });
            result?;
            report.assert_clean();
            Ok(())
        });
    }

    #[test]
    fn any_sequence_of_zero_sized_values_is_counted() {
        graded!();
        property::check(brief(200, 4), brief(80, 25), |script: &Script| {
            let before = TrackedZst::drops();
            let mut made = 0;
            let (result, report) = audit::scope(|| {
                let make = |_| {
                    made += 1;
                    TrackedZst::new()
                };
                replay(script.capacity, &script.ops, make, |_| 0)
            });
            result?;
            let drops = TrackedZst::drops() - before;
            if drops != made {
                return Err(format!(
                    "{made} zero-sized values were made, so {made} drops are due; saw {drops}"
                ));
            }
            report.assert_clean();
            Ok(())
        });
    }
}

mod compile_fail {
    use super::*;

    const MODE: &str = if cfg!(feature = "solutions") { "solutions" } else { "exercises" };

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn wrong_programs_are_refused() {
        graded!();
        ui::assert_refused("ex2", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex2", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        ui::assert_accepted("ex2");
    }
}

mod memory {
    use std::mem;
    use std::ops::{Index, IndexMut};
    use std::thread;

    use super::*;

    /// Capacities small enough for every rotation and every panic.
    const CAPACITIES: &[usize] = brief(&[1, 2, 3, 5, 8], &[1, 3]);

    #[test]
    fn pop_hands_the_value_over() {
        graded!();
        for &capacity in CAPACITIES {
            every_rotation(capacity, |head, length| {
                let ledger = Ledger::new();
                let mut buffer = rotated(capacity, head, length, |n| ledger.value(n));
                let mut out = Vec::new();
                while out.len() < length {
                    let oldest: Option<Tracked> = buffer.pop();
                    let Some(value) = oldest else { break };
                    out.push(value);
                }
                assert_eq!(
                    dropped(&ledger),
                    labels(0),
                    "pop gives the value to the caller: the buffer must not drop it as well"
                );
                drop(buffer);
                assert_eq!(
                    dropped(&ledger),
                    labels(0),
                    "values that were popped are no business of the buffer's drop"
                );
                let order: Vec<u32> = out.iter().map(Tracked::label).collect();
                assert_eq!(order, labels(length), "the popped values, oldest first");
                drop(out);
                ledger.assert_all_dropped();
            });
        }
    }

    #[test]
    fn refused_push_drops_the_value_once() {
        graded!();
        for capacity in 0..=brief(4, 2) {
            let ledger = Ledger::new();
            let mut buffer = rotated(capacity, 0, capacity, |n| ledger.value(n));
            for refused in [90, 91] {
                let answer: Result<(), &'static str> = buffer.push(ledger.value(refused));
                assert!(answer.is_err(), "a full buffer refuses a push");
            }
            assert_eq!(
                dropped(&ledger),
                [90, 91],
                "a refused value is dropped, once, before push returns; the {capacity} elements \
                 stay"
            );
            drop(buffer);
            ledger.assert_all_dropped();
        }
    }

    #[test]
    fn clear_drops_each_element_once_oldest_first() {
        graded!();
        for &capacity in CAPACITIES {
            every_rotation(capacity, |head, length| {
                let ledger = Ledger::new();
                let ((), report) = audit::scope(|| {
                    let mut buffer = rotated(capacity, head, length, |n| ledger.value(n));
                    buffer.clear();
                    ledger.assert_sound();
                    assert_eq!(
                        dropped(&ledger),
                        labels(length),
                        "clear drops the {length} elements, oldest first (capacity {capacity}, \
                         after {head} had come and gone)"
                    );
                });
                ledger.assert_all_dropped();
                report.assert_clean();
            });
        }
    }

    #[test]
    fn drop_drops_each_element_once_oldest_first() {
        graded!();
        for &capacity in CAPACITIES {
            every_rotation(capacity, |head, length| {
                let ledger = Ledger::new();
                let ((), report) = audit::scope(|| {
                    let buffer = rotated(capacity, head, length, |n| ledger.value(n));
                    drop(buffer);
                });
                ledger.assert_sound();
                assert_eq!(
                    dropped(&ledger),
                    labels(length),
                    "dropping the buffer drops the {length} elements that are left, oldest \
                     first (capacity {capacity}, after {head} had come and gone)"
                );
                ledger.assert_all_dropped();
                report.assert_clean();
            });
        }
    }

    #[test]
    fn large_buffers_drop_oldest_first() {
        graded!();
        const MANY: usize = brief(3000, 20);
        let states = [(MANY, 7, MANY), (17, 9, 17), (40, 39, 30), (100, 60, 100)];
        for (capacity, head, length) in states.into_iter().take(brief(4, 1)) {
            for in_clear in [true, false] {
                let ledger = Ledger::new();
                let ((), report) = audit::scope(|| {
                    let mut buffer = rotated(capacity, head, length, |n| ledger.value(n));
                    if in_clear {
                        buffer.clear();
                    }
                });
                ledger.assert_sound();
                assert_eq!(
                    dropped(&ledger),
                    labels(length),
                    "{} drops the {length} elements oldest first (capacity {capacity}, after \
                     {head} had come and gone)",
                    if in_clear { "clear" } else { "dropping the buffer" }
                );
                ledger.assert_all_dropped();
                report.assert_clean();
            }
        }
    }

    #[test]
    fn buffers_of_buffers_are_dropped_whole() {
        graded!();
        for in_clear in [true, false] {
            let ledger = Ledger::new();
            let ((), report) = audit::scope(|| {
                let mut outer = rotated(3, 2, 3, |n| {
                    rotated(2, 1, 2, |m| ledger.value(if n * m == 0 { 0 } else { 10 * n + m }))
                });
                if in_clear {
                    outer.clear();
                }
            });
            ledger.assert_sound();
            assert_eq!(
                dropped(&ledger),
                [11, 12, 21, 22, 31, 32],
                "an element that is a buffer drops its own elements, oldest first"
            );
            ledger.assert_all_dropped();
            report.assert_clean();
        }
        /// Uses a buffer of its own while it is dropped.
        struct Owner<'a>(CircularBuffer<Tracked>, &'a Ledger);
        impl Drop for Owner<'_> {
            fn drop(&mut self) {
                let oldest: Option<Tracked> = self.0.pop();
                drop(oldest);
                self.0.clear();
                let len: usize = self.0.len();
                assert_eq!(len, 0, "a buffer can be cleared while another one is");
                push_with_room(&mut self.0, self.1.value(5));
                let refused: Result<(), &'static str> =
                    CircularBuffer::new(0).push(self.1.value(6));
                assert!(refused.is_err(), "a buffer of capacity 0 refuses every push");
            }
        }
        for in_clear in [true, false] {
            let ledger = Ledger::new();
            let ((), report) = audit::scope(|| {
                let mut outer =
                    rotated(2, 1, 2, |_| Owner(rotated(3, 2, 3, |n| ledger.value(n)), &ledger));
                let before = dropped(&ledger).len();
                if in_clear {
                    outer.clear();
                }
                drop(outer);
                assert_eq!(
                    dropped(&ledger)[before..],
                    [1, 2, 3, 6, 5, 1, 2, 3, 6, 5],
                    "while one buffer drops its elements, others work as always"
                );
            });
            ledger.assert_all_dropped();
            report.assert_clean();
        }
    }

    #[test]
    fn drop_while_unwinding_drops_the_elements() {
        graded!();
        let ledger = Ledger::new();
        let ((), report) = audit::scope(|| {
            let buffer = rotated(3, 2, 3, |n| ledger.value(n));
            ledger::catch_planned(|| {
                let _buffer = buffer;
                ledger::planned_panic();
            });
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn only_live_elements_are_seen() {
        graded!();
        for &capacity in CAPACITIES {
            every_rotation(capacity, |head, length| {
                let ledger = Ledger::new();
                let ((), report) = audit::scope(|| {
                    let buffer = rotated(capacity, head, length, |n| ledger.value(n));
                    let front: Option<&Tracked> = buffer.front();
                    let _ = front.map(Tracked::label);
                    let mut elements = buffer.iter();
                    for _ in 0..capacity + 3 {
                        let next: Option<&Tracked> = elements.next();
                        let Some(element) = next else { break };
                        let _ = element.label();
                    }
                    // Whoever asks on gets nothing, or elements again.
                    for _ in 0..capacity + 3 {
                        let next: Option<&Tracked> = elements.next();
                        let _ = next.map(Tracked::label);
                    }
                    let _: (usize, Option<usize>) = elements.size_hint();
                });
                // What was seen that never was an element stands in the ledger.
                ledger.assert_all_dropped();
                report.assert_clean();
            });
        }
    }

    /// Makes, fills, wraps and drops buffers of one element type.
    fn assert_clean_with<T>(name: &str, value: impl Fn(u32) -> T) {
        let capacities: &[usize] = brief(&[1, 2, 3, 4, 7, 16, 33], &[1, 3]);
        for &capacity in capacities {
            let states =
                [(0, 0), (0, 1), (0, capacity), (capacity - 1, capacity), (capacity / 2, 1)];
            for (head, length) in states {
                let ((), report) = audit::scope(|| {
                    let mut buffer = rotated(capacity, head, length, &value);
                    if length == 1 {
                        buffer.clear();
                        push_with_room(&mut buffer, value(1));
                    }
                    drop(buffer);
                });
                if let Err(problem) = quiet::catch(|| report.assert_clean()) {
                    panic!(
                        "a buffer of {capacity} elements of type {name}, dropped with {length} \
                         in it: {problem}"
                    );
                }
            }
        }
    }

    #[derive(Clone, Copy)]
    #[repr(align(128))]
    struct Wide(u32);

    #[test]
    fn storage_is_freed_once_with_its_layout() {
        graded!();
        assert_clean_with("u8", |n| n as u8);
        assert_clean_with("[u8; 3]", |n| [n as u8; 3]);
        assert_clean_with("u64", u64::from);
        assert_clean_with("(u64, u8)", |n| (u64::from(n), n as u8));
        assert_clean_with("[u16; 50]", |n| [n as u16; 50]);
        assert_clean_with("a struct of align(128)", Wide);
        assert_clean_with("String", |n| n.to_string());
    }

    #[derive(Clone, Copy)]
    #[repr(align(4096))]
    struct Page(u32);

    #[test]
    fn elements_aligned_to_a_page_are_aligned() {
        graded!();
        for capacity in [1, 3] {
            let ((), report) = audit::scope(|| {
                let mut buffer = rotated(capacity, capacity / 2, capacity, Page);
                let rest = iterated(&buffer, capacity, |page| (&raw const *page).addr() % 4096);
                assert_eq!(
                    rest,
                    vec![0; capacity],
                    "the layout of the request must name the alignment of T, also one of 4096"
                );
                let order = popped(&mut buffer, capacity, |page| page.0);
                assert_eq!(order, labels(capacity), "values stay whole");
            });
            report.assert_clean();
        }
    }

    /// Inside an audit, memory is aligned as it was asked to be, and no better.
    #[test]
    fn elements_of_every_alignment_are_aligned() {
        graded!();
        macro_rules! check {
            ($($align:literal)*) => {$({
                #[repr(align($align))]
                struct Aligned(u8);
                for capacity in [1, 3] {
                    let ((), report) = audit::scope(|| {
                        let mut buffer = rotated(capacity, 0, capacity, |n| Aligned(n as u8));
                        let rest = iterated(&buffer, capacity, |element| {
                            (&raw const *element).addr() % $align
                        });
                        assert_eq!(
                            rest,
                            vec![0; capacity],
                            "the layout of the request must name the alignment of T, also one \
                             of {}",
                            $align
                        );
                        let order = popped(&mut buffer, capacity, |element| u32::from(element.0));
                        assert_eq!(order, labels(capacity), "values stay whole");
                    });
                    report.assert_clean();
                }
            })*};
        }
        check!(2 4 8 16 32 64 256 1024 16384);
    }

    #[test]
    fn over_aligned_elements_are_aligned() {
        graded!();
        for capacity in [1, 2, 5] {
            let ((), report) = audit::scope(|| {
                let mut buffer = rotated(capacity, capacity / 2, capacity, Wide);
                let mut elements = buffer.iter();
                for label in 1..=capacity {
                    let next: Option<&Wide> = elements.next();
                    let Some(element) = next else { break };
                    let address = (&raw const *element).addr();
                    assert_eq!(
                        address % 128,
                        0,
                        "element {label} of a type with alignment 128 lies at {address:#x}: the \
                         layout of the request must name the alignment of T"
                    );
                }
                drop(elements);
                for label in 1..=capacity as u32 {
                    let oldest: Option<Wide> = buffer.pop();
                    assert_eq!(oldest.map(|wide| wide.0), Some(label), "values stay whole");
                }
            });
            report.assert_clean();
        }
    }

    /// A life in which a buffer is filled, refused, read, emptied and refilled.
    fn whole_life<T>(capacity: usize, value: impl Fn() -> T) {
        let mut buffer = CircularBuffer::<T>::new(capacity);
        for round in 0..3 {
            for _ in 0..capacity.min(70) {
                let _: Result<(), &'static str> = buffer.push(value());
            }
            if capacity <= 70 {
                let _: Result<(), &'static str> = buffer.push(value());
            }
            // What an iterator allocates for itself is not the buffer's memory, and
            // `front` may use one.
            audit::pause(|| {
                let _: Option<&T> = buffer.front();
                let mut elements = buffer.iter();
                for _ in 0..capacity.min(70) {
                    let _: Option<&T> = elements.next();
                }
            });
            if round == 1 {
                buffer.clear();
            }
            for _ in 0..capacity.min(70) {
                let _: Option<T> = buffer.pop();
                let _: Result<(), &'static str> = buffer.push(value());
                let _: Option<T> = buffer.pop();
            }
        }
        buffer.clear();
    }

    #[test]
    fn one_allocation_serves_a_whole_life() {
        graded!();
        for capacity in [1, 2, 7, brief(64, 9)] {
            let ((), report) = audit::scope(|| whole_life(capacity, || 1_u64));
            report.assert_requests_at_most(
                1,
                "a buffer has a fixed capacity, so it obtains its memory once and keeps it until \
                 it is dropped",
            );
            report.assert_clean();
        }
    }

    #[test]
    fn one_allocation_serves_a_large_buffer() {
        graded!();
        let capacity = brief(20_000, 100);
        let ((), report) = audit::scope(|| {
            let mut buffer = CircularBuffer::<u64>::new(capacity);
            for _ in 0..2 {
                for n in 0..capacity as u64 {
                    push_with_room(&mut buffer, n);
                }
                for n in 0..capacity as u64 / 2 {
                    let oldest: Option<u64> = buffer.pop();
                    assert_eq!(oldest, Some(n), "element {n} of {capacity} in a large buffer");
                }
                buffer.clear();
            }
        });
        report.assert_requests_at_most(
            1,
            "a buffer has a fixed capacity, so it neither grows nor shrinks, however large it is",
        );
        report.assert_clean();
    }

    /// A value whose drop panics when the fuse says so.
    struct Spark(#[expect(dead_code, reason = "it takes memory")] u64);

    impl Drop for Spark {
        fn drop(&mut self) {
            drop(Bursting);
        }
    }

    /// Memory from `malloc` is no business of the audit.
    #[test]
    #[cfg_attr(miri, ignore = "measures C's heap, which Miri watches by itself")]
    fn no_life_uses_memory_up() {
        graded!();
        for capacity in [0, 1, 2, 7, 64, 5000] {
            let what = format!("the life of a buffer of capacity {capacity}");
            let empty = || drop(CircularBuffer::<u64>::new(capacity));
            c_heap::assert_no_growth(empty, &format!("{what} without elements"));
            let full = || drop(rotated(capacity, capacity / 2, capacity, |n| n));
            c_heap::assert_no_growth(full, &format!("{what} that ends full"));
            c_heap::assert_no_growth(|| whole_life(capacity, || [1_u8; 3]), &what);
            c_heap::assert_no_growth(|| whole_life(capacity, || Wide(1)), &what);
            c_heap::assert_no_growth(|| whole_life(capacity, || ()), &what);
            c_heap::assert_no_growth(|| whole_life(capacity, || String::from("text")), &what);
        }
        for panicking in [1, 2, 4] {
            for in_clear in [true, false] {
                let life = || {
                    let mut buffer = rotated(4, 2, 4, |n| Spark(u64::from(n)));
                    FUSE.set((panicking, 0));
                    let _ = quiet::catch(move || {
                        if in_clear {
                            buffer.clear();
                        }
                        drop(buffer);
                    });
                };
                c_heap::assert_no_growth(life, "a life with a panicking drop");
            }
        }
    }

    #[test]
    fn capacity_zero_allocates_nothing() {
        graded!();
        let ((), report) = audit::scope(|| whole_life(0, || 1_u64));
        report.assert_no_faults();
        report.assert_requests(0, "a buffer of capacity 0 has nothing to keep in memory");
        report.assert_clean();
    }

    #[test]
    fn zero_sized_types_allocate_nothing() {
        graded!();
        for capacity in [0, 1, 5, usize::MAX] {
            let ((), report) = audit::scope(|| whole_life(capacity, || ()));
            report.assert_no_faults();
            report
                .assert_requests(0, "values of size 0 need no memory, however many there are");
            report.assert_clean();
        }
    }

    #[test]
    fn zero_sized_values_are_dropped_once() {
        graded!();
        for capacity in [1, 4] {
            let before = TrackedZst::drops();
            let since = || TrackedZst::drops() - before;
            let mut buffer = CircularBuffer::<TrackedZst>::new(capacity);
            for _ in 0..capacity {
                push_with_room(&mut buffer, TrackedZst::new());
            }
            assert_eq!(since(), 0, "push keeps the value, also one of size 0");
            let answer: Result<(), &'static str> = buffer.push(TrackedZst::new());
            assert!(answer.is_err(), "a full buffer refuses a push");
            assert_eq!(since(), 1, "a refused value is dropped once");
            let oldest: Option<TrackedZst> = buffer.pop();
            assert_eq!(since(), 1, "pop hands the value over; the buffer does not drop it");
            drop(oldest);
            assert_eq!(since(), 2, "the caller drops what it popped");
            buffer.clear();
            assert_eq!(since(), capacity + 1, "clear drops the {} elements left", capacity - 1);
            push_with_room(&mut buffer, TrackedZst::new());
            drop(buffer);
            assert_eq!(since(), capacity + 2, "dropping the buffer drops the one element left");
        }
    }

    #[test]
    fn zero_sized_elements_are_aligned() {
        graded!();
        // More than a cache line, or a page.
        #[repr(align(16384))]
        struct Nothing;
        let mut buffer = rotated(3, 1, 3, |_| Nothing);
        let mut elements = buffer.iter();
        for _ in 0..3 {
            let next: Option<&Nothing> = elements.next();
            let Some(element) = next else { break };
            let address = (&raw const *element).addr();
            assert_eq!(
                address % align_of::<Nothing>(),
                0,
                "a reference must be aligned even if it refers to no bytes: this one is {address:#x}"
            );
        }
        drop(elements);
        let out = popped(&mut buffer, 3, |_| ());
        assert_eq!(out.len(), 3, "pop hands out each zero-sized value");
    }

    #[test]
    fn zero_sized_types_have_no_limit() {
        graded!();
        for capacity in [isize::MAX as usize, isize::MAX as usize + 1, usize::MAX] {
            let mut buffer = CircularBuffer::<()>::new(capacity);
            let asked: usize = buffer.capacity();
            assert_eq!(asked, capacity, "no number of zero-sized values is too large");
            for _ in 0..4 {
                push_with_room(&mut buffer, ());
            }
            let _: Option<()> = buffer.pop();
            push_with_room(&mut buffer, ());
            let (len, full): (usize, bool) = (buffer.len(), buffer.is_full());
            assert_eq!((len, full), (4, false), "4 of {capacity} places are taken");
            let seen = iterated(&buffer, 4, |_| ());
            assert_eq!(seen.len(), 4, "iter yields the 4 elements");
            let out = popped(&mut buffer, 4, |_| ());
            assert_eq!(out.len(), 4, "pop hands out the 4 elements");
            push_with_room(&mut buffer, ());
            buffer.clear();
            let len: usize = buffer.len();
            assert_eq!(len, 0, "clear works at this capacity, too");
        }
    }

    #[track_caller]
    fn assert_capacity_overflow<T>(capacity: usize) {
        let bytes = mem::size_of::<T>();
        match quiet::catch(|| CircularBuffer::<T>::new(capacity)) {
            Ok(buffer) => {
                // Whatever it believes to own is not there.
                mem::forget(buffer);
                panic!(
                    "new({capacity}) for elements of {bytes} bytes needs more than isize::MAX \
                     bytes: expected a panic with `capacity overflow`, but new returned"
                );
            }
            Err(text) => assert!(
                text.contains("capacity overflow"),
                "new({capacity}) for elements of {bytes} bytes needs more than isize::MAX bytes: \
                 expected a panic with `capacity overflow`, saw the panic: {text}"
            ),
        }
    }

    #[test]
    fn capacity_that_wraps_round_is_refused() {
        graded!();
        // In bytes, modulo 2^64 (or 2^32): 0, 8, 2 and 4096.
        assert_capacity_overflow::<u64>(usize::MAX / 8 + 1);
        assert_capacity_overflow::<u64>(usize::MAX / 8 + 2);
        assert_capacity_overflow::<[u8; 3]>(usize::MAX / 3 + 1);
        assert_capacity_overflow::<[u8; 4096]>(usize::MAX / 4096 + 2);
        assert_capacity_overflow::<u16>(usize::MAX);
    }

    #[test]
    fn capacity_above_isize_max_bytes_is_refused() {
        graded!();
        const LIMIT: usize = isize::MAX as usize;
        assert_capacity_overflow::<u64>(LIMIT / 8 + 1);
        assert_capacity_overflow::<[u8; 3]>(LIMIT / 3 + 1);
        assert_capacity_overflow::<[u8; 4096]>(LIMIT / 4096 + 1);
        assert_capacity_overflow::<u8>(LIMIT + 1);
        assert_capacity_overflow::<u8>(usize::MAX);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
    fn allocation_failure_is_reported() {
        graded!();
        // Some buffers need memory for the first push, some only for a later one.
        let scenario = || {
            let mut buffer = CircularBuffer::<u64>::new(5000);
            for _ in 0..5000 {
                let _: Result<(), &'static str> = buffer.push(1);
            }
            let mut wide = CircularBuffer::<Wide>::new(40);
            for _ in 0..40 {
                let _: Result<(), &'static str> = wide.push(Wide(1));
            }
        };
        // Memory that does not come from the global allocator cannot be refused.
        let ((), report) = audit::scope(scenario);
        if report.requests > 0 || std::env::var_os("WORKBOOK_CHILD").is_some() {
            child::assert_alloc_error(test_path!(), scenario);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
    fn a_capacity_below_the_limit_is_left_to_the_allocator() {
        graded!();
        let ((), report) = audit::scope(|| ());
        if !report.audited {
            // A sanitizer's allocator may end the process instead of refusing.
            return;
        }
        // A sixteenth of the limit, so that slots may be larger than elements.
        let capacity = isize::MAX as usize / size_of::<u64>() / 16;
        let ending = child::run_refusing(test_path!(), 1, || {
            let mut buffer = CircularBuffer::<u64>::new(capacity);
            // Some buffers need memory for the first push, some only for a later one.
            for _ in 0..5000 {
                let _: Result<(), &'static str> = buffer.push(1);
            }
        });
        assert!(
            ending == child::Ending::AllocError,
            "new({capacity}) for elements of 8 bytes needs less than isize::MAX bytes, and no \
             allocator has as many: expected handle_alloc_error, saw {ending:?}"
        );
    }

    /// The drops so far: each value at most once, and `panicking` the last of
    /// those that had to come up to it.
    #[track_caller]
    fn assert_dropped_up_to(ledger: &Ledger, panicking: u32, what: &str) {
        ledger.assert_sound();
        let drops = dropped(ledger);
        let due = labels(panicking as usize);
        assert!(
            drops.starts_with(&due),
            "{what} drops oldest first, and the drop of element {panicking} panics: expected the \
             drops to begin with {due:?}, saw {drops:?}"
        );
    }

    /// Every rotation with every element as the one whose drop panics.
    fn every_panic(mut work: impl FnMut(usize, usize, usize, u32)) {
        const CAPACITIES: &[usize] = brief(&[1, 2, 3, 5], &[2]);
        for &capacity in CAPACITIES {
            every_rotation(capacity, |head, length| {
                for panicking in labels(length) {
                    work(capacity, head, length, panicking);
                }
            });
        }
    }

    #[test]
    fn panicking_drop_in_clear_drops_nothing_twice() {
        graded!();
        every_panic(|capacity, head, length, panicking| {
            let ledger = Ledger::new();
            let ((), report) = audit::scope(|| {
                let mut buffer = rotated(capacity, head, length, |n| ledger.value(n));
                ledger.panic_on_drop(panicking);
                let _ = quiet::catch(|| buffer.clear());
                assert_dropped_up_to(&ledger, panicking, "clear");
                drop(buffer);
            });
            ledger.assert_sound();
            report.assert_clean();
        });
    }

    #[test]
    fn panicking_drop_in_drop_drops_nothing_twice() {
        graded!();
        every_panic(|capacity, head, length, panicking| {
            let ledger = Ledger::new();
            let buffer = rotated(capacity, head, length, |n| ledger.value(n));
            ledger.panic_on_drop(panicking);
            let _ = quiet::catch(|| drop(buffer));
            assert_dropped_up_to(&ledger, panicking, "drop");
        });
    }

    #[test]
    fn panicking_drop_in_drop_frees_the_storage() {
        graded!();
        every_panic(|capacity, head, length, panicking| {
            let ledger = Ledger::new();
            let ((), report) = audit::scope(|| {
                let buffer = rotated(capacity, head, length, |n| ledger.value(n));
                ledger.panic_on_drop(panicking);
                let _ = quiet::catch(|| drop(buffer));
            });
            if let Err(problem) = quiet::catch(|| report.assert_clean()) {
                panic!(
                    "dropping a buffer of capacity {capacity} with {length} elements, the drop \
                     of element {panicking} panics, the memory must be freed all the same: \
                     {problem}"
                );
            }
        });
    }

    #[test]
    fn buffer_works_after_a_panic_in_clear() {
        graded!();
        every_panic(|capacity, head, length, panicking| {
            let ledger = Ledger::new();
            let mut buffer = rotated(capacity, head, length, |n| ledger.value(n));
            ledger.panic_on_drop(panicking);
            let _ = quiet::catch(|| buffer.clear());
            assert_dropped_up_to(&ledger, panicking, "clear");
            let asked: usize = buffer.capacity();
            assert_eq!(asked, capacity, "a panic in clear does not change the capacity");
            // What it now holds is its own affair, as long as it knows.
            let len: usize = buffer.len();
            assert!(len <= length, "clear does not add elements: saw {len}, had {length}");
            let seen = iterated(&buffer, len, Tracked::label);
            assert_eq!(
                seen.len(),
                len,
                "after a panic in clear `len` says {len}, so iter must yield as many elements"
            );
            let out = popped(&mut buffer, len, |value| value.label());
            assert_eq!(out, seen, "after a panic in clear pop must hand out what iter saw");
            for n in 1..=capacity as u32 {
                push_with_room(&mut buffer, ledger.value(100 + n));
            }
            let answer: Result<(), &'static str> = buffer.push(ledger.value(99));
            assert!(answer.is_err(), "after a panic in clear there is room for {capacity}");
            let order = popped(&mut buffer, capacity, |value| value.label());
            let expected: Vec<u32> = (1..=capacity as u32).map(|n| 100 + n).collect();
            assert_eq!(order, expected, "after a panic in clear the order is oldest first");
            ledger.assert_sound();
        });
    }

    #[test]
    fn clear_and_drop_work_after_a_panic_in_clear() {
        graded!();
        every_panic(|capacity, head, length, panicking| {
            for in_clear in [true, false] {
                let ledger = Ledger::new();
                let ((), report) = audit::scope(|| {
                    let mut buffer = rotated(capacity, head, length, |n| ledger.value(n));
                    ledger.panic_on_drop(panicking);
                    let _ = quiet::catch(|| buffer.clear());
                    // What it now holds is its own affair.
                    let _ = popped(&mut buffer, capacity, |value| value.label());
                    for n in 1..=capacity as u32 {
                        push_with_room(&mut buffer, ledger.value(100 + n));
                    }
                    if in_clear {
                        buffer.clear();
                        let (len, front): (usize, Option<&Tracked>) =
                            (buffer.len(), buffer.front());
                        assert!(
                            len == 0 && front.is_none(),
                            "a second clear, after a panic in the first, must take every \
                             element out: {len} of {capacity} are left"
                        );
                    } else {
                        drop(buffer);
                    }
                    let late: Vec<u32> =
                        dropped(&ledger).into_iter().filter(|label| *label > 100).collect();
                    let expected: Vec<u32> = (1..=capacity as u32).map(|n| 100 + n).collect();
                    assert_eq!(
                        late,
                        expected,
                        "after a panic in clear the buffer can be used as before: {} drops what \
                         came later, oldest first",
                        if in_clear { "a second clear" } else { "dropping it" }
                    );
                });
                ledger.assert_sound();
                report.assert_clean();
            }
        });
    }

    #[test]
    fn clear_while_unwinding_drops_the_elements() {
        graded!();
        struct ClearsAtTheEnd<'a>(&'a mut CircularBuffer<Tracked>);
        impl Drop for ClearsAtTheEnd<'_> {
            fn drop(&mut self) {
                self.0.clear();
                let mut other = CircularBuffer::<u32>::new(2);
                push_with_room(&mut other, 1);
                push_with_room(&mut other, 2);
                let refused: Result<(), &'static str> = other.push(3);
                let seen = iterated(&other, 2, |x| *x);
                let oldest: Option<u32> = other.pop();
                assert!(
                    refused.is_err() && seen == [1, 2] && oldest == Some(1),
                    "a buffer works as always, also while a panic passes by"
                );
            }
        }
        let ledger = Ledger::new();
        let ((), report) = audit::scope(|| {
            let mut buffer = rotated(3, 2, 3, |n| ledger.value(n));
            ledger::catch_planned(|| {
                let _guard = ClearsAtTheEnd(&mut buffer);
                ledger::planned_panic();
            });
            assert_eq!(
                dropped(&ledger),
                labels(3),
                "clear drops the elements, also while a panic passes by"
            );
            let len: usize = buffer.len();
            assert_eq!(len, 0, "clear takes every element out, also while a panic passes by");
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn panicking_drop_in_a_refused_push_does_no_harm() {
        graded!();
        for &capacity in CAPACITIES {
            for head in 0..capacity {
                let ledger = Ledger::new();
                let ((), report) = audit::scope(|| {
                    let mut buffer = rotated(capacity, head, capacity, |n| ledger.value(n));
                    ledger.panic_on_drop(99);
                    let _ = quiet::catch(|| {
                        let _: Result<(), &'static str> = buffer.push(ledger.value(99));
                    });
                    assert_eq!(
                        dropped(&ledger),
                        [99],
                        "a full buffer refuses a push and drops the refused value, 99, and \
                         nothing else"
                    );
                    let order = popped(&mut buffer, capacity, |value| value.label());
                    assert_eq!(
                        order,
                        labels(capacity),
                        "a full buffer refuses a push, and the drop of the refused value \
                         panics: the elements stay as they were"
                    );
                });
                ledger.assert_all_dropped();
                report.assert_clean();
            }
        }
    }

    thread_local! {
        /// Drops of `Bursting` until one panics, and the drops so far.
        static FUSE: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }

    /// A zero-sized value whose n-th drop panics.
    struct Bursting;

    impl Drop for Bursting {
        fn drop(&mut self) {
            let (fuse, drops) = FUSE.get();
            FUSE.set((fuse.wrapping_sub(1), drops + 1));
            if fuse == 1 {
                ledger::planned_panic();
            }
        }
    }

    #[test]
    fn panicking_drop_of_a_zero_sized_value_drops_nothing_twice() {
        graded!();
        for in_clear in [true, false] {
            for panicking in 1..=4 {
                let ((), report) = audit::scope(|| {
                    let mut buffer = CircularBuffer::<Bursting>::new(4);
                    for _ in 0..4 {
                        push_with_room(&mut buffer, Bursting);
                    }
                    FUSE.set((panicking, 0));
                    let _ = quiet::catch(|| {
                        if in_clear {
                            buffer.clear();
                        }
                        drop(buffer);
                    });
                });
                let (_, drops) = FUSE.get();
                assert!(
                    (panicking..=4).contains(&drops),
                    "4 zero-sized values, the drop number {panicking} panics: expected at least \
                     {panicking} drops and at most 4, saw {drops}"
                );
                report.assert_clean();
            }
        }
    }

    #[test]
    fn moving_the_buffer_keeps_its_elements() {
        graded!();
        fn handed_on<T>(buffer: CircularBuffer<T>) -> CircularBuffer<T> {
            buffer
        }
        let ledger = Ledger::new();
        let ((), report) = audit::scope(|| {
            let mut first = handed_on(rotated(3, 2, 3, |n| ledger.value(n)));
            let mut second = Box::new(rotated(2, 1, 1, |n| ledger.value(10 * n)));
            mem::swap(&mut first, &mut second);
            let mut second = handed_on(*second);
            push_with_room(&mut first, ledger.value(20));
            let mut both = [first, handed_on(second)];
            both.reverse();
            let [three, two] = &mut both;
            assert_eq!(iterated(three, 3, Tracked::label), [1, 2, 3], "moved, still in order");
            assert_eq!(iterated(two, 2, Tracked::label), [10, 20], "moved, still in order");
            let oldest: Option<Tracked> = three.pop();
            assert_eq!(oldest.map(|value| value.label()), Some(1), "moved, still the oldest");
            push_with_room(three, ledger.value(4));
            second = mem::replace(three, CircularBuffer::new(0));
            let order = popped(&mut second, 3, |value| value.label());
            assert_eq!(order, [2, 3, 4], "the elements go where the buffer goes");
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn references_stay_valid_while_the_buffer_is_read() {
        graded!();
        let ledger = Ledger::new();
        let ((), report) = audit::scope(|| {
            let buffer = rotated(4, 3, 4, |n| ledger.value(n));
            let oldest: Option<&Tracked> = buffer.front();
            let mut elements = buffer.iter();
            let _: Option<&Tracked> = elements.next();
            let second: Option<&Tracked> = elements.next();
            let third: Option<&Tracked> = elements.next();
            drop(elements);
            let again: Option<&Tracked> = buffer.front();
            let _: (usize, usize, bool, bool) =
                (buffer.len(), buffer.capacity(), buffer.is_empty(), buffer.is_full());
            let _ = iterated(&buffer, 4, Tracked::label);
            let seen = [oldest, second, third, again].map(|one| one.map(Tracked::label));
            assert_eq!(
                seen,
                [Some(1), Some(2), Some(3), Some(1)],
                "references stay what they are while the buffer is only read, and outlive the \
                 iterator that gave them"
            );
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    /// Lets a value of the buffer's type reach another thread; whether the type
    /// itself allows it is the business of `compile_fail`.
    struct Across<T>(T);

    // SAFETY: used for buffers of `u32` and of `Tracked` only, and of references
    // to them. The contract says that these are Send and Sync.
    unsafe impl<T> Send for Across<T> {}

    impl<T> Across<T> {
        fn into_inner(self) -> T {
            self.0
        }
    }

    #[test]
    fn threads_can_read_one_buffer() {
        graded!();
        let buffer = rotated(4, 3, 4, |n| n);
        let read = |buffer: &CircularBuffer<u32>| {
            let front: Option<&u32> = buffer.front();
            let (len, empty, full): (usize, bool, bool) =
                (buffer.len(), buffer.is_empty(), buffer.is_full());
            (front.copied(), iterated(buffer, 4, |x| *x), len, empty, full)
        };
        let shared = Across(&buffer);
        thread::scope(|scope| {
            let other = scope.spawn(move || read(shared.into_inner()));
            let here = read(&buffer);
            let there = other.join().expect("reading a buffer does not panic");
            let expected = (Some(1), vec![1, 2, 3, 4], 4, false, true);
            assert_eq!(here, expected, "what this thread sees");
            assert_eq!(there, expected, "what the other thread sees at the same time");
        });
    }

    #[test]
    fn buffers_on_two_threads_do_not_meet() {
        graded!();
        let rounds = brief(300, 2);
        let live = move || {
            for _ in 0..rounds {
                let mut buffer = rotated(3, 2, 3, |n| n.to_string());
                let seen = iterated(&buffer, 3, String::clone);
                assert_eq!(seen, ["1", "2", "3"], "a buffer that only this thread can reach");
                let refused: Result<(), &'static str> = buffer.push(String::new());
                assert!(refused.is_err(), "a full buffer refuses a push");
                let oldest: Option<String> = buffer.pop();
                assert_eq!(oldest.as_deref(), Some("1"), "the oldest element leaves first");
                buffer.clear();
            }
        };
        thread::scope(|scope| {
            let other = scope.spawn(live);
            live();
            other.join().expect("buffers of one thread are no business of another");
        });
    }

    #[test]
    fn many_buffers_live_at_once() {
        graded!();
        // More than a number of eight or of sixteen bits can tell apart.
        let count = brief(66_000, 20);
        let mut buffers: Vec<CircularBuffer<u32>> = Vec::new();
        for n in 0..count as u32 {
            let mut buffer = CircularBuffer::new(1);
            push_with_room(&mut buffer, n);
            buffers.push(buffer);
        }
        for (n, buffer) in buffers.iter_mut().enumerate() {
            let only: Option<u32> = buffer.pop();
            assert_eq!(only, Some(n as u32), "buffer {n} of {count} that live at once");
        }
    }

    #[test]
    fn buffer_can_end_on_another_thread() {
        graded!();
        let ledger = Ledger::new();
        let mut buffer = rotated(3, 2, 3, |n| ledger.value(n));
        let _: Option<Tracked> = buffer.pop();
        let moved = Across(buffer);
        let order = thread::spawn(move || {
            let mut buffer = moved.into_inner();
            let oldest: Option<Tracked> = buffer.pop();
            oldest.map(|value| value.label())
        })
        .join()
        .expect("using a buffer on another thread does not panic");
        assert_eq!(order, Some(2), "the elements travel with the buffer");
        let born_there = thread::scope(|scope| {
            let there = scope.spawn(|| Across(rotated(3, 2, 3, |n| ledger.value(n))));
            there.join().expect("making a buffer on another thread does not panic")
        });
        let mut buffer = born_there.into_inner();
        let order = popped(&mut buffer, 3, |value| value.label());
        assert_eq!(order, [1, 2, 3], "a buffer does not end with the thread that made it");
        drop(buffer);
        ledger.assert_all_dropped();
        let ((), report) = audit::scope(|| {
            let moved = Across(rotated(3, 2, 3, |n| ledger.value(n)));
            // What a thread needs for itself is not the buffer's memory.
            audit::pause(|| {
                let there = thread::spawn(move || drop(moved.into_inner()));
                there.join().expect("dropping a buffer on another thread does not panic");
            });
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    /// Traits that a buffer need not implement, but must implement soundly.
    struct Offer<T>(T);

    #[allow(dead_code, reason = "called only where no bound holds")]
    trait NotOffered<T> {
        fn cloned(&self) -> Option<T> {
            None
        }
        fn cloned_over(&self, _target: &mut T) {}
        fn printed(&self) -> Option<String> {
            None
        }
    }

    impl<T> NotOffered<T> for Offer<&T> {}

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Clone> Offer<&T> {
        fn cloned(&self) -> Option<T> {
            Some(self.0.clone())
        }
        fn cloned_over(&self, target: &mut T) {
            target.clone_from(self.0);
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: std::fmt::Debug> Offer<&T> {
        fn printed(&self) -> Option<String> {
            Some(format!("{:?}", self.0))
        }
    }

    /// The same for traits that take the elements out, put some in, or look.
    #[allow(dead_code, reason = "called only where no bound holds")]
    trait MoreNotOffered {
        fn taken_apart(self)
        where
            Self: Sized,
        {
        }
        fn extended(&mut self, _values: Vec<Tracked>) {}
        fn looked_up(&self, _index: usize) {}
        fn looked_up_to_change(&mut self, _index: usize) {}
        fn changed_from_both_ends(self)
        where
            Self: Sized,
        {
        }
    }

    impl<T> MoreNotOffered for Offer<T> {}

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: IntoIterator<Item = Tracked>> Offer<T> {
        fn taken_apart(self) {
            let mut elements = self.0.into_iter();
            let _: (usize, Option<usize>) = elements.size_hint();
            // Whether the oldest or the newest comes first is free.
            let first = elements.next();
            let label = first.map(|value| value.label());
            assert!(
                matches!(label, Some(1..=3)),
                "IntoIterator: expected one of the 3 elements, saw {label:?}"
            );
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Extend<Tracked>> Offer<&mut T> {
        fn extended(&mut self, values: Vec<Tracked>) {
            // An iterator that does not tell how many elements it has.
            self.0.extend(values.into_iter().filter(|_| true));
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Index<usize, Output = Tracked>> Offer<&T> {
        fn looked_up(&self, index: usize) {
            let _ = self.0[index].label();
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: IndexMut<usize, Output = Tracked>> Offer<&mut T> {
        fn looked_up_to_change(&mut self, index: usize) {
            let element: &mut Tracked = &mut self.0[index];
            let _ = element.label();
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<'a, T> Offer<&'a mut T>
    where
        &'a mut T: IntoIterator<Item = &'a mut Tracked>,
        <&'a mut T as IntoIterator>::IntoIter: DoubleEndedIterator,
    {
        fn changed_from_both_ends(self) {
            let mut elements = self.0.into_iter();
            let mut seen: Vec<*const Tracked> = Vec::new();
            for _ in 0..5 {
                for element in [elements.next(), elements.next_back()].into_iter().flatten() {
                    let element: *const Tracked = element;
                    assert!(
                        !seen.contains(&element),
                        "IntoIterator for &mut: the same element was lent twice"
                    );
                    seen.push(element);
                }
            }
        }
    }

    /// Traits that make a buffer from elements, or from nothing.
    struct Maker<T>(std::marker::PhantomData<T>);

    #[allow(dead_code, reason = "called only where no bound holds")]
    trait NotMade {
        fn collected(&self, _values: Vec<Tracked>) {}
        fn converted(&self, _values: [Tracked; 3]) {}
        fn default_and_one(&self, _value: Tracked) {}
    }

    impl<T> NotMade for Maker<T> {}

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: FromIterator<Tracked>> Maker<T> {
        fn collected(&self, values: Vec<Tracked>) {
            // An iterator that does not tell how many elements it has.
            drop(values.into_iter().filter(|_| true).collect::<T>());
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: From<[Tracked; 3]>> Maker<T> {
        fn converted(&self, values: [Tracked; 3]) {
            drop(T::from(values));
        }
    }

    trait Buffer {
        fn push_one(&mut self, value: Tracked);
    }

    impl Buffer for CircularBuffer<Tracked> {
        fn push_one(&mut self, value: Tracked) {
            let _: Result<(), &'static str> = self.push(value);
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Default + Buffer> Maker<T> {
        fn default_and_one(&self, value: Tracked) {
            T::default().push_one(value);
        }
    }

    /// The same for iterators that can be asked from both ends, or copied.
    #[allow(dead_code, reason = "called only where no bound holds")]
    trait OneEnd {
        fn seen_from_both_ends(self, _expected: usize) -> Option<Vec<u32>>
        where
            Self: Sized,
        {
            None
        }
        fn copied_halfway(self, _expected: usize) -> Option<Vec<u32>>
        where
            Self: Sized,
        {
            None
        }
    }

    impl<I> OneEnd for Offer<I> {}

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<'a, I: DoubleEndedIterator<Item = &'a Tracked>> Offer<I> {
        /// The labels that come from the two ends in turn, and what comes after.
        fn seen_from_both_ends(mut self, expected: usize) -> Option<Vec<u32>> {
            let mut seen = Vec::new();
            let skipped = self.0.nth_back(1);
            seen.extend(skipped.map(Tracked::label));
            for turn in 0..expected + 3 {
                let element = if turn % 2 == 0 { self.0.next() } else { self.0.next_back() };
                seen.extend(element.map(Tracked::label));
            }
            Some(seen)
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<'a, I: Iterator<Item = &'a Tracked> + Clone> Offer<I> {
        /// The labels that a clone sees after one step of the original.
        fn copied_halfway(mut self, expected: usize) -> Option<Vec<u32>> {
            let _ = self.0.next();
            let copy = self.0.clone();
            let _ = self.0.next();
            Some(copy.take(expected + 3).map(Tracked::label).collect())
        }
    }

    #[test]
    fn iterators_beyond_the_contract_are_sound() {
        graded!();
        for (capacity, head, length) in [(4, 3, 3), (4, 2, 4), (4, 0, 4), (3, 1, 0), (1, 0, 1)]
        {
            let ledger = Ledger::new();
            let ((), report) = audit::scope(|| {
                let buffer = rotated(capacity, head, length, |n| ledger.value(n));
                let _ = Offer(buffer.iter()).seen_from_both_ends(length);
                let _ = Offer(buffer.iter()).copied_halfway(length);
            });
            // What was seen that never was an element stands in the ledger.
            ledger.assert_all_dropped();
            report.assert_clean();
        }
    }

    #[test]
    fn more_traits_beyond_the_contract_are_sound() {
        graded!();
        let ledger = Ledger::new();
        let ((), report) = audit::scope(|| {
            Offer(rotated(4, 3, 3, |n| ledger.value(n))).taken_apart();
            let mut buffer = rotated(4, 3, 3, |n| ledger.value(n));
            for index in [0, 2, 3, 4, 5, usize::MAX] {
                let _ = quiet::catch(|| Offer(&buffer).looked_up(index));
                let _ = quiet::catch(|| Offer(&mut buffer).looked_up_to_change(index));
            }
            Offer(&mut buffer).changed_from_both_ends();
            let more = [4, 5, 6].map(|n| ledger.value(n));
            // What does not fit may be dropped, or end in a panic.
            let _ = quiet::catch(|| Offer(&mut buffer).extended(Vec::from(more)));
            let (len, capacity): (usize, usize) = (buffer.len(), buffer.capacity());
            assert!(
                len <= capacity,
                "after Extend there are {len} elements in {capacity} slots"
            );
            let _ = popped(&mut buffer, len, |value| value.label());
            let made = Maker::<CircularBuffer<Tracked>>(std::marker::PhantomData);
            let three = || [7, 8, 9].map(|n| ledger.value(n));
            let _ = quiet::catch(|| made.collected(Vec::from(three())));
            let _ = quiet::catch(|| made.converted(three()));
            let _ = quiet::catch(|| made.default_and_one(ledger.value(10)));
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn traits_beyond_the_contract_are_sound() {
        graded!();
        let ledger = Ledger::new();
        let ((), report) = audit::scope(|| {
            let buffer = rotated(4, 3, 2, |n| ledger.value(n));
            let _: Option<String> = Offer(&buffer).printed();
            let copy: Option<CircularBuffer<Tracked>> = Offer(&buffer).cloned();
            drop(buffer);
            if let Some(mut copy) = copy {
                let _: Option<Tracked> = copy.pop();
                let _: Result<(), &'static str> = copy.push(ledger.value(3));
            }
        });
        ledger.assert_all_dropped();
        report.assert_clean();

        let ledger = Ledger::new();
        let ((), report) = audit::scope(|| {
            let buffer = rotated(4, 3, 2, |n| ledger.value(n));
            let mut target = rotated(3, 2, 3, |n| ledger.value(10 * n));
            Offer(&buffer).cloned_over(&mut target);
            let _: Option<Tracked> = target.pop();
        });
        ledger.assert_all_dropped();
        report.assert_clean();
    }

    #[test]
    fn a_panicking_clone_of_an_element_does_no_harm() {
        graded!();
        for over in [false, true] {
            let ledger = Ledger::new();
            let ((), report) = audit::scope(|| {
                let buffer = rotated(4, 3, 3, |n| ledger.value(n));
                let mut target = rotated(3, 2, 3, |n| ledger.value(10 * n));
                ledger.panic_on_clone(2);
                let _ = quiet::catch(|| {
                    if over {
                        Offer(&buffer).cloned_over(&mut target);
                    } else {
                        drop(Offer(&buffer).cloned());
                    }
                });
                let seen = iterated(&buffer, 3, Tracked::label);
                assert_eq!(seen, [1, 2, 3], "a clone does not change what it is taken from");
            });
            // Whether such a clone leaks is nobody's business; what it drops is.
            ledger.assert_sound();
            report.assert_no_faults();
        }
    }
}
