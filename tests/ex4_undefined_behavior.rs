//! The graded suite of exercise 4, undefined behaviour.
//!
//! It knows what each function is documented to do, and nothing of how. The
//! right verdicts stand here as salted digests only.

use unsafe_workbook::ex4_undefined_behavior as ex4;
use workbook_support::audit::{Report, scope};
use workbook_support::{brief, graded};

/// A record that is aligned, so that its odd offsets are not.
#[repr(align(16))]
struct Record([u8; 24]);

impl Record {
    /// Every byte different, so that a wrong offset shows.
    fn numbered() -> Record {
        Record(std::array::from_fn(|n| 0x11 + 7 * n as u8))
    }
}

/// What `padded_checksum`, `fold_forwards` and `fold_backwards` compute.
fn fold(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.fold(0, |result: u32, number| result.wrapping_mul(31).wrapping_add(number))
}

/// What `padded_checksum` returns.
fn checksum_of_padded(bytes: &[u8], len: usize) -> u32 {
    let zeros = std::iter::repeat(&0);
    fold(bytes.iter().chain(zeros).take(len).map(|byte| u32::from(*byte)))
}

/// What `read_word` returns.
fn word_at(record: &[u8], offset: usize) -> Option<u32> {
    let bytes = record.get(offset..)?.get(..4)?;
    Some(bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)))
}

/// What `alternate` makes of `value`.
fn alternated(value: u64, steps: u8) -> u64 {
    (0..steps).fold(value, |value, step| {
        if step % 2 == 0 { value.wrapping_mul(3) } else { value.wrapping_add(1) }
    })
}

/// A vector with `values` and no room for one more.
fn without_room(values: &[u32]) -> Vec<u32> {
    values.to_vec().into_boxed_slice().into_vec()
}

/// Runs `work` where a second free and a write behind a block are noticed, and
/// do no harm.
#[track_caller]
fn watched<R>(work: impl FnOnce() -> R) -> R {
    let (result, report) = scope(work);
    report.assert_no_faults();
    result
}

/// Runs `work` and sees that it leaves the memory in order.
#[track_caller]
fn cleanly(work: impl FnOnce()) -> Report {
    let ((), report) = scope(work);
    report.assert_clean();
    report
}

mod control {
    use super::*;
    use workbook_support::quiet;

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let mut slots = [1, 2, 3];
        let fooled = quiet::catch(|| {
            let before: Option<u32> = ex4::store(&mut slots, 1, 9);
            assert_eq!(before, Some(3));
        });
        assert!(fooled.is_err(), "a 2 was taken for a 3: comparisons cannot be trusted");
        let fooled = quiet::catch(|| {
            let sum: u32 = ex4::fold_forwards(&[1, 2]);
            assert_eq!(sum, 34);
        });
        assert!(fooled.is_err(), "33 was taken for 34: comparisons cannot be trusted");
    }
}

mod diagnosis {
    use super::*;
    use unsafe_workbook::ex4_undefined_behavior::{DIAGNOSES, Diagnosis};

    /// A digest for each function, of its name and the right verdict on it.
    const ANSWERS: [(&str, u64); 17] = [
        ("store", 0x72e5_0e45_4746_90db),
        ("add_then_scale", 0x8e72_5e7e_a0a3_cfda),
        ("scale_then_add", 0xe02b_591e_c963_05ae),
        ("sum_by_parity", 0x80cd_c5e0_663e_1469),
        ("padded_checksum", 0xaf15_e804_8bea_9a2c),
        ("append_and_raise", 0xffad_8818_087f_6a51),
        ("append_and_lower", 0xce3f_fd43_2d7b_8321),
        ("read_word", 0xf005_293f_13d0_e2d9),
        ("count_set", 0x1ef6_c30b_e65c_7cc4),
        ("weigh_in_parallel", 0xbfe6_8e12_a4d2_40cf),
        ("fold_forwards", 0x2e50_85b9_982f_d0e6),
        ("fold_backwards", 0xae51_f43c_c8ea_2c08),
        ("count_negative", 0x44df_d7c0_22d2_745e),
        ("alternate", 0x2160_944c_5159_80f0),
        ("exchange", 0xa0ee_b238_24f5_35f3),
        ("raise_all", 0x5fc4_fd43_02b0_895e),
        ("two_slots", 0xaae7_858f_d83e_0dca),
    ];

    /// Not secret, only not to be read at a glance.
    fn digest(function: &str, verdict: &str) -> u64 {
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        for part in ["unsafe-workbook ex4 salt 7", "|", function, "|", verdict] {
            for byte in part.bytes() {
                state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        for _ in 0..64 {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            state = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            state = (state ^ state >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            state ^= state >> 31;
        }
        state
    }

    #[allow(unreachable_patterns, reason = "a submission may know more verdicts")]
    fn name(verdict: &Diagnosis) -> &'static str {
        match verdict {
            Diagnosis::OutOfBounds => "OutOfBounds",
            Diagnosis::AliasingViolation => "AliasingViolation",
            Diagnosis::DoubleFree => "DoubleFree",
            Diagnosis::UninitializedRead => "UninitializedRead",
            Diagnosis::UseAfterFree => "UseAfterFree",
            Diagnosis::Misaligned => "Misaligned",
            Diagnosis::InvalidValue => "InvalidValue",
            Diagnosis::DataRace => "DataRace",
            Diagnosis::Defined => "Defined",
            _ => "a verdict of its own",
        }
    }

    /// The verdicts that are recorded for `function`.
    fn recorded(function: &str) -> Vec<&'static str> {
        let all: &[(&str, Diagnosis)] = &DIAGNOSES;
        all.iter().filter(|(name, _)| *name == function).map(|(_, v)| name(v)).collect()
    }

    #[test]
    #[cfg_attr(miri, ignore = "compares words, which Miri has nothing to say about")]
    fn each_function_has_one_entry() {
        graded!();
        let all: &[(&str, Diagnosis)] = &DIAGNOSES;
        for (function, _) in all {
            assert!(
                ANSWERS.iter().any(|(name, _)| name == function),
                "expected the name of a function of this exercise, found the entry \
                 `{function}`: is it spelt as in the file?"
            );
        }
        for (function, _) in ANSWERS {
            let count = recorded(function).len();
            assert!(
                count == 1,
                "expected one entry for `{function}` in DIAGNOSES, found {count}"
            );
        }
    }

    fn is_right(function: &str, verdict: &str) -> bool {
        let right = digest(function, verdict);
        ANSWERS.iter().any(|(name, answer)| *name == function && *answer == right)
    }

    #[track_caller]
    fn judge(function: &str) {
        let verdict = match recorded(function)[..] {
            [] => panic!(
                "expected one verdict on `{function}`, found none: add an entry with that name \
                 to DIAGNOSES"
            ),
            [verdict] => verdict,
            [..] => panic!(
                "expected one verdict on `{function}`, found several: `{}`. An answer that \
                 says everything says nothing",
                recorded(function).join("`, `")
            ),
        };
        assert!(
            is_right(function, verdict),
            "expected another verdict on `{function}` than `{verdict}`: look for the call that \
             breaks the most, ask which rule it breaks, and which rule the code keeps although \
             it does not look so"
        );
        // One verdict on everything is right somewhere, and says nothing.
        let all: &[(&str, Diagnosis)] = &DIAGNOSES;
        let same: Vec<&str> =
            all.iter().filter(|(_, v)| name(v) == verdict).map(|(of, _)| *of).collect();
        let right = same.iter().filter(|of| is_right(of, verdict)).count();
        let guessed = 2 * same.len() > ANSWERS.len() && 2 * right < same.len();
        assert!(
            !guessed,
            "expected a verdict on each function, not one on all: DIAGNOSES has `{verdict}` for \
             {} of {}, which is wrong more often than right, and counts for none until then",
            same.len(),
            ANSWERS.len()
        );
    }

    macro_rules! verdict_on {
        ($($function:ident)*) => {$(
            #[test]
            #[cfg_attr(miri, ignore = "compares words, which Miri has nothing to say about")]
            fn $function() {
                graded!();
                judge(stringify!($function));
            }
        )*};
    }

    verdict_on! {
        store
        add_then_scale
        scale_then_add
        sum_by_parity
        padded_checksum
        append_and_raise
        append_and_lower
        read_word
        count_set
        weigh_in_parallel
        fold_forwards
        fold_backwards
        count_negative
        alternate
        exchange
        raise_all
        two_slots
    }
}

/// Runs `scenario` in a process of its own, since a debug build ends the
/// process at a misaligned access. Under Miri, runs it here.
#[track_caller]
fn survives(test: &str, scenario: impl FnOnce()) {
    use workbook_support::child::{Ending, run_refusing};
    if cfg!(miri) {
        return scenario();
    }
    match run_refusing(test, usize::MAX, scenario) {
        Ending::Returned => {}
        Ending::Panicked(text) => panic!("{text}"),
        Ending::AllocError => panic!("expected the call to return, but it ran out of memory"),
        Ending::Other(text) => panic!(
            "expected the call to return, but its process was ended ({text}): a debug build \
             checks the alignment of each access through a pointer, and aborts"
        ),
    }
}

/// Waiting for the other thread, but not for ever: a correct submission may let
/// one thread through at a time.
mod meeting {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    /// Whether somebody came, from the first half and from the second.
    pub struct Meeting([AtomicBool; 2]);

    impl Meeting {
        pub const fn new() -> Meeting {
            Meeting([AtomicBool::new(false), AtomicBool::new(false)])
        }

        pub fn reset(&self) {
            for came in &self.0 {
                came.store(false, Ordering::Relaxed);
            }
        }

        /// Comes from `half` (0 or 1), and waits until both have come. Who comes
        /// again does not wait: where one thread follows the other, they never
        /// meet, and once is enough to see it.
        // ORDERING: relaxed, so that no order between the threads comes from the
        // test: a race must stay one.
        pub fn attend(&self, half: usize, patience: Duration) {
            if self.0[half].swap(true, Ordering::Relaxed) {
                return;
            }
            let there = || self.0[1 - half].load(Ordering::Relaxed);
            if cfg!(miri) {
                for _ in 0..20 {
                    if there() {
                        return;
                    }
                    std::thread::yield_now();
                }
                return;
            }
            let start = Instant::now();
            while !there() && start.elapsed() < patience {
                std::thread::yield_now();
            }
        }
    }
}

mod unit {
    use super::meeting::Meeting;
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::thread::{self, ThreadId};
    use std::time::{Duration, Instant};
    use workbook_support::test_path;

    #[test]
    fn store_writes_and_returns_what_was_there() {
        graded!();
        let mut slots = [10, 20, 30];
        for (index, expected) in [(0, 10), (2, 30), (1, 20), (1, 91)] {
            let value = 90 + index as u32;
            let before: Option<u32> = ex4::store(&mut slots, index, value);
            assert_eq!(before, Some(expected), "expected what slot {index} held before");
            assert_eq!(slots[index], value, "expected the write to slot {index} to stay");
        }
        assert_eq!(slots, [90, 91, 92], "expected each write in its own slot");
        let before: Option<u32> = ex4::store(&mut slots, 1, 0);
        assert_eq!((before, slots[1]), (Some(91), 0), "expected a 0 to be written as well");
        let before: Option<u32> = ex4::store(&mut slots, 1, 0);
        assert_eq!(before, Some(0), "expected the 0 that slot 1 held: it is a number, no None");
    }

    #[test]
    fn store_refuses_the_slot_behind_the_last() {
        graded!();
        let mut all = [1, 2, 3, 4, 5, 6];
        for len in 0..=4 {
            let (slots, _) = all.split_at_mut(len);
            let before: Option<u32> = ex4::store(slots, len, 99);
            assert_eq!(
                before, None,
                "expected None: slot {len} does not exist when there are {len}, since they are \
                 counted from 0"
            );
            assert_eq!(
                all,
                [1, 2, 3, 4, 5, 6],
                "expected nothing to be written behind {len} slots"
            );
        }
    }

    #[test]
    fn store_refuses_every_slot_further_off() {
        graded!();
        let mut slots = [1, 2, 3];
        for index in [4, 5, 1000, usize::MAX / 4 + 1, usize::MAX / 2, usize::MAX] {
            let before: Option<u32> = ex4::store(&mut slots, index, 99);
            assert_eq!(before, None, "expected None: slot {index} of 3 does not exist");
        }
        assert_eq!(slots, [1, 2, 3], "expected a refused write to change nothing");
    }

    #[test]
    fn add_then_scale_changes_the_value_in_this_order() {
        graded!();
        let mut value = 5;
        let result: u32 = ex4::add_then_scale(&mut value, 2, 10);
        assert_eq!(result, 70, "expected (5 + 2) * 10");
        assert_eq!(value, 70, "expected the value itself to change, not a copy of it");
        let result: u32 = ex4::add_then_scale(&mut value, u32::MAX, 1 << 31);
        assert_eq!(result, 1 << 31, "expected both steps to wrap: (70 - 1) * 2^31");
        assert_eq!(value, 1 << 31, "expected the value itself to change");
    }

    #[test]
    fn scale_then_add_changes_the_value_in_this_order() {
        graded!();
        let mut value = 5;
        let result: u32 = ex4::scale_then_add(&mut value, 10, 2);
        assert_eq!(
            result, 52,
            "expected 5 * 10 + 2: the repair must not swap what happens to the value"
        );
        assert_eq!(value, 52, "expected the value itself to change, not a copy of it");
        let result: u32 = ex4::scale_then_add(&mut value, u32::MAX, u32::MAX);
        assert_eq!(result, u32::MAX - 52, "expected both steps to wrap: 52 * -1 - 1");
        assert_eq!(value, u32::MAX - 52, "expected the value itself to change");
    }

    #[test]
    fn sum_by_parity_adds_up_each_half() {
        graded!();
        let cases: [(&[u32], (u32, u32)); 5] = [
            (&[], (0, 0)),
            (&[7], (7, 0)),
            (&[1, 20], (1, 20)),
            (&[1, 20, 300, 4000, 50000], (50301, 4020)),
            (&[u32::MAX, 1, 2, u32::MAX], (1, 0)),
        ];
        for (values, expected) in cases {
            let sums: (u32, u32) = watched(|| ex4::sum_by_parity(values.into()));
            assert_eq!(sums, expected, "expected the sums of both halves of {values:?}");
        }
    }

    #[test]
    fn padded_checksum_cuts_what_is_too_long() {
        graded!();
        for len in 0..=4 {
            let sum: u32 = ex4::padded_checksum(b"\x01\xFFab", len);
            let expected = checksum_of_padded(b"\x01\xFFab", len);
            assert_eq!(sum, expected, "expected the checksum of the first {len} bytes");
        }
    }

    #[test]
    fn padded_checksum_counts_missing_bytes_as_zero() {
        graded!();
        let cases: [(&[u8], usize); 5] =
            [(b"", 1), (b"", 40), (b"a", 2), (b"abc", 64), (b"\0\0", 9)];
        for (bytes, len) in cases {
            let sum: u32 = watched(|| ex4::padded_checksum(bytes, len));
            let expected = checksum_of_padded(bytes, len);
            assert_eq!(
                sum,
                expected,
                "expected {} bytes followed by {} zeros: memory that was never written to \
                 holds anything at all, here 0xA5",
                bytes.len(),
                len - bytes.len()
            );
        }
    }

    #[test]
    fn append_and_raise_with_room_to_grow() {
        graded!();
        let mut values = Vec::with_capacity(8);
        values.extend([100, 200]);
        let raised: Option<u32> = ex4::append_and_raise(&mut values, 5);
        assert_eq!(raised, Some(105), "expected the new value of the first element");
        assert_eq!(values, [105, 200, 5], "expected one element more, and the first raised");
    }

    #[test]
    fn append_and_raise_without_room() {
        graded!();
        for len in [1, 2, 3, 8] {
            let (raised, values) = scope(|| {
                let mut values = without_room(&vec![100; len]);
                let raised: Option<u32> = ex4::append_and_raise(&mut values, 5);
                (raised, values)
            })
            .0;
            assert_eq!(
                raised,
                Some(105),
                "expected the new value of the first of {len} elements: when there is no room, \
                 `push` moves them all and frees the memory in which they were"
            );
            let mut expected = vec![100; len];
            expected[0] = 105;
            expected.push(5);
            assert_eq!(values, expected, "expected the first element raised where it is now");
        }
    }

    #[test]
    fn append_and_raise_wraps() {
        graded!();
        let mut values = Vec::with_capacity(2);
        values.push(u32::MAX);
        let raised: Option<u32> = ex4::append_and_raise(&mut values, 2);
        assert_eq!(raised, Some(1), "expected the addition to wrap");
        assert_eq!(values, [1, 2], "expected the addition to wrap in the vector, too");
        let raised: Option<u32> = ex4::append_and_raise(&mut values, u32::MAX);
        assert_eq!(raised, Some(0), "expected 1 + u32::MAX to be 0, which is no None");
        let raised: Option<u32> = ex4::append_and_raise(&mut values, 0);
        assert_eq!(raised, Some(0), "expected 0 + 0 to be 0, which is no None");
        assert_eq!(values, [0, 2, u32::MAX, 0], "expected each number to be appended");
    }

    #[test]
    fn append_and_raise_of_an_empty_vector() {
        graded!();
        let mut values = Vec::new();
        let raised: Option<u32> = ex4::append_and_raise(&mut values, 5);
        assert_eq!(raised, None, "expected None: there was no first element to raise");
        assert_eq!(values, [5], "expected the new element as it is");
    }

    #[test]
    fn append_and_lower_with_and_without_room() {
        graded!();
        for room in [0, 5] {
            let (lowered, values) = watched(|| {
                let mut values = without_room(&[100, 200]);
                values.reserve_exact(room);
                let lowered: Option<u32> = ex4::append_and_lower(&mut values, 5);
                (lowered, values)
            });
            assert_eq!(lowered, Some(95), "expected the new value of the first element");
            assert_eq!(
                values,
                [95, 200, 5],
                "expected one element more, and the first lowered"
            );
        }
        let mut values = vec![1];
        let lowered: Option<u32> = ex4::append_and_lower(&mut values, 2);
        assert_eq!(lowered, Some(u32::MAX), "expected the subtraction to wrap");
        assert_eq!(values, [u32::MAX, 2], "expected it to wrap in the vector, too");
        let lowered: Option<u32> = ex4::append_and_lower(&mut values, u32::MAX);
        assert_eq!(lowered, Some(0), "expected a number less itself to be 0, which is no None");
        let lowered: Option<u32> = ex4::append_and_lower(&mut values, 0);
        assert_eq!(lowered, Some(0), "expected 0 - 0 to be 0, which is no None");
        assert_eq!(values, [0, 2, u32::MAX, 0], "expected each number to be appended");
    }

    #[test]
    fn append_and_lower_of_an_empty_vector() {
        graded!();
        let mut values = Vec::new();
        let lowered: Option<u32> = ex4::append_and_lower(&mut values, 5);
        assert_eq!(lowered, None, "expected None: there was no first element to lower");
        assert_eq!(values, [5], "expected the new element as it is");
    }

    #[test]
    fn read_word_reads_at_every_offset() {
        graded!();
        survives(test_path!(), || {
            let record = Record::numbered();
            for offset in 0..=20 {
                let word: Option<u32> = ex4::read_word(&record.0, offset);
                let expected = word_at(&record.0, offset);
                assert_eq!(
                    word, expected,
                    "expected the four bytes from offset {offset} on, the least significant \
                     first, whether or not the offset is a multiple of four"
                );
            }
            // Records that begin anywhere.
            for start in 1..4 {
                for offset in [0, 1, 2, 3, 4, 8] {
                    let word: Option<u32> = ex4::read_word(&record.0[start..], offset);
                    let expected = word_at(&record.0[start..], offset);
                    assert_eq!(
                        word, expected,
                        "expected the bytes from {offset} on of a record that begins at an \
                         address {start} above a multiple of four"
                    );
                }
            }
            let len = brief(70_000, 400);
            let long: Vec<u8> = (0..len).map(|n| (n / 3) as u8).collect();
            for offset in [4, 255, 256, 257, 300, 395, 396, len - 10, len - 5, len - 4] {
                let word: Option<u32> = ex4::read_word(&long, offset);
                let expected = word_at(&long, offset);
                assert_eq!(word, expected, "expected the bytes from {offset} on of {len}");
            }
        });
    }

    #[test]
    fn read_word_refuses_what_the_record_does_not_hold() {
        graded!();
        let record = Record::numbered();
        for offset in [21, 22, 23, 24, 25, usize::MAX - 3, usize::MAX - 2, usize::MAX] {
            let word: Option<u32> = ex4::read_word(&record.0, offset);
            assert_eq!(word, None, "expected None: 24 bytes do not hold four from {offset} on");
        }
        for shift in 5..usize::BITS {
            // Cut to fewer bits, these are offsets that the record has.
            for offset in [1 << shift, (1 << shift) + 4] {
                let word: Option<u32> = ex4::read_word(&record.0, offset);
                assert_eq!(word, None, "expected None: 24 bytes do not hold byte {offset}");
            }
        }
        for len in 0..4 {
            let word: Option<u32> = ex4::read_word(&record.0[..len], 0);
            assert_eq!(word, None, "expected None: {len} bytes do not hold four");
        }
        let word: Option<u32> = ex4::read_word(&record.0[..4], 0);
        assert_eq!(word, word_at(&record.0, 0), "expected four bytes to hold one word");
        let word: Option<u32> = ex4::read_word(&[0; 4], 0);
        assert_eq!(
            word,
            Some(0),
            "expected four bytes of 0 to be the number 0, which is no None"
        );
    }

    #[test]
    fn count_set_of_zeros_and_ones() {
        graded!();
        let cases: [(&[u8], usize); 4] =
            [(&[], 0), (&[0], 0), (&[1], 1), (&[1, 0, 0, 1, 1, 0], 3)];
        for (flags, expected) in cases {
            let count: usize = ex4::count_set(flags);
            assert_eq!(count, expected, "expected the number of bytes of {flags:?} not zero");
        }
        let count: usize = ex4::count_set(&[1; 300]);
        assert_eq!(
            count, 300,
            "expected 300 ones to be counted: no count of 8 bits holds them"
        );
    }

    #[test]
    fn count_set_counts_every_byte_but_zero() {
        graded!();
        for byte in 1..=u8::MAX {
            if cfg!(miri) && byte % 51 != 0 && byte > 3 {
                continue;
            }
            let count: usize = ex4::count_set(&[0, byte, byte, 0]);
            assert_eq!(
                count, 2,
                "expected two of the bytes [0, {byte}, {byte}, 0] to count: they are not zero, \
                 and neither `true` nor `false`"
            );
        }
    }

    #[test]
    fn weigh_in_parallel_weighs_each_item_once() {
        graded!();
        static WEIGHED: [AtomicUsize; 9] = [const { AtomicUsize::new(0) }; 9];
        static MIDDLE: AtomicUsize = AtomicUsize::new(0);
        static MEETING: Meeting = Meeting::new();
        fn weigh(item: u32) -> u64 {
            WEIGHED[item as usize].fetch_add(1, Ordering::Relaxed);
            if MIDDLE.load(Ordering::Relaxed) > 0 {
                let half = item as usize >= MIDDLE.load(Ordering::Relaxed);
                MEETING.attend(usize::from(half), Duration::from_millis(20));
            }
            1
        }
        let items: [u32; 9] = std::array::from_fn(|n| n as u32);
        for len in [0, 1, 2, 9] {
            MEETING.reset();
            MIDDLE.store(len / 2, Ordering::Relaxed);
            for count in &WEIGHED {
                count.store(0, Ordering::Relaxed);
            }
            let _: u64 = ex4::weigh_in_parallel(&items[..len], weigh);
            for (item, count) in WEIGHED.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                let expected = usize::from(item < len);
                assert_eq!(
                    count, expected,
                    "expected item {item} of {len} to be weighed {expected} times, also when \
                     both threads are at it at the same moment"
                );
            }
        }
    }

    #[test]
    fn weigh_in_parallel_uses_a_thread_for_each_half() {
        graded!();
        static SEEN: Mutex<Vec<(u32, ThreadId)>> = Mutex::new(Vec::new());
        fn weigh(item: u32) -> u64 {
            SEEN.lock().unwrap().push((item, thread::current().id()));
            0
        }
        for len in [2_u32, 3, 8] {
            SEEN.lock().unwrap().clear();
            let items: Vec<u32> = (0..len).collect();
            let _: u64 = ex4::weigh_in_parallel(&items, weigh);
            let seen: Vec<(u32, ThreadId)> = SEEN.lock().unwrap().clone();
            let on = |item: u32| {
                let found = seen.iter().find(|(seen, _)| *seen == item);
                found.unwrap_or_else(|| panic!("expected item {item} to be weighed")).1
            };
            for item in 1..len {
                let (same, word) = match item {
                    _ if item < len / 2 => (on(item) == on(0), "one thread"),
                    _ if item > len / 2 => (on(item) == on(len - 1), "one thread"),
                    _ => (on(item) != on(0), "another thread than the first half"),
                };
                assert!(
                    same,
                    "expected item {item} of {len} to be weighed on {word}: a repair that gives \
                     up the second thread leaves out what the function is for"
                );
            }
        }
    }

    #[test]
    fn weigh_in_parallel_uses_two_threads_for_many_items() {
        graded!();
        static SEEN: Mutex<Vec<(u32, ThreadId)>> = Mutex::new(Vec::new());
        /// Takes the thread down for items that are not 0.
        fn weigh(item: u32) -> u64 {
            if item > 0 {
                SEEN.lock().unwrap().push((item, thread::current().id()));
            }
            0
        }
        let lens: &[usize] = brief(&[100, 1_001, 200_003], &[33]);
        for &len in lens {
            SEEN.lock().unwrap().clear();
            let mut items = vec![0; len];
            let half = len / 2;
            let places = [0, half / 4, half / 2, half - 1, half, half + half / 2, len - 1];
            for (mark, place) in (1..).zip(places) {
                items[place] = mark;
            }
            let _: u64 = ex4::weigh_in_parallel(&items, weigh);
            let seen: Vec<(u32, ThreadId)> = SEEN.lock().unwrap().clone();
            let on = |mark: u32| {
                let found = seen.iter().find(|(seen, _)| *seen == mark);
                found.unwrap_or_else(|| panic!("expected each of {len} items to be weighed")).1
            };
            for (mark, place) in (1..).zip(places) {
                let (first, word) = if place < half { (1, "first") } else { (5, "second") };
                assert!(
                    on(mark) == on(first),
                    "expected item {place} of {len} on the same thread as all of the {word} half: \
                     there is one thread for each half, however many items there are"
                );
            }
            assert!(on(1) != on(5), "expected the halves of {len} items on two threads");
        }
    }

    #[test]
    fn weigh_in_parallel_loses_no_sum_when_the_threads_meet() {
        graded!();
        static MEETING: Meeting = Meeting::new();
        fn weigh(item: u32) -> u64 {
            // Both threads are inside of `weigh` at the same time, if that is
            // possible at all.
            MEETING.attend(item as usize, Duration::from_millis(300));
            if item == 0 { 40 } else { 2 }
        }
        let total: u64 = ex4::weigh_in_parallel(&[0, 1], weigh);
        assert_eq!(
            total, 42,
            "expected 40 + 2: both threads read the total before either wrote it, so one wrote \
             over what the other had added"
        );
    }

    #[test]
    fn weigh_in_parallel_loses_no_sum_in_a_rush() {
        graded!();
        fn weigh(item: u32) -> u64 {
            u64::from(item)
        }
        static MEETING: Meeting = Meeting::new();
        fn weigh_together(item: u32) -> u64 {
            if item >= 1 << 30 {
                // The first item of each half.
                MEETING.attend((item & 1) as usize, Duration::from_millis(50));
            }
            u64::from(item)
        }
        let len = brief(400_000, 24);
        let mut items: Vec<u32> = (0..len).collect();
        items[0] = 1 << 30;
        items[len as usize / 2] = 1 << 30 | 1;
        let expected: u64 = items.iter().copied().map(weigh).sum();
        disturbed(|| {
            let start = (!cfg!(miri)).then(Instant::now);
            let patience = Duration::from_millis(200);
            let mut rounds = 0;
            while rounds == 0 || start.is_some_and(|s| rounds < 4 || s.elapsed() < patience) {
                rounds += 1;
                MEETING.reset();
                let total: u64 = ex4::weigh_in_parallel(&items, weigh_together);
                assert_eq!(
                    total, expected,
                    "expected the sum of {len} weights: an addition that is a read and a write \
                     of its own loses what the other thread adds in between"
                );
            }
        });
    }

    /// Runs `work` among threads that interrupt it all the time: on a busy
    /// machine, threads rarely interrupt each other at the wrong moment by
    /// themselves.
    fn disturbed(work: impl FnOnce()) {
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        if cfg!(miri) {
            return work();
        }
        let stop = AtomicBool::new(false);
        thread::scope(|threads| {
            let _stop = Stop(&stop);
            for _ in 0..4 {
                threads.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        thread::sleep(Duration::from_micros(20));
                    }
                });
            }
            work();
        });
    }

    #[test]
    fn weigh_in_parallel_wraps() {
        graded!();
        fn weigh(_: u32) -> u64 {
            u64::MAX
        }
        let total: u64 = ex4::weigh_in_parallel(&[0], weigh);
        assert_eq!(total, u64::MAX, "expected the one weight");
        let total: u64 = ex4::weigh_in_parallel(&[], weigh);
        assert_eq!(total, 0, "expected nothing to weigh nothing");
        static MEETING: Meeting = Meeting::new();
        fn weigh_together(item: u32) -> u64 {
            MEETING.attend(item as usize, Duration::from_millis(300));
            u64::MAX - 1
        }
        let total: u64 = ex4::weigh_in_parallel(&[0, 1], weigh_together);
        assert_eq!(total, u64::MAX - 3, "expected the addition to wrap: -2 - 2");
        let total: u64 = ex4::weigh_in_parallel(&[0; 7], weigh);
        assert_eq!(total, u64::MAX - 6, "expected it to wrap within each half as well");
        fn large_and_odd(item: u32) -> u64 {
            (1 << 54) + u64::from(item)
        }
        let total: u64 = ex4::weigh_in_parallel(&[1, 2, 4, 8], large_and_odd);
        assert_eq!(
            total,
            (1 << 56) + 15,
            "expected each bit of a large sum, the last ones too"
        );
    }

    #[test]
    fn weigh_in_parallel_keeps_two_calls_apart() {
        graded!();
        fn plain(item: u32) -> u64 {
            u64::from(item)
        }
        // A call in the midst of another one: each has a total of its own.
        static MEETING: Meeting = Meeting::new();
        fn weigh(item: u32) -> u64 {
            MEETING.attend(usize::from(item > 2), Duration::from_millis(300));
            let inside: u64 = ex4::weigh_in_parallel(&[item, 10, 20], plain);
            1000 + inside
        }
        let total: u64 = ex4::weigh_in_parallel(&[1, 2, 3, 4], weigh);
        assert_eq!(
            total, 4130,
            "expected 1031 + 1032 + 1033 + 1034: `weigh` made calls of its own, whose weights are \
             none of the outer call"
        );
    }

    #[test]
    fn fold_forwards_takes_every_number() {
        graded!();
        let cases: [(&[u32], u32); 4] =
            [(&[], 0), (&[7], 7), (&[1, 2, 3], (31 + 2) * 31 + 3), (&[u32::MAX, 32], 1)];
        for (values, expected) in cases {
            let result: u32 = ex4::fold_forwards(values);
            assert_eq!(result, expected, "expected {values:?} folded, the last one included");
        }
    }

    #[test]
    fn fold_backwards_takes_every_number() {
        graded!();
        let cases: [(&[u32], u32); 4] =
            [(&[], 0), (&[7], 7), (&[1, 2, 3], (3 * 31 + 2) * 31 + 1), (&[32, u32::MAX], 1)];
        for (values, expected) in cases {
            let result: u32 = ex4::fold_backwards(values);
            assert_eq!(result, expected, "expected {values:?} folded, the first one included");
        }
    }

    #[test]
    fn fold_backwards_of_a_part_stays_inside() {
        graded!();
        let all = [1000, 1, 2, 3, 2000];
        let result: u32 = ex4::fold_backwards(&all[1..4]);
        assert_eq!(result, (3 * 31 + 2) * 31 + 1, "expected the neighbours to be left alone");
        let result: u32 = ex4::fold_backwards(&all[2..2]);
        assert_eq!(result, 0, "expected no number of an empty part");
    }

    #[test]
    fn count_negative_goes_by_the_sign_bit() {
        graded!();
        let nan = 0x7FC0_0001_u32;
        let cases = [
            (0, 0, "0.0"),
            (1 << 31, 1, "-0.0"),
            (1.5_f32.to_bits(), 0, "1.5"),
            ((-1.5_f32).to_bits(), 1, "-1.5"),
            (nan, 0, "a NaN without a sign"),
            (nan | 1 << 31, 1, "a NaN with a sign"),
            (0xFF80_0000, 1, "minus infinity"),
            (0x8000_0001, 1, "the smallest negative number there is"),
            (0x7FFF_FFFF, 0, "all bits but the sign"),
            (u32::MAX, 1, "all bits"),
        ];
        for (bits, expected, what) in cases {
            let count: usize = ex4::count_negative(&[bits]);
            assert_eq!(count, expected, "expected {expected} for {what} ({bits:#010x})");
        }
        for (bits, expected, what) in cases {
            let count: usize = ex4::count_negative(&[bits; 3]);
            assert_eq!(
                count,
                3 * expected,
                "expected each of three times {what} to be looked at"
            );
        }
        let all: Vec<u32> = cases.iter().map(|case| case.0).collect();
        let count: usize = ex4::count_negative(&all);
        assert_eq!(count, 6, "expected every entry to be looked at");
        assert_eq!(ex4::count_negative(&[]), 0, "expected none of none");
        let count: usize = ex4::count_negative(&[u32::MAX; 300]);
        assert_eq!(count, 300, "expected 300 of 300: no count of 8 bits holds them");
    }

    #[test]
    fn alternate_takes_turns() {
        graded!();
        for (steps, expected) in [(0, 5), (1, 15), (2, 16), (3, 48), (4, 49), (5, 147)] {
            let mut value = 5;
            let result: u64 = ex4::alternate(&mut value, steps);
            assert_eq!(result, expected, "expected {steps} steps from 5, times 3 first");
            assert_eq!(value, expected, "expected the value itself to change");
        }
        let mut value = u64::MAX;
        let result: u64 = ex4::alternate(&mut value, u8::MAX);
        assert_eq!(result, alternated(u64::MAX, u8::MAX), "expected 255 steps, wrapping");
    }

    #[test]
    fn exchange_puts_one_and_returns_the_other() {
        graded!();
        watched(|| {
            let mut place = String::from("old");
            let before: String = ex4::exchange(&mut place, String::from("new"));
            assert_eq!(before.as_bytes(), b"old", "expected what was in the place");
            assert_eq!(place.as_bytes(), b"new", "expected the new value in the place");
        });
        let mut number = 1_u8;
        let before: u8 = ex4::exchange(&mut number, 2);
        assert_eq!((before, number), (1, 2), "expected it to work for numbers");
        #[repr(align(64))]
        struct Large([u8; 5000]);
        let mut large = Large([1; 5000]);
        let before: Large = ex4::exchange(&mut large, Large([2; 5000]));
        assert!(
            before.0 == [1; 5000] && large.0 == [2; 5000],
            "expected every byte of a large value to change places"
        );
        let mut nothing = ();
        let () = ex4::exchange(&mut nothing, ());
        let mut text = "old";
        let before: &str = ex4::exchange(&mut text, "new");
        assert_eq!((before, text), ("old", "new"), "expected it for references");
    }

    #[test]
    fn raise_all_changes_every_value() {
        graded!();
        let mut values = [1, 2, u32::MAX];
        let sum: u32 = ex4::raise_all(&mut values, 2);
        assert_eq!(values, [3, 4, 1], "expected each value to be raised, wrapping");
        assert_eq!(sum, 8, "expected the sum of the new values");
        let sum: u32 = ex4::raise_all(&mut values[1..2], u32::MAX);
        assert_eq!(values, [3, 3, 1], "expected only the part to be changed");
        assert_eq!(sum, 3, "expected the sum of the part");
        let sum: u32 = ex4::raise_all(&mut [], 7);
        assert_eq!(sum, 0, "expected no values to sum up to 0");
        let sum: u32 = ex4::raise_all(&mut [u32::MAX, 3], 0);
        assert_eq!(sum, 2, "expected the sum to wrap");
    }

    #[test]
    #[cfg_attr(miri, ignore = "long slices take Miri long and show it nothing new")]
    fn long_slices_are_taken_whole() {
        graded!();
        // With room for a call for each element: recursion is as good as a loop.
        thread::scope(|threads| {
            let name = thread::current().name().unwrap_or_default().to_owned();
            let builder = thread::Builder::new().name(name).stack_size(128 << 20);
            let worker = builder.spawn_scoped(threads, take_long_slices).expect("a thread");
            if let Err(problem) = worker.join() {
                std::panic::resume_unwind(problem);
            }
        });
    }

    #[test]
    fn slices_of_every_length_are_taken_whole() {
        graded!();
        // Code that goes in blocks has an end that may be a whole block.
        const MOST: usize = brief(530, 10);
        let numbers: [u32; MOST] =
            std::array::from_fn(|n| (n as u32 + 1).wrapping_mul(0x9E37_79B9));
        let bytes: [u8; MOST] = std::array::from_fn(|n| numbers[n].to_le_bytes()[3] % 3);
        for len in 0..=MOST {
            let (numbers, bytes) = (&numbers[..len], &bytes[..len]);
            let seen: u32 = ex4::fold_forwards(numbers);
            let expected = fold(numbers.iter().copied());
            assert_eq!(seen, expected, "expected fold_forwards to take each of {len} numbers");
            let seen: u32 = ex4::fold_backwards(numbers);
            let expected = fold(numbers.iter().rev().copied());
            assert_eq!(seen, expected, "expected fold_backwards to take each of {len} numbers");
            for bytes in [bytes, &bytes[..len / 2]] {
                let seen: u32 = watched(|| ex4::padded_checksum(bytes, len));
                let expected = checksum_of_padded(bytes, len);
                let given = bytes.len();
                assert_eq!(
                    seen, expected,
                    "expected padded_checksum to make {given} bytes {len}"
                );
            }
            let seen: (u32, u32) = watched(|| ex4::sum_by_parity(numbers.into()));
            let half = |start| {
                let half = numbers.iter().skip(start).step_by(2);
                half.fold(0, |sum: u32, n| sum.wrapping_add(*n))
            };
            assert_eq!(
                seen,
                (half(0), half(1)),
                "expected sum_by_parity to add up {len} numbers"
            );
            let seen: usize = ex4::count_negative(numbers);
            let expected = numbers.iter().filter(|number| **number >> 31 == 1).count();
            assert_eq!(seen, expected, "expected count_negative to look at each of {len}");
            let seen: usize = ex4::count_set(bytes);
            let expected = bytes.iter().filter(|byte| **byte > 0).count();
            assert_eq!(seen, expected, "expected count_set to look at each of {len}");
            let mut raised = numbers.to_vec();
            let seen: u32 = ex4::raise_all(&mut raised, 3);
            let expected: Vec<u32> = numbers.iter().map(|n| n.wrapping_add(3)).collect();
            assert_eq!(raised, expected, "expected raise_all to raise each of {len} numbers");
            let expected = expected.iter().fold(0, |sum: u32, n| sum.wrapping_add(*n));
            assert_eq!(seen, expected, "expected raise_all to add up {len} numbers");
        }
    }

    fn take_long_slices() {
        // Longer than a number of 16 bits can tell, and no multiple of 8.
        const LEN: usize = 70_003;
        let numbers: Vec<u32> = (0..LEN as u32).map(|n| n.wrapping_mul(0x9E37_79B9)).collect();
        let expected = fold(numbers.iter().copied());
        let seen: u32 = ex4::fold_forwards(&numbers);
        assert_eq!(seen, expected, "expected fold_forwards to take each of {LEN} numbers");
        let expected = fold(numbers.iter().rev().copied());
        let seen: u32 = ex4::fold_backwards(&numbers);
        assert_eq!(seen, expected, "expected fold_backwards to take each of {LEN} numbers");
        let half = |start| {
            let half = numbers.iter().skip(start).step_by(2);
            half.fold(0, |sum: u32, n| sum.wrapping_add(*n))
        };
        let seen: (u32, u32) = ex4::sum_by_parity(numbers.clone().into());
        assert_eq!(seen, (half(0), half(1)), "expected sum_by_parity to add up {LEN} numbers");
        type Append = fn(&mut Vec<u32>, u32) -> Option<u32>;
        for (append, first) in
            [(ex4::append_and_raise as Append, 9), (ex4::append_and_lower, 5)]
        {
            let mut values = without_room(&numbers);
            values[0] = 7;
            let seen: Option<u32> = append(&mut values, 2);
            let others = values[1..LEN] == numbers[1..] && values[LEN..] == [2];
            assert_eq!(
                (seen, values[0], others),
                (Some(first), first, true),
                "expected an append to {LEN} elements to change the first, to add one, and to \
                 leave the others alone"
            );
        }
        let seen: usize = ex4::count_negative(&vec![u32::MAX; LEN]);
        assert_eq!(seen, LEN, "expected count_negative to count each of {LEN} numbers");
        let seen: usize = ex4::count_set(&vec![1; LEN]);
        assert_eq!(seen, LEN, "expected count_set to count each of {LEN} bytes");
        let mut raised = numbers.clone();
        let seen: u32 = ex4::raise_all(&mut raised, 3);
        let expected: Vec<u32> = numbers.iter().map(|n| n.wrapping_add(3)).collect();
        assert!(raised == expected, "expected raise_all to raise each of {LEN} numbers");
        let expected = expected.iter().fold(0, |sum: u32, n| sum.wrapping_add(*n));
        assert_eq!(seen, expected, "expected raise_all to add up {LEN} numbers");
        let before: Option<u32> = ex4::store(&mut raised, LEN - 1, 77);
        assert_eq!(before, Some(numbers[LEN - 1].wrapping_add(3)), "expected the last slot");
        assert_eq!(raised[LEN - 1], 77, "expected store to write to the last of {LEN} slots");
        let (far, near) = (LEN - 1, LEN - 1 - (1 << 16));
        for (first, second) in [(far, near), (near, far)] {
            (raised[first], raised[second]) = (0, 0);
            if let Some((a, b)) = ex4::two_slots(&mut raised, first, second) {
                (*a, *b) = (1, 2);
            }
            let seen = (raised[first], raised[second]);
            assert_eq!(
                seen,
                (1, 2),
                "expected two_slots to lead to elements {first} and {second}"
            );
        }
        for len in [4097, LEN] {
            let seen: u32 = watched(|| ex4::padded_checksum(b"abc", len));
            let expected = checksum_of_padded(b"abc", len);
            assert_eq!(seen, expected, "expected padded_checksum to make three bytes {len}");
        }
    }

    #[test]
    fn two_slots_lead_into_the_slice() {
        graded!();
        for (first, second) in [(0, 3), (3, 0), (1, 2), (2, 1)] {
            let mut values = [10, 20, 30, 40];
            {
                let slots: Option<(&mut u32, &mut u32)> =
                    ex4::two_slots(&mut values, first, second);
                let (a, b) = slots.unwrap_or_else(|| {
                    panic!("expected two references: {first} and {second} exist in 4 elements")
                });
                *a += 1;
                *b += 2;
                *a += 4;
                std::mem::swap(a, b);
            }
            let mut expected = [10, 20, 30, 40];
            expected[first] += 5;
            expected[second] += 2;
            expected.swap(first, second);
            assert_eq!(
                values, expected,
                "expected the references to {first} and {second}, in this order, to lead into \
                 the slice"
            );
        }
    }

    #[test]
    fn two_slots_are_never_the_same() {
        graded!();
        for index in 0..4 {
            let mut values = [10, 20, 30, 40];
            let refused = ex4::two_slots(&mut values, index, index).is_none();
            assert!(
                refused,
                "expected None for {index} and {index}: two mutable references to one element \
                 must never exist"
            );
        }
    }

    #[test]
    fn two_slots_refuse_what_is_outside() {
        graded!();
        let mut values = [10, 20, 30, 40];
        for index in [4, 5, usize::MAX / 4 + 2, usize::MAX] {
            for (first, second) in [(index, 0), (0, index), (index, index), (index, 7)] {
                let refused = ex4::two_slots(&mut values, first, second).is_none();
                assert!(refused, "expected None for {first} and {second} in 4 elements");
            }
        }
        assert!(ex4::two_slots(&mut [], 0, 1).is_none(), "expected None for no elements");
        assert_eq!(values, [10, 20, 30, 40], "expected a refusal to change nothing");
    }
}

mod property {
    use super::meeting::Meeting;
    use super::*;
    use std::fmt::Debug;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use workbook_support::property::check;
    use workbook_support::test_path;

    const CASES: u32 = brief(200, 5);
    const SIZE: usize = brief(400, 8);

    /// `Ok` when `seen` is as `expected`.
    fn same<T: PartialEq + Debug>(seen: T, expected: T, what: &str) -> Result<(), String> {
        if seen == expected {
            return Ok(());
        }
        Err(format!("expected {what} to be {expected:?}, saw {seen:?}"))
    }

    #[test]
    fn store_does_as_documented() {
        graded!();
        check(CASES, SIZE, |(slots, index, value): &(Vec<u32>, u16, u32)| {
            let index = usize::from(*index) % (slots.len() + 3);
            let mut expected_slots = slots.clone();
            let expected =
                expected_slots.get_mut(index).map(|slot| std::mem::replace(slot, *value));
            let (before, after) = watched(|| {
                // One number more, behind the slots that the function is given.
                let mut after = slots.clone();
                after.push(0x5EED);
                let mut after = after.into_boxed_slice();
                let before: Option<u32> = ex4::store(&mut after[..slots.len()], index, *value);
                (before, after.into_vec())
            });
            same(before, expected, "the result")?;
            expected_slots.push(0x5EED);
            same(after, expected_slots, "the slots and what is behind them")
        });
    }

    #[test]
    fn add_then_scale_does_as_documented() {
        graded!();
        check(CASES, SIZE, |&(start, add, factor): &(u32, u32, u32)| {
            let mut value = start;
            let result: u32 = ex4::add_then_scale(&mut value, add, factor);
            let expected = start.wrapping_add(add).wrapping_mul(factor);
            same(result, expected, "the result")?;
            same(value, expected, "the value afterwards")
        });
    }

    #[test]
    fn scale_then_add_does_as_documented() {
        graded!();
        check(CASES, SIZE, |&(start, factor, add): &(u32, u32, u32)| {
            let mut value = start;
            let result: u32 = ex4::scale_then_add(&mut value, factor, add);
            let expected = start.wrapping_mul(factor).wrapping_add(add);
            same(result, expected, "the result")?;
            same(value, expected, "the value afterwards")
        });
    }

    #[test]
    fn sum_by_parity_does_as_documented() {
        graded!();
        check(CASES, SIZE, |values: &Vec<u32>| {
            let mut expected = (0_u32, 0_u32);
            for (index, value) in values.iter().enumerate() {
                let sum = if index % 2 == 0 { &mut expected.0 } else { &mut expected.1 };
                *sum = sum.wrapping_add(*value);
            }
            let sums: (u32, u32) = watched(|| ex4::sum_by_parity(values[..].into()));
            same(sums, expected, "the sums")
        });
    }

    #[test]
    fn padded_checksum_does_as_documented() {
        graded!();
        check(CASES, SIZE, |(bytes, len): &(Vec<u8>, u16)| {
            let len = usize::from(*len) % (2 * SIZE);
            let sum: u32 = watched(|| ex4::padded_checksum(bytes, len));
            same(sum, checksum_of_padded(bytes, len), &format!("the checksum for length {len}"))
        });
    }

    #[test]
    fn append_and_raise_does_as_documented() {
        graded!();
        check(CASES, SIZE, |(values, room, extra): &(Vec<u32>, u8, Vec<u32>)| {
            append(values, *room, extra, ex4::append_and_raise, u32::wrapping_add)
        });
    }

    #[test]
    fn append_and_lower_does_as_documented() {
        graded!();
        check(CASES, SIZE, |(values, room, extra): &(Vec<u32>, u8, Vec<u32>)| {
            append(values, *room, extra, ex4::append_and_lower, u32::wrapping_sub)
        });
    }

    /// Appends each of `extra` to a vector of `values` with room for some more.
    fn append(
        values: &[u32],
        room: u8,
        extra: &[u32],
        act: fn(&mut Vec<u32>, u32) -> Option<u32>,
        change: fn(u32, u32) -> u32,
    ) -> Result<(), String> {
        let mut expected = values.to_vec();
        let mut results = Vec::new();
        for extra in extra {
            results.push(expected.first_mut().map(|first| {
                *first = change(*first, *extra);
                *first
            }));
            expected.push(*extra);
        }
        let (seen, after) = watched(|| {
            let mut after = without_room(values);
            after.reserve_exact(usize::from(room % 4));
            let seen: Vec<Option<u32>> =
                extra.iter().map(|extra| act(&mut after, *extra)).collect();
            (seen, after)
        });
        same(seen, results, "the results")?;
        same(after, expected, "the vector afterwards")
    }

    #[test]
    fn read_word_does_as_documented() {
        graded!();
        survives(test_path!(), || {
            let record = Record::numbered();
            for offset in 0..24 {
                let _: Option<u32> = ex4::read_word(&record.0, offset);
            }
        });
        check(CASES, SIZE, |(bytes, offset): &(Vec<u8>, u8)| {
            let mut record = Record::numbered();
            let len = bytes.len().min(24);
            record.0[..len].copy_from_slice(&bytes[..len]);
            let offset = usize::from(*offset) % 26;
            let word: Option<u32> = ex4::read_word(&record.0[..len], offset);
            same(word, word_at(&record.0[..len], offset), &format!("the word at {offset}"))
        });
    }

    #[test]
    fn count_set_does_as_documented() {
        graded!();
        check(CASES, SIZE, |(rare, bytes): &(bool, Vec<u8>)| {
            // All bytes, or many zeros beside those that arithmetic stumbles on.
            const SPECIAL: [u8; 8] = [0, 0, 0, 1, 0x7F, 0x80, 0x81, 0xFF];
            let special = |byte: &u8| SPECIAL[usize::from(*byte % 8)];
            let flags = if *rare { bytes.iter().map(special).collect() } else { bytes.clone() };
            let expected = flags.iter().filter(|flag| **flag > 0).count();
            let count: usize = ex4::count_set(&flags);
            same(count, expected, &format!("the count in {flags:?}"))
        });
    }

    #[test]
    fn weigh_in_parallel_does_as_documented() {
        graded!();
        static MEETING: Meeting = Meeting::new();
        static MIDDLE: AtomicUsize = AtomicUsize::new(0);
        /// The index of the item stands in its low bits.
        fn weigh(item: u32) -> u64 {
            let half = (item & 0xFFFF) as usize >= MIDDLE.load(Ordering::Relaxed);
            MEETING.attend(usize::from(half), Duration::from_millis(8));
            (u64::from(item) << 8) + 1
        }
        check(brief(40, 2), SIZE.min(64), |weights: &Vec<u16>| {
            let pack = |(index, weight): (usize, &u16)| u32::from(*weight) << 16 | index as u32;
            let items: Vec<u32> = weights.iter().enumerate().map(pack).collect();
            MIDDLE.store(items.len() / 2, Ordering::Relaxed);
            MEETING.reset();
            if items.len() < 2 {
                // Nobody to wait for.
                MEETING.attend(0, Duration::ZERO);
                MEETING.attend(1, Duration::ZERO);
            }
            let total: u64 = ex4::weigh_in_parallel(&items, weigh);
            let expected: u64 = items.iter().map(|item| (u64::from(*item) << 8) + 1).sum();
            same(total, expected, "the sum of all weights")
        });
    }

    #[test]
    fn fold_forwards_does_as_documented() {
        graded!();
        check(CASES, SIZE, |values: &Vec<u32>| {
            let result: u32 = ex4::fold_forwards(values);
            same(result, fold(values.iter().copied()), "the result")
        });
    }

    #[test]
    fn fold_backwards_does_as_documented() {
        graded!();
        check(CASES, SIZE, |values: &Vec<u32>| {
            let result: u32 = ex4::fold_backwards(values);
            same(result, fold(values.iter().rev().copied()), "the result")
        });
    }

    #[test]
    fn count_negative_does_as_documented() {
        graded!();
        check(CASES, SIZE, |bits: &Vec<u32>| {
            let expected = bits.iter().filter(|bits| **bits >> 31 == 1).count();
            let count: usize = ex4::count_negative(bits);
            same(count, expected, "the count")
        });
    }

    #[test]
    fn alternate_does_as_documented() {
        graded!();
        check(CASES, SIZE, |&(start, steps): &(u64, u8)| {
            let steps = brief(steps, steps % 16);
            let mut value = start;
            let result: u64 = ex4::alternate(&mut value, steps);
            same(result, alternated(start, steps), "the result")?;
            same(value, alternated(start, steps), "the value afterwards")
        });
    }

    #[test]
    fn exchange_does_as_documented() {
        graded!();
        check(CASES, SIZE, |(old, new): &(Vec<u8>, Option<Vec<u64>>)| {
            watched(|| {
                let mut place = (old.clone(), None);
                let before: (Vec<u8>, Option<Vec<u64>>) =
                    ex4::exchange(&mut place, (Vec::new(), new.clone()));
                same(before, (old.clone(), None), "the result")?;
                same(place, (Vec::new(), new.clone()), "the place afterwards")
            })
        });
    }

    #[test]
    fn raise_all_does_as_documented() {
        graded!();
        check(CASES, SIZE, |(values, by): &(Vec<u32>, u32)| {
            let expected: Vec<u32> = values.iter().map(|v| v.wrapping_add(*by)).collect();
            let expected_sum = expected.iter().fold(0, |sum: u32, v| sum.wrapping_add(*v));
            let mut after = values.clone();
            let sum: u32 = ex4::raise_all(&mut after, *by);
            same(sum, expected_sum, "the result")?;
            same(after, expected, "the values afterwards")
        });
    }

    #[test]
    fn two_slots_do_as_documented() {
        graded!();
        check(CASES, SIZE, |(values, first, second): &(Vec<u32>, u16, u16)| {
            let (first, second) = (usize::from(*first), usize::from(*second));
            let second = if second % 4 == 0 { first } else { second };
            let (first, second) = (first % (values.len() + 2), second % (values.len() + 2));
            let expected = first != second && first < values.len() && second < values.len();
            let mut after = values.clone();
            let slots: Option<(&mut u32, &mut u32)> = ex4::two_slots(&mut after, first, second);
            let given = slots.is_some();
            if !given || !expected {
                return same(given, expected, &format!("`is_some()` for {first} and {second}"));
            }
            if let Some((a, b)) = slots {
                (*a, *b) = (a.wrapping_add(*b), *a);
            }
            let mut model = values.clone();
            (model[first], model[second]) =
                (model[first].wrapping_add(model[second]), model[first]);
            same(after, model, "the values after a write to both")
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
        ui::assert_refused("ex4", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        ui::assert_accepted("ex4");
    }
}

mod memory {
    use super::*;
    use std::hint::black_box;
    use std::time::Duration;
    use workbook_support::child::{assert_alloc_error, assert_alloc_error_or_return};
    use workbook_support::ledger::{Ledger, TrackedZst};
    use workbook_support::test_path;

    #[test]
    fn store_touches_nothing_behind_the_slice() {
        graded!();
        cleanly(|| {
            for len in 1..5 {
                let mut slots = vec![1_u32; len].into_boxed_slice();
                for index in len..len + 3 {
                    let _: Option<u32> = ex4::store(&mut slots, index, 0x5EED);
                }
            }
        });
    }

    #[test]
    fn sum_by_parity_frees_the_slice_once() {
        graded!();
        cleanly(|| {
            for len in [1, 2, 3, 64, 1_025, brief(20_000, 1_026)] {
                let values: Box<[u32]> = vec![3; len].into();
                let _: (u32, u32) = ex4::sum_by_parity(values);
            }
            let _: (u32, u32) = ex4::sum_by_parity(Box::new([]));
        });
    }

    #[test]
    fn padded_checksum_leaves_nothing_behind() {
        graded!();
        cleanly(|| {
            for len in [0, 1, 3, 4, 100, 1_025, brief(20_000, 1_026)] {
                let _: u32 = ex4::padded_checksum(b"abc", len);
            }
            let _: u32 = ex4::padded_checksum(b"", 0);
        });
    }

    #[test]
    fn append_and_raise_uses_no_freed_memory() {
        graded!();
        cleanly(|| {
            for len in [0, 1, 2, 7, 1_025] {
                let mut values = without_room(&vec![1; len]);
                for extra in 0..4 {
                    let _: Option<u32> = ex4::append_and_raise(&mut values, extra);
                }
            }
        });
    }

    #[test]
    fn append_and_lower_uses_no_freed_memory() {
        graded!();
        cleanly(|| {
            for len in [0, 1, 2, 7, 1_025] {
                let mut values = without_room(&vec![1; len]);
                for extra in 0..4 {
                    let _: Option<u32> = ex4::append_and_lower(&mut values, extra);
                }
            }
        });
    }

    #[test]
    fn exchange_drops_nothing() {
        graded!();
        let ledger = Ledger::new();
        cleanly(|| {
            let mut place = ledger.value(1);
            let before = ex4::exchange(&mut place, ledger.value(2));
            let drops = ledger.drops();
            assert!(drops.is_empty(), "expected no drop at all, saw those of {drops:?}");
            let labels = (before.label(), place.label());
            assert_eq!(labels, (1, 2), "expected the old value back and the new in its place");
            let mut boxed = Box::new([1_u8; 40]);
            let before = ex4::exchange(&mut boxed, Box::new([2; 40]));
            assert_eq!((before[39], boxed[39]), (1, 2), "expected the boxes to change places");
            let mut large = [1_u8; 5_000];
            let before: [u8; 5_000] = ex4::exchange(&mut large, [2; 5_000]);
            assert_eq!((before[4_999], large[4_999]), (1, 2), "expected large values to do so");
        });
        ledger.assert_all_dropped();
    }

    #[test]
    fn exchange_of_nothing_drops_nothing() {
        graded!();
        let before = TrackedZst::drops();
        let mut place = TrackedZst::new();
        let old: TrackedZst = ex4::exchange(&mut place, TrackedZst::new());
        let drops = TrackedZst::drops() - before;
        assert_eq!(drops, 0, "expected no drop of a value without bytes, saw {drops}");
        drop((old, place));
        let drops = TrackedZst::drops() - before;
        assert_eq!(drops, 2, "expected both values to be dropped by who holds them");
    }

    #[test]
    fn borrowed_slices_are_left_whole() {
        graded!();
        cleanly(|| {
            for len in [1, 2, 5] {
                let mut values = vec![7_u32; len].into_boxed_slice();
                let _: u32 = black_box(ex4::fold_forwards(&values));
                let _: u32 = black_box(ex4::fold_backwards(&values));
                let _: usize = black_box(ex4::count_negative(&values));
                let _: u32 = ex4::raise_all(&mut values, 1);
                if let Some((a, b)) = ex4::two_slots(&mut values, 0, len - 1) {
                    (*a, *b) = (1, 2);
                }
                let mut value = Box::new(9_u64);
                let _: u64 = ex4::alternate(&mut value, 5);
                let mut value = Box::new(9_u32);
                let _: u32 = ex4::add_then_scale(&mut value, 1, 2);
                let _: u32 = ex4::scale_then_add(&mut value, 1, 2);
                let bytes = vec![1_u8; 4 * len].into_boxed_slice();
                let record = Box::new(Record::numbered());
                let _: Option<u32> = black_box(ex4::read_word(&record.0, 20));
                let _: usize = black_box(ex4::count_set(&bytes));
            }
        });
    }

    #[test]
    fn weigh_in_parallel_leaves_nothing_behind() {
        graded!();
        fn weigh(item: u32) -> u64 {
            u64::from(item)
        }
        // What the threads of this process need once and keep.
        let _: u64 = ex4::weigh_in_parallel(&[1, 2], weigh);
        const CALLS: usize = brief(40, 2);
        let ((), report) = scope(|| {
            for _ in 0..CALLS {
                let _: u64 = ex4::weigh_in_parallel(&[1, 2], weigh);
            }
            if !cfg!(miri) {
                // A thread that has ended may still be giving back its memory.
                std::thread::sleep(Duration::from_millis(30));
            }
        });
        report.assert_no_faults();
        let left = report.live.len();
        assert!(
            left < CALLS,
            "expected {CALLS} calls to leave nothing behind, saw {left} blocks: what is leaked \
             with each call is never freed"
        );
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
    fn a_refused_allocation_ends_in_handle_alloc_error() {
        graded!();
        assert_alloc_error(test_path!(), || {
            let mut values = vec![1_u32; 4];
            let _: Option<u32> = ex4::append_and_raise(&mut values, 5);
            let _: Option<u32> = ex4::append_and_lower(&mut values, 5);
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process, which Miri cannot do")]
    fn memory_that_was_not_given_is_not_used() {
        graded!();
        assert_alloc_error_or_return(test_path!(), || {
            let sum: u32 = ex4::padded_checksum(b"abc", 5_000);
            let expected = checksum_of_padded(b"abc", 5_000);
            assert!(sum == expected, "padded_checksum returned another sum");
            let mut place = [1_u8; 5_000];
            let before: [u8; 5_000] = ex4::exchange(&mut place, [2; 5_000]);
            assert!(before == [1; 5_000] && place == [2; 5_000], "exchange did not exchange");
            let sums: (u32, u32) = ex4::sum_by_parity(Box::new([1; 1_000]));
            assert!(sums == (500, 500), "sum_by_parity returned other sums");
        });
    }
}
