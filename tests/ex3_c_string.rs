//! The graded suite of exercise 3, `CString`.
//!
//! It knows the contract and nothing else: no field, no layout, no way of
//! getting memory, no way of doing the work.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ffi::c_char;
use std::hint::black_box;
use std::ops::DerefMut;
use std::slice;
use std::thread;

use unsafe_workbook::ex3_c_string::CString;
use workbook_support::audit::{scope, scope_refusing};
use workbook_support::{brief, c_heap, graded};

// SAFETY: the signature is that of the C standard, with `usize` for `size_t`.
unsafe extern "C" {
    fn strlen(text: *const c_char) -> usize;
}

/// Functions of C that Miri does not know, so that Miri can run what calls them,
/// and sees every byte that they touch. Never one that Miri knows.
#[cfg(miri)]
mod stand_ins {
    use std::ffi::{c_char, c_int};

    /// The byte number `index`.
    ///
    /// # Safety
    ///
    /// - That byte is initialised and readable.
    unsafe fn byte(text: *const c_char, index: usize) -> u8 {
        // SAFETY: the caller's promise.
        unsafe { text.add(index).cast::<u8>().read() }
    }

    /// Writes bytes of `from`, at most `limit`, up to and without its NUL. How many.
    ///
    /// # Safety
    ///
    /// - `from` is readable up to a NUL or `limit`, `to` writable as far as that.
    unsafe fn put(to: *mut c_char, from: *const c_char, limit: usize) -> usize {
        let mut index = 0;
        // SAFETY: `index` is below `limit`, and no NUL came before it.
        while index < limit && unsafe { byte(from, index) } != 0 {
            // SAFETY: as far as `from` is readable, `to` is writable.
            unsafe { to.add(index).write(from.add(index).read()) };
            index += 1;
        }
        index
    }

    /// The number of bytes before the NUL, at most `limit`.
    ///
    /// # Safety
    ///
    /// - `text` is readable up to a NUL or `limit`.
    unsafe fn length(text: *const c_char, limit: usize) -> usize {
        // SAFETY: no NUL came before that byte, and it is below `limit`.
        (0..limit).find(|&index| unsafe { byte(text, index) } == 0).unwrap_or(limit)
    }

    /// # Safety
    ///
    /// - As C demands: both are NUL-terminated, `to` has room, no overlap.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn strcat(to: *mut c_char, from: *const c_char) -> *mut c_char {
        // SAFETY: the demands of `strcat`.
        unsafe {
            let end = to.add(length(to, usize::MAX));
            let count = put(end, from, usize::MAX);
            end.add(count).write(0);
        }
        to
    }

    /// # Safety
    ///
    /// - As C demands: both are NUL-terminated, `to` has room, no overlap.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn strncat(
        to: *mut c_char,
        from: *const c_char,
        limit: usize,
    ) -> *mut c_char {
        // SAFETY: the demands of `strncat`.
        unsafe {
            let end = to.add(length(to, usize::MAX));
            let count = put(end, from, limit);
            end.add(count).write(0);
        }
        to
    }

    /// # Safety
    ///
    /// - As C demands: `from` is readable up to a NUL or `limit`, `to` has room for
    ///   `limit` bytes, no overlap.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn strncpy(
        to: *mut c_char,
        from: *const c_char,
        limit: usize,
    ) -> *mut c_char {
        // SAFETY: the demands of `strncpy`.
        unsafe {
            let count = put(to, from, limit);
            to.add(count).write_bytes(0, limit - count);
        }
        to
    }

    /// # Safety
    ///
    /// - As POSIX demands: `from` is NUL-terminated, `to` has room, no overlap.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn stpcpy(to: *mut c_char, from: *const c_char) -> *mut c_char {
        // SAFETY: the demands of `stpcpy`.
        unsafe {
            let end = to.add(put(to, from, usize::MAX));
            end.write(0);
            end
        }
    }

    /// # Safety
    ///
    /// - As C demands: both are NUL-terminated.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn strcmp(left: *const c_char, right: *const c_char) -> c_int {
        // SAFETY: the demands of `strcmp`.
        unsafe { strncmp(left, right, usize::MAX) }
    }

    /// # Safety
    ///
    /// - As C demands: both are readable up to a NUL or `limit`.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn strncmp(
        left: *const c_char,
        right: *const c_char,
        limit: usize,
    ) -> c_int {
        for index in 0..limit {
            // SAFETY: the bytes before this one were equal and not NUL.
            let (a, b) = unsafe { (byte(left, index), byte(right, index)) };
            if a != b {
                // Of C's answer only the sign counts: this one makes it plain.
                return (c_int::from(a) - c_int::from(b)) * 256;
            }
            if a == 0 {
                break;
            }
        }
        0
    }

    /// # Safety
    ///
    /// - As POSIX demands: `text` is readable up to a NUL or `limit`.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn strnlen(text: *const c_char, limit: usize) -> usize {
        // SAFETY: the demands of `strnlen`.
        unsafe { length(text, limit) }
    }
}

/// A string that must come about: its text has no NUL, its capacity is small.
#[track_caller]
fn string_of(text: &str, capacity: usize) -> CString {
    // Of memory that comes from `malloc`, too, no byte is zero by chance.
    c_heap::fill_fresh_memory();
    match CString::with_capacity(text, capacity) {
        Ok(string) => string,
        Err(reason) => panic!(
            "expected with_capacity to take {} bytes with capacity {capacity}, it said: {reason}",
            text.len()
        ),
    }
}

/// A string that must come about by `new`.
#[track_caller]
fn new_string(text: &str) -> CString {
    c_heap::fill_fresh_memory();
    match CString::new(text) {
        Ok(string) => string,
        Err(reason) => panic!("expected new to take {text:?}, it said: {reason}"),
    }
}

/// The bytes that C sees, by C's own strlen.
fn seen_by_c(string: &CString) -> &[u8] {
    let start: *const c_char = string.as_ptr();
    assert!(!start.is_null(), "expected as_ptr to point to a string, it is null");
    // SAFETY: the contract of `as_ptr`: it points to a NUL-terminated string that
    // stays as it is while `string` is borrowed.
    unsafe { slice::from_raw_parts(start.cast::<u8>(), strlen(start)) }
}

/// Bytes as a person reads them; long ones by length and ends.
fn shown(bytes: &[u8]) -> String {
    match bytes {
        [head @ .., _] if head.len() >= 60 => {
            format!("\"{}…\" ({} bytes)", bytes[..24].escape_ascii(), bytes.len())
        }
        _ => format!("\"{}\"", bytes.escape_ascii()),
    }
}

/// Every view of `string` shows these bytes and this capacity.
fn look(string: &CString, expected: &[u8], capacity: usize) -> Result<(), String> {
    let c_view: &[u8] = seen_by_c(string);
    if c_view != expected {
        return Err(format!(
            "C code must see {} behind as_ptr(), up to the terminator, but sees {}",
            shown(expected),
            shown(c_view)
        ));
    }
    let bytes: &[u8] = string.as_bytes();
    if bytes != expected {
        return Err(format!(
            "as_bytes() must be {}, without the terminator and without what lies behind it, \
             but is {}",
            shown(expected),
            shown(bytes)
        ));
    }
    let len: usize = string.len();
    if len != expected.len() {
        return Err(format!(
            "len() must be {}, the number of bytes before the terminator, but is {len}",
            expected.len()
        ));
    }
    let empty: bool = string.is_empty();
    if empty != expected.is_empty() {
        return Err(format!(
            "is_empty() is {empty} for {}: it must be true for a length of 0 only",
            shown(expected)
        ));
    }
    let answer: usize = string.capacity();
    if answer != capacity {
        return Err(format!(
            "capacity() must stay what was asked for, {capacity}, but is {answer}"
        ));
    }
    match string.to_str() {
        Ok(text) if text.as_bytes() == expected => Ok(()),
        Ok(text) => Err(format!(
            "to_str() must give {}, but gives {}",
            shown(expected),
            shown(text.as_bytes())
        )),
        Err(_) => Err(format!("to_str() must accept {}, which is UTF-8", shown(expected))),
    }
}

/// [`look`], with the reason in the panic.
#[track_caller]
fn assert_shows(string: &CString, expected: &[u8], capacity: usize, when: &str) {
    if let Err(problem) = look(string, expected, capacity) {
        panic!("{when}: {problem}");
    }
}

/// A call that must be taken, and why.
#[track_caller]
fn assert_taken(answer: Result<(), &'static str>, why: &str) {
    if let Err(reason) = answer {
        panic!("expected an Ok, since {why}; the answer was an Err: {reason}");
    }
}

/// A call that must be refused, and why.
#[track_caller]
fn assert_refused<T>(answer: Result<T, &'static str>, why: &str) {
    assert!(answer.is_err(), "expected an Err, since {why}; the answer was an Ok");
}

/// What to say when a call was taken that does not fit, or the other way round.
fn judged(call: &str, taken: bool, kept: usize, more: usize, capacity: usize) -> String {
    let (answer, right) = if taken { ("Ok", "Err") } else { ("Err", "Ok") };
    format!(
        "{call} said {answer} where {right} is due: {kept} bytes stay, {more} bytes come, the \
         capacity is {capacity}"
    )
}

/// `text` is refused by both constructors' check for NUL.
#[track_caller]
fn assert_nul_is_refused(text: &str) {
    assert!(
        CString::new(text).is_err(),
        "new accepted {text:?}: C takes the first NUL for the end, so what follows would be lost"
    );
    for capacity in [text.len(), text.len() + 1, text.len() + 20] {
        assert!(
            CString::with_capacity(text, capacity).is_err(),
            "with_capacity({text:?}, {capacity}) accepted a NUL: C takes it for the end"
        );
    }
}

/// Overwrites the stack that earlier calls have used.
#[inline(never)]
fn overwrite_old_stack() -> u8 {
    let noise = [0x5A_u8; 4096];
    black_box(&noise)[black_box(7)]
}

/// Texts of one to four bytes per character, and of many lengths.
const TEXTS: [&str; 16] = [
    "",
    "a",
    "0",
    "\\0",
    " ",
    "hello, C",
    " \t\r\n%s%n",
    "\u{1}\u{7f}",
    "é",
    "Grüße, мир",
    "中文字符",
    "🦀 and 🐚",
    "\u{feff}mark",
    "a line\r\n",
    "\u{e000}\u{10ffff}",
    "a text of more than thirty bytes, which no short buffer holds",
];

mod control {
    use super::*;
    use workbook_support::quiet;

    /// Of expectations that exclude each other, more than one is met.
    fn fooled<T>(expectations: &[T], check: impl Fn(&T)) -> bool {
        expectations.iter().filter(|each| quiet::catch(|| check(each)).is_ok()).count() > 1
    }

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let string = new_string("right");
        let bytes: [&[u8]; 5] = [b"right", b"wrong", b"righ", b"rightly", b""];
        assert!(
            !fooled(&bytes, |bytes| assert_shows(&string, bytes, 5, "a trap")),
            "one string has several contents: comparisons of bytes cannot be trusted"
        );
        assert!(
            !fooled(&[4, 5, 6, 5000], |capacity| {
                assert_shows(&string, b"right", *capacity, "a trap");
            }),
            "one string has several capacities: comparisons of numbers cannot be trusted"
        );
        let other = new_string("wrong");
        assert!(
            !fooled(&[Ordering::Less, Ordering::Equal, Ordering::Greater], |expected| {
                let order: Ordering = string.compare(&other);
                assert_eq!(order, *expected);
            }),
            "one answer of compare is several: comparisons of orders cannot be trusted"
        );
    }
}

mod unit {
    use super::*;
    use workbook_support::child::{Ending, run_refusing};
    use workbook_support::{implements, test_path};

    #[test]
    fn new_holds_the_text() {
        graded!();
        let string = new_string("hello");
        let bytes: &[u8] = string.as_bytes();
        assert_eq!(
            bytes,
            b"hello",
            "expected the bytes that were put in, {} came back",
            shown(bytes)
        );
        for text in TEXTS {
            let string = new_string(text);
            assert_shows(&string, text.as_bytes(), text.len(), "after new");
        }
    }

    #[test]
    fn new_has_room_for_just_the_text() {
        graded!();
        for text in TEXTS {
            let capacity: usize = new_string(text).capacity();
            assert_eq!(
                capacity,
                text.len(),
                "expected new({text:?}) to have the capacity of the text in bytes"
            );
        }
    }

    #[test]
    fn len_counts_bytes_not_characters() {
        graded!();
        for (text, expected) in [("", 0), ("abc", 3), ("é", 2), ("中文", 6), ("🦀", 4)] {
            let len: usize = new_string(text).len();
            assert_eq!(
                len, expected,
                "expected the number of bytes of {text:?}, as strlen does"
            );
        }
    }

    #[test]
    fn empty_text_is_a_string() {
        graded!();
        let mut empty = new_string("");
        assert_shows(&empty, b"", 0, "after new(\"\")");
        let also_empty = string_of("", 0);
        assert_shows(&also_empty, b"", 0, "after with_capacity(\"\", 0)");
        let roomy = string_of("", 12);
        assert_shows(&roomy, b"", 12, "after with_capacity(\"\", 12)");
        assert_taken(empty.copy_from(&roomy), "nothing fits everywhere");
        assert_taken(empty.append(&also_empty), "nothing fits everywhere");
        assert_shows(&empty, b"", 0, "after nothing was copied and nothing added");
        let order: Ordering = empty.compare(&roomy);
        assert_eq!(order, Ordering::Equal, "two empty strings are equal");
    }

    #[test]
    fn nul_in_the_text_is_refused() {
        graded!();
        for text in ["a\0b", "ab\0cd\0ef", "\0ab", "é\0", "abc\0", "\0", "\0\0"] {
            assert_nul_is_refused(text);
        }
        for (before, after) in [(300, 300), (70_000, 0), (0, 70_000)] {
            if before + after <= 600 || !cfg!(miri) {
                let long = "x".repeat(before) + "\0" + &"y".repeat(after);
                let refused = CString::new(&long).is_err()
                    && CString::with_capacity(&long, 80_000).is_err();
                assert!(
                    refused,
                    "a text with a NUL behind {before} bytes and before {after} was accepted"
                );
            }
        }
        assert!(
            CString::with_capacity("ab\0cdef", 2).is_err(),
            "expected an error: the text has a NUL, and it is longer than the capacity"
        );
    }

    #[test]
    fn text_that_looks_like_nul_is_accepted() {
        graded!();
        for text in ["0", "1000", "\\0", "\\x00", "␀", "Ā", "\u{100}\u{2000}"] {
            assert_shows(&new_string(text), text.as_bytes(), text.len(), "after new");
        }
    }

    #[test]
    fn with_capacity_takes_what_fits_and_no_more() {
        graded!();
        for text in TEXTS {
            let len = text.len();
            assert_shows(&string_of(text, len), text.as_bytes(), len, "with an exact fit");
            for spare in [1, 2, 7, 30] {
                let string = string_of(text, len + spare);
                assert_shows(&string, text.as_bytes(), len + spare, "with room to spare");
            }
            for capacity in [len.wrapping_sub(1), len / 2, 0] {
                if capacity < len {
                    assert!(
                        CString::with_capacity(text, capacity).is_err(),
                        "expected an error: {len} bytes do not fit into a capacity of {capacity}"
                    );
                }
            }
        }
    }

    #[test]
    fn capacity_is_exactly_what_was_asked_for() {
        graded!();
        let last = brief(1100, 70);
        for capacity in 3..last {
            let answer: usize = string_of("abc", capacity).capacity();
            assert_eq!(
                answer, capacity,
                "expected the capacity that was asked for, however large the memory behind it is"
            );
        }
        let far: &[usize] = brief(&[4_095, 4_097, 65_537, 1 << 20], &[257]);
        for &capacity in far.iter().chain(&[(1 << 25) + 5]).filter(|&&c| c < 300 || !cfg!(miri))
        {
            let answer: usize = string_of("abc", capacity).capacity();
            assert_eq!(answer, capacity, "expected a large capacity to come back as it was");
        }
    }

    #[test]
    fn the_whole_capacity_can_be_filled() {
        graded!();
        let byte = new_string("x");
        let last = brief(80, 20);
        for capacity in 0..last {
            let mut string = string_of("", capacity);
            for len in 1..=capacity {
                assert!(
                    string.append(&byte).is_ok(),
                    "expected byte {len} to fit into a capacity of {capacity}"
                );
            }
            assert!(
                string.append(&byte).is_err(),
                "expected byte {} not to fit into a capacity of {capacity}",
                capacity + 1
            );
            assert_shows(&string, "x".repeat(capacity).as_bytes(), capacity, "when full");
        }
    }

    #[test]
    fn copy_from_replaces_the_contents() {
        graded!();
        let mut string = string_of("first", 20);
        for text in ["second one", "3rd", "", "ü", "exactly twenty bytes", "x"] {
            let answer: Result<(), &'static str> = string.copy_from(&new_string(text));
            assert!(answer.is_ok(), "expected {text:?} to fit into a capacity of 20");
            assert_shows(&string, text.as_bytes(), 20, "after copy_from");
        }
        let mut string = string_of("first", 70);
        for text in TEXTS {
            let fits = format!("expected {text:?} to fit into a capacity of 70");
            assert_taken(string.copy_from(&new_string(text)), &fits);
            assert_shows(&string, text.as_bytes(), 70, "after copy_from");
        }
    }

    #[test]
    fn copy_from_leaves_the_other_alone() {
        graded!();
        let other = string_of("other", 9);
        let mut string = string_of("before", 10);
        assert_taken(string.copy_from(&other), "5 bytes fit into a capacity of 10");
        assert_taken(string.append(&other), "10 bytes fit into a capacity of 10");
        assert_shows(&other, b"other", 9, "the string that was copied from");
        assert_shows(&string, b"otherother", 10, "after copy_from and append");
    }

    #[test]
    fn copy_from_judges_the_length_not_the_capacity() {
        graded!();
        let mut string = string_of("ab", 4);
        assert_taken(
            string.copy_from(&string_of("xyz", 500)),
            "expected 3 bytes to fit into a capacity of 4, however roomy they were before",
        );
        assert_shows(&string, b"xyz", 4, "after a copy from a string of capacity 500");
        let mut roomy = string_of("", 500);
        assert_taken(roomy.copy_from(&string), "3 bytes fit into a capacity of 500");
        assert_shows(&roomy, b"xyz", 500, "after a copy from a string of capacity 4");
    }

    #[test]
    fn copy_from_that_does_not_fit_changes_nothing() {
        graded!();
        let mut string = string_of("abc", 6);
        assert_taken(string.copy_from(&new_string("123456")), "6 bytes fit exactly");
        assert_taken(string.copy_from(&new_string("abc")), "3 bytes fit");
        for text in ["1234567", "12345678", "a much longer text than that", "éééé"] {
            let other = new_string(text);
            let answer: Result<(), &'static str> = string.copy_from(&other);
            assert!(
                answer.is_err(),
                "expected an error: {} bytes do not fit into a capacity of 6",
                text.len()
            );
            assert_shows(&string, b"abc", 6, "after a copy_from that was refused");
            assert_shows(&other, text.as_bytes(), text.len(), "the source of that copy_from");
        }
        assert_taken(string.append(&new_string("def")), "3 + 3 bytes fit as before");
        assert_shows(&string, b"abcdef", 6, "after an append that follows an error");
    }

    #[test]
    fn append_adds_at_the_end() {
        graded!();
        let mut string = string_of("", 40);
        let mut expected = Vec::new();
        for text in ["ab", "", "c", "dé", "🦀", " and the rest"] {
            let answer: Result<(), &'static str> = string.append(&new_string(text));
            assert!(answer.is_ok(), "expected {text:?} to fit behind {}", shown(&expected));
            expected.extend_from_slice(text.as_bytes());
            assert_shows(&string, &expected, 40, "after append");
        }
        let capacity = TEXTS.concat().len();
        let mut string = string_of("", capacity);
        let mut expected = Vec::new();
        for text in TEXTS {
            let fits = format!("expected {text:?} to fit behind {}", shown(&expected));
            assert_taken(string.append(&new_string(text)), &fits);
            expected.extend_from_slice(text.as_bytes());
            assert_shows(&string, &expected, capacity, "after append");
        }
    }

    #[test]
    fn append_that_does_not_fit_changes_nothing() {
        graded!();
        let mut string = string_of("abc", 6);
        for text in ["1234", "123456", "1234567", "a much longer text than that", "éé"] {
            let other = new_string(text);
            let answer: Result<(), &'static str> = string.append(&other);
            assert!(
                answer.is_err(),
                "expected an error: 3 bytes and {} more do not fit into a capacity of 6",
                text.len()
            );
            assert_shows(&string, b"abc", 6, "after an append that was refused");
            assert_shows(&other, text.as_bytes(), text.len(), "the source of that append");
        }
        assert_taken(string.append(&new_string("123")), "3 + 3 bytes fit exactly");
        assert_shows(&string, b"abc123", 6, "after an exact fit that follows errors");
        assert_taken(string.append(&new_string("")), "nothing fits into a full string");
        assert_refused(string.append(&new_string("x")), "expected a full string to refuse");
        assert_shows(&string, b"abc123", 6, "after a full string refused a byte");
    }

    #[test]
    fn append_follows_a_shorter_copy() {
        graded!();
        let mut string = string_of("a long first text", 20);
        assert_taken(string.copy_from(&new_string("xy")), "2 bytes fit");
        assert_taken(string.append(&new_string("z")), "3 bytes fit");
        assert_shows(&string, b"xyz", 20, "after a short copy over a long text, and append");
    }

    #[test]
    fn every_small_fit_is_judged_rightly() {
        graded!();
        let digits = "123456";
        let most = brief(6, 2);
        for capacity in 0..=most {
            for len in 0..=capacity {
                for other_len in 0..=most {
                    let other = string_of(&digits[..other_len], other_len + capacity % 2);
                    let before = &"abcdef"[..len];
                    let case = format!(
                        "capacity {capacity}, {len} bytes in it, {other_len} bytes to come"
                    );

                    let mut string = string_of(before, capacity);
                    let taken = string.copy_from(&other).is_ok();
                    assert!(
                        taken == (other_len <= capacity),
                        "{}",
                        judged("copy_from", taken, 0, other_len, capacity)
                    );
                    let expected = if taken { &digits[..other_len] } else { before };
                    assert_shows(&string, expected.as_bytes(), capacity, &case);

                    let mut string = string_of(before, capacity);
                    let taken = string.append(&other).is_ok();
                    assert!(
                        taken == (len + other_len <= capacity),
                        "{}",
                        judged("append", taken, len, other_len, capacity)
                    );
                    let mut expected = String::from(before);
                    if taken {
                        expected.push_str(&digits[..other_len]);
                    }
                    assert_shows(&string, expected.as_bytes(), capacity, &case);
                }
            }
        }
    }

    #[test]
    fn compare_is_bytewise() {
        graded!();
        let ascending =
            ["", "A", "AB", "Z", "a", "aZ", "aa", "aaa", "ab", "ab c", "abc", "b", "ba", "~"];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                let order: Ordering = new_string(left).compare(&new_string(right));
                assert_eq!(
                    order,
                    i.cmp(&j),
                    "expected the byte order of {left:?} and {right:?}"
                );
            }
        }
    }

    #[test]
    fn compare_takes_bytes_as_unsigned() {
        graded!();
        let ascending = ["a", "\u{7f}", "\u{80}", "é", "ÿ", "Ā", "я", "中", "\u{ffff}", "🦀"];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                let (left, right) = (format!("same {left}"), format!("same {right}"));
                let order: Ordering = new_string(&left).compare(&new_string(&right));
                assert_eq!(
                    order,
                    i.cmp(&j),
                    "expected bytes above 0x7f to be greater than those below: {left:?} and \
                     {right:?}"
                );
            }
        }
    }

    #[test]
    fn compare_knows_neither_capacity_nor_what_lies_behind_the_end() {
        graded!();
        let mut string = string_of("abc-and-more", 30);
        assert_taken(string.copy_from(&new_string("abc")), "3 bytes fit");
        let order: Ordering = string.compare(&new_string("abc"));
        assert_eq!(order, Ordering::Equal, "expected strings with the same bytes to be equal");
        let order: Ordering = new_string("abc").compare(&string);
        assert_eq!(order, Ordering::Equal, "expected strings with the same bytes to be equal");
        let mut other = string_of("abc and another tail", 30);
        assert_taken(other.copy_from(&new_string("abc")), "3 bytes fit");
        let order: Ordering = string.compare(&other);
        assert_eq!(order, Ordering::Equal, "expected what lies behind the end not to count");
        let order: Ordering = string.compare(&string);
        assert_eq!(order, Ordering::Equal, "expected a string to be equal to itself");
        let order: Ordering = string.compare(&string_of("abd", 3));
        assert_eq!(order, Ordering::Less, "expected abc to be less than abd");
    }

    #[test]
    fn bytes_behind_the_end_are_not_shown() {
        graded!();
        let string = string_of("ab", 200);
        assert_shows(&string, b"ab", 200, "of a capacity of 200, two bytes in use");
        let mut string = string_of("a secret text", 20);
        assert_taken(string.copy_from(&new_string("no")), "2 bytes fit");
        let bytes: &[u8] = string.as_bytes();
        assert_eq!(bytes, b"no", "expected nothing of what was there before");
    }

    #[test]
    fn pointer_stays_valid_while_nothing_changes() {
        graded!();
        // Inside an audit what was freed is overwritten and not used again.
        let ((), report) = scope(|| {
            let string = string_of("stays here", 20);
            let first: *const c_char = string.as_ptr();
            let first_bytes: &[u8] = string.as_bytes();
            let mut others = [new_string("stays"), string_of("elsewhere", 100)];
            let _: (usize, usize, bool) = (string.len(), string.capacity(), string.is_empty());
            let _: Ordering = string.compare(&others[0]);
            let _: Ordering = others[1].compare(&string);
            let _: &[u8] = string.as_bytes();
            assert!(string.to_str().is_ok(), "the text is UTF-8");
            let _: *const c_char = string.as_ptr();
            // What only reads from the string does not change it.
            assert_taken(others[1].append(&string), "19 bytes fit into a capacity of 100");
            assert_taken(others[1].copy_from(&string), "10 bytes fit into a capacity of 100");
            assert_refused(others[0].copy_from(&string), "10 bytes exceed 5");
            assert_refused(others[0].append(&string), "15 bytes exceed 5");
            assert_taken(others[1].append(&string), "20 bytes fit into a capacity of 100");
            overwrite_old_stack();
            // SAFETY: the contract of `as_ptr`: the string was not changed, moved or
            // dropped since.
            let seen = unsafe { slice::from_raw_parts(first.cast::<u8>(), strlen(first)) };
            assert_eq!(
                seen, b"stays here",
                "expected the pointer to stay valid as long as the string is only looked at"
            );
            assert_eq!(
                first_bytes, seen,
                "expected the slice to stay valid as long as that, too"
            );
            drop(others);
        });
        report.assert_clean();
    }

    #[test]
    fn strings_are_independent() {
        graded!();
        let mut strings: Vec<CString> = (0..30).map(|n| string_of(&n.to_string(), 9)).collect();
        assert_taken(strings[20].append(&new_string("!")), "3 bytes fit");
        assert_taken(strings[10].copy_from(&new_string("ten")), "3 bytes fit");
        let pointers: Vec<*const c_char> = strings.iter().map(CString::as_ptr).collect();
        let views: Vec<&[u8]> = strings.iter().map(CString::as_bytes).collect();
        for n in 0..strings.len() {
            let expected = match n {
                20 => "20!".to_string(),
                10 => "ten".to_string(),
                _ => n.to_string(),
            };
            // SAFETY: none of the strings was changed, moved or dropped since.
            let seen =
                unsafe { slice::from_raw_parts(pointers[n].cast::<u8>(), strlen(pointers[n])) };
            assert_eq!(
                seen,
                expected.as_bytes(),
                "expected the pointer of string {n} to lead to its own text"
            );
            assert_eq!(
                views[n],
                expected.as_bytes(),
                "expected the bytes of string {n} to be its own"
            );
        }
        for (n, string) in strings.iter().enumerate() {
            let len: usize = string.len();
            assert_eq!(len, views[n].len(), "expected string {n} to be as it was");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "long strings take long under Miri")]
    fn long_strings_work() {
        graded!();
        // Buffers of a fixed size are as long as a power of two, or a round number.
        let near = |shift: usize| (1 << shift) - 1..=(1_usize << shift) + 1;
        let round = [1_000, 2_000, 5_000, 10_000, 100_000, 200_000];
        for len in (7..18).flat_map(near).chain(round) {
            let text: String = (0..len).map(|n| char::from(b'a' + (n % 23) as u8)).collect();
            let string = new_string(&text);
            assert_shows(&string, text.as_bytes(), len, "of a long text");
            let mut double = string_of(&text, 2 * len);
            assert_taken(double.append(&string), &format!("twice {len} bytes fit exactly"));
            assert_shows(&double, text.repeat(2).as_bytes(), 2 * len, "after a long append");
            assert_refused(double.append(&new_string("x")), "the string is full");
            // Lengths that are small when their upper bits are cut off.
            for capacity in [3, len - 1] {
                let mut small = string_of("abc", capacity);
                let why = format!("{len} bytes do not fit into a capacity of {capacity}");
                assert_refused(small.copy_from(&string), &why);
                assert_refused(small.append(&string), &why);
                assert_shows(&small, b"abc", capacity, "after a long string was refused");
            }
            assert_taken(double.copy_from(&string), &format!("{len} bytes fit"));
            assert_shows(&double, text.as_bytes(), 2 * len, "after a long copy_from");
            let order: Ordering = double.compare(&string);
            assert_eq!(order, Ordering::Equal, "expected long strings to be compared whole");
            let last_differs = format!("{}~", &text[..len - 1]);
            let order: Ordering = double.compare(&new_string(&last_differs));
            assert_eq!(order, Ordering::Less, "expected the last byte of {len} to count");
        }
        assert_shows(&string_of("abc", 5 << 20), b"abc", 5 << 20, "of a capacity of 5 MiB");
    }

    #[test]
    #[cfg_attr(miri, ignore = "long strings take long under Miri")]
    fn a_long_string_can_grow_by_small_pieces() {
        graded!();
        let piece = new_string("piece #");
        let mut string = string_of("", 9_999);
        let mut expected = Vec::new();
        while expected.len() + 7 <= 9_999 {
            assert!(
                string.append(&piece).is_ok(),
                "expected 7 more bytes than {} to fit into a capacity of 9999",
                expected.len()
            );
            expected.extend_from_slice(b"piece #");
            let bytes: &[u8] = string.as_bytes();
            assert!(
                bytes == expected,
                "expected {} after many small pieces, saw {}",
                shown(&expected),
                shown(bytes)
            );
        }
        assert_refused(string.append(&piece), "9996 + 7 bytes do not fit");
        assert_shows(&string, &expected, 9_999, "when no further piece fits");
    }

    #[test]
    fn capacity_without_room_for_the_terminator_is_refused() {
        graded!();
        let limit = isize::MAX as usize;
        let scenario = || {
            for capacity in [usize::MAX, usize::MAX - 1, usize::MAX - 7, limit + 1, limit] {
                for text in ["", "abc"] {
                    assert!(
                        CString::with_capacity(text, capacity).is_err(),
                        "expected an error for a capacity of {capacity:#x}: with the terminator \
                         that is more than isize::MAX"
                    );
                }
            }
        };
        if cfg!(miri) {
            return scenario();
        }
        match run_refusing(test_path!(), usize::MAX, scenario) {
            Ending::Returned => {
                let ((), report) = scope(scenario);
                report.assert_clean();
            }
            Ending::Panicked(text) => panic!("{text}"),
            Ending::AllocError => panic!(
                "expected an Err for each capacity whose sum with the terminator exceeds \
                 isize::MAX: no allocation may be that large, so none must be tried"
            ),
            Ending::Other(end) => panic!(
                "expected an Err for each capacity whose sum with the terminator exceeds \
                 isize::MAX, saw another end: {end}"
            ),
        }
    }

    #[test]
    fn string_is_send() {
        graded!();
        assert!(
            implements!(CString: Send),
            "expected CString to be Send: a string owns its memory and knows no thread"
        );
    }

    #[test]
    fn string_is_sync() {
        graded!();
        assert!(
            implements!(CString: Sync),
            "expected CString to be Sync: what takes &self only reads"
        );
    }
}

mod property {
    use super::*;
    use quickcheck::{Arbitrary, Gen};
    use workbook_support::property::check;

    /// A short text of all kinds of characters, without a NUL.
    #[derive(Clone, Debug)]
    struct Text(String);

    impl Arbitrary for Text {
        fn arbitrary(g: &mut Gen) -> Text {
            let len = usize::from(u8::arbitrary(g) % 9);
            let pick = |g: &mut Gen| match u8::arbitrary(g) % 8 {
                0..=3 => g.choose(&['a', 'b', 'c', '0', '%', 's', ' ']).copied().unwrap_or('a'),
                4 => char::from(u8::arbitrary(g) % 0x7f + 1),
                5 => g.choose(&['é', 'ÿ', '中', '🦀']).copied().unwrap_or('é'),
                _ => Some(char::arbitrary(g)).filter(|c| *c != '\0').unwrap_or('x'),
            };
            Text((0..len).map(|_| pick(g)).collect())
        }

        fn shrink(&self) -> Box<dyn Iterator<Item = Text>> {
            Box::new(self.0.shrink().filter(|text| !text.contains('\0')).map(Text))
        }
    }

    #[test]
    fn any_text_comes_back_or_has_a_nul() {
        graded!();
        c_heap::fill_fresh_memory();
        check(brief(1000, 10), brief(60, 12), |(text, spare): &(String, u8)| {
            let has_nul = text.contains('\0');
            let capacity = text.len() + usize::from(*spare);
            let made = [
                (CString::new(text), text.len()),
                (CString::with_capacity(text, text.len()), text.len()),
                (CString::with_capacity(text, capacity), capacity),
            ];
            for (string, capacity) in made {
                match string {
                    Ok(_) if has_nul => return Err("a text with a NUL was accepted".into()),
                    Ok(string) => look(&string, text.as_bytes(), capacity)?,
                    Err(_) if has_nul => {}
                    Err(reason) => {
                        return Err(format!("a text without a NUL was refused: {reason}"));
                    }
                }
            }
            Ok(())
        });
    }

    #[test]
    fn a_nul_anywhere_is_found() {
        graded!();
        c_heap::fill_fresh_memory();
        check(brief(300, 6), brief(20, 10), |(head, tail): &(Text, Text)| {
            let text = format!("{}\0{}", head.0, tail.0);
            let refused = CString::new(&text).is_err()
                && CString::with_capacity(&text, text.len() + 3).is_err();
            if refused { Ok(()) } else { Err(format!("{text:?} was accepted")) }
        });
    }

    #[test]
    fn compare_is_the_order_of_the_bytes() {
        graded!();
        c_heap::fill_fresh_memory();
        check(brief(600, 8), brief(30, 12), |(same, left, right): &(Text, Text, Text)| {
            let (left, right) = (left.0.as_str(), format!("{}{}", same.0, right.0));
            let both = format!("{}{left}", same.0);
            for (left, right) in [(&*both, &*right), (left, &*right), (&*both, left)] {
                let order: Ordering = new_string(left).compare(&string_of(right, 80));
                let expected = left.as_bytes().cmp(right.as_bytes());
                if order != expected {
                    return Err(format!(
                        "{left:?} compared with {right:?} is {expected:?} by the order of the \
                         bytes, but compare says {order:?}"
                    ));
                }
            }
            Ok(())
        });
    }

    /// One step in the life of a row of strings; positions wrap.
    #[derive(Clone, Debug)]
    enum Step {
        New(Text),
        WithCapacity(Text, u8),
        CopyFrom(usize, usize),
        Append(usize, usize),
        Swap(usize, usize),
        Drop(usize),
    }

    impl Arbitrary for Step {
        fn arbitrary(g: &mut Gen) -> Step {
            let at = |g: &mut Gen| usize::from(u8::arbitrary(g) % 8);
            match u8::arbitrary(g) % 14 {
                0 => Step::New(Text::arbitrary(g)),
                1..=3 => Step::WithCapacity(Text::arbitrary(g), u8::arbitrary(g) % 40),
                4..=6 => Step::CopyFrom(at(g), at(g)),
                7..=11 => Step::Append(at(g), at(g)),
                12 => Step::Swap(at(g), at(g)),
                _ => Step::Drop(at(g)),
            }
        }
    }

    /// A string, the bytes it must hold, and the capacity it must have.
    type Pair = (CString, Vec<u8>, usize);

    /// The strings numbers `to` and `from`, when they are two.
    fn two(row: &mut [Pair], to: usize, from: usize) -> Option<(&mut Pair, &Pair)> {
        let len = row.len().max(1);
        let [to, from] = row.get_disjoint_mut([to % len, from % len]).ok()?;
        Some((to, from))
    }

    fn play(steps: &[Step]) -> Result<(), String> {
        let mut row: Vec<Pair> = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let context =
                |problem| format!("at step {} of the sequence: {problem}", number + 1);
            let len = row.len().max(1);
            match step {
                Step::New(text) => {
                    let string = CString::new(&text.0).map_err(|e| context(e.to_string()))?;
                    row.push((string, text.0.clone().into_bytes(), text.0.len()));
                }
                Step::WithCapacity(text, spare) => {
                    let capacity = text.0.len() + usize::from(*spare);
                    let string = CString::with_capacity(&text.0, capacity)
                        .map_err(|e| context(e.to_string()))?;
                    row.push((string, text.0.clone().into_bytes(), capacity));
                }
                Step::CopyFrom(to, from) => {
                    if let Some((to, from)) = two(&mut row, *to, *from) {
                        let taken = to.0.copy_from(&from.0).is_ok();
                        if taken != (from.1.len() <= to.2) {
                            return Err(context(judged(
                                "copy_from",
                                taken,
                                0,
                                from.1.len(),
                                to.2,
                            )));
                        }
                        if taken {
                            to.1.clone_from(&from.1);
                        }
                    }
                }
                Step::Append(to, from) => {
                    if let Some((to, from)) = two(&mut row, *to, *from) {
                        let taken = to.0.append(&from.0).is_ok();
                        if taken != (to.1.len() + from.1.len() <= to.2) {
                            return Err(context(judged(
                                "append",
                                taken,
                                to.1.len(),
                                from.1.len(),
                                to.2,
                            )));
                        }
                        if taken {
                            to.1.extend_from_slice(&from.1);
                        }
                    }
                }
                Step::Swap(a, b) if !row.is_empty() => row.swap(a % len, b % len),
                Step::Drop(at) if !row.is_empty() => drop(row.swap_remove(at % len)),
                Step::Swap(..) | Step::Drop(_) => {}
            }
            for (index, (string, bytes, capacity)) in row.iter().enumerate() {
                look(string, bytes, *capacity)
                    .map_err(|problem| context(format!("string {index}: {problem}")))?;
                let (next, next_bytes, _) = &row[(index + 1) % row.len()];
                let order: Ordering = string.compare(next);
                if order != bytes.cmp(next_bytes) {
                    return Err(context(format!(
                        "{} compared with {} is {order:?}",
                        shown(bytes),
                        shown(next_bytes)
                    )));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn any_sequence_matches_a_vec_of_bytes() {
        graded!();
        c_heap::fill_fresh_memory();
        check(brief(400, 5), brief(60, 14), |steps: &Vec<Step>| play(steps));
    }

    #[test]
    fn any_sequence_is_memory_clean() {
        graded!();
        c_heap::fill_fresh_memory();
        let case = Cell::new(0);
        check(brief(300, 4), brief(40, 10), |steps: &Vec<Step>| {
            let (result, report) = scope(|| play(steps).is_ok());
            report.assert_clean();
            report.assert_no_foreign_frees();
            if !result {
                return play(steps);
            }
            // What follows repeats the case: one in six will do.
            case.set(case.get() + 1);
            if case.get() % 6 != 0 {
                return Ok(());
            }
            match c_heap::growth(|| drop(play(steps))) {
                Some(bytes) if bytes > 0 => Err(format!(
                    "each time these steps are done, about {bytes} bytes more of C's heap stay in use"
                )),
                _ => Ok(()),
            }
        });
    }

    #[test]
    fn a_long_life_stays_consistent() {
        graded!();
        let words = ["a", "bc", "déf", "ghij", "", "klmno🦀"].map(new_string);
        let capacity = 37;
        let mut string = string_of("", capacity);
        let mut model: Vec<u8> = Vec::new();
        let mut state = 12_345_u32;
        for step in 0..brief(10_000, 60) {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            let word = &words[(state >> 16) as usize % words.len()];
            let bytes = seen_by_c(word);
            if (state >> 8).is_multiple_of(9) {
                let taken = string.copy_from(word).is_ok();
                assert!(taken, "step {step}: every word fits into a capacity of {capacity}");
                model = bytes.to_vec();
            } else {
                let taken = string.append(word).is_ok();
                let fits = model.len() + bytes.len() <= capacity;
                assert!(
                    taken == fits,
                    "at step {step}: {}",
                    judged("append", taken, model.len(), bytes.len(), capacity)
                );
                if taken {
                    model.extend_from_slice(bytes);
                }
            }
            if let Err(problem) = look(&string, &model, capacity) {
                panic!("at step {step}: {problem}");
            }
        }
        // More changes than a number of sixteen bits can count.
        for change in 0..brief(66_000, 0) {
            let taken = string.copy_from(&words[1]).is_ok() && string.append(&words[0]).is_ok();
            assert!(taken, "3 bytes fit into a capacity of 37, after {change} changes as well");
        }
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
        ui::assert_refused("ex3", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex3", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        ui::assert_accepted("ex3");
    }
}

mod memory {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::ops::{AddAssign, IndexMut};
    use workbook_support::child::{Ending, assert_alloc_error_or_return, run_refusing};
    use workbook_support::cliff::text_at_the_edge;
    use workbook_support::{quiet, test_path};

    #[test]
    fn nothing_behind_the_input_is_read() {
        graded!();
        for text in ["", "a", "sixteen bytes, 1", "größer", &"long ".repeat(50)] {
            text_at_the_edge(text, |text| {
                let made = CString::new(text).map(|made| made.as_bytes() == text.as_bytes());
                assert_eq!(made, Ok(true), "new({text:?}), behind which there is no memory");
                let roomy = CString::with_capacity(text, text.len() + 9);
                let roomy = roomy.map(|made| made.as_bytes() == text.as_bytes());
                assert_eq!(roomy, Ok(true), "with_capacity({text:?}, {})", text.len() + 9);
                if let Some(less) = text.len().checked_sub(1) {
                    assert!(CString::with_capacity(text, less).is_err(), "a byte too few");
                }
            });
        }
        text_at_the_edge("ends in NUL\0", |text| {
            assert!(CString::new(text).is_err(), "the last byte is NUL");
        });
    }

    /// Runs `life` inside an audit: when it ends, every allocation has been freed
    /// once, with its layout, by the allocator it came from.
    #[track_caller]
    fn lives_cleanly_once(life: impl Fn()) {
        c_heap::fill_fresh_memory();
        let ((), report) = scope(life);
        report.assert_clean();
        report.assert_no_foreign_frees();
    }

    /// [`lives_cleanly_once`], and again and again: memory of C's heap, too, is
    /// given back.
    #[track_caller]
    fn lives_cleanly(life: impl Fn()) {
        lives_cleanly_once(&life);
        // Under Miri, which watches C's heap, one life has shown it all.
        if !cfg!(miri) {
            c_heap::assert_no_growth(life, "this");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "measures C's heap, which Miri watches by itself")]
    fn no_call_uses_memory_up() {
        graded!();
        c_heap::fill_fresh_memory();
        let lengths: &[usize] = match cfg!(miri) {
            true => &[0, 1, 30],
            false => &[1_000, 4_095, 4_500, 20_000, 150_000],
        };
        let small = brief(300, 0);
        for len in (0..small).chain(lengths.iter().copied()) {
            let text = "x".repeat(len);
            let life = || drop((new_string(&text), string_of(&text, len + 7)));
            c_heap::assert_no_growth(life, &format!("the life of two strings of {len} bytes"));
        }
        let text = string_of("some text", 12);
        let empty = new_string("");
        let long = new_string("a text of more than thirty bytes, for the heap");
        let calls: [(&str, &dyn Fn()); 14] = [
            ("new of a text with a NUL", &|| {
                assert_refused(CString::new("a text\0with a NUL"), "a NUL is refused");
            }),
            ("with_capacity of a text with a NUL", &|| {
                assert_refused(CString::with_capacity("\0", 40), "a NUL is refused");
            }),
            ("with_capacity of a text that is too long", &|| {
                assert_refused(CString::with_capacity("too long", 7), "8 bytes exceed 7");
            }),
            ("with_capacity without room for the terminator", &|| {
                assert_refused(CString::with_capacity("a", isize::MAX as usize), "no room");
            }),
            ("a refused copy_from", &|| {
                let mut string = string_of("abc", 5);
                assert_refused(string.copy_from(&text), "9 bytes exceed 5");
                assert_refused(string.copy_from(&long), "46 bytes exceed 5");
            }),
            ("a copy_from of nothing", &|| {
                let mut string = string_of("abc", 5);
                assert_taken(string.copy_from(&empty), "nothing fits");
                assert_taken(string.copy_from(&empty), "nothing fits");
            }),
            ("a copy_from that fits exactly", &|| {
                assert_taken(string_of("", 9).copy_from(&text), "9 bytes fit exactly");
            }),
            ("a second and a third copy_from", &|| {
                let mut string = string_of("abc", 60);
                for other in [&text, &long, &text] {
                    assert_taken(string.copy_from(other), "46 bytes fit");
                }
            }),
            ("a refused append", &|| {
                let mut string = string_of("abc", 11);
                assert_refused(string.append(&text), "12 bytes exceed 11");
                assert_refused(string.append(&long), "49 bytes exceed 11");
            }),
            ("an append of nothing", &|| {
                let mut string = string_of("abc", 5);
                assert_taken(string.append(&empty), "nothing fits");
                assert_taken(new_string("").append(&empty), "nothing fits");
            }),
            ("an append that fits exactly", &|| {
                assert_taken(string_of("abc", 12).append(&text), "12 bytes fit exactly");
                assert_taken(string_of("", 9).append(&text), "9 bytes fit exactly");
            }),
            ("a second and a third append", &|| {
                let mut string = string_of("abc", 80);
                for other in [&text, &long, &text] {
                    assert_taken(string.append(other), "67 bytes fit");
                }
            }),
            ("a comparison", &|| {
                for other in [&text, &empty, &long] {
                    let _: Ordering = text.compare(other);
                    let _: Ordering = other.compare(&text);
                }
            }),
            ("a look at a string", &|| {
                for (string, bytes, capacity) in
                    [(&text, &b"some text"[..], 12), (&empty, &b""[..], 0)]
                {
                    assert_shows(string, bytes, capacity, "again and again");
                }
            }),
        ];
        for (what, call) in calls {
            c_heap::assert_no_growth(call, what);
        }
    }

    /// Whether this process has about as many mappings as Linux permits it (65,530
    /// unless somebody changed it): strings with pages of their own may come to that.
    fn system_has_no_room() -> bool {
        let Ok(maps) = std::fs::File::open("/proc/self/maps") else { return false };
        BufReader::new(maps).lines().count() > 50_000
    }

    #[test]
    fn many_strings_live_at_once() {
        graded!();
        c_heap::fill_fresh_memory();
        // More than a number of eight or of sixteen bits can tell apart.
        let count = brief(66_000, 20);
        let origin = string_of("origin", 8);
        let mut strings: Vec<CString> = Vec::new();
        for _ in 0..count {
            let mut string = match CString::with_capacity("new", 8) {
                Ok(string) => string,
                Err(reason) => {
                    let made = strings.len();
                    // What is needed to ask the system.
                    strings.truncate(made.saturating_sub(1_000));
                    assert!(
                        system_has_no_room(),
                        "expected with_capacity to make string {made} of {count} that live at \
                         once, it said: {reason}"
                    );
                    break;
                }
            };
            assert_taken(string.copy_from(&origin), "6 bytes fit");
            strings.push(string);
        }
        let count = strings.len();
        drop(origin);
        let word = new_string("!");
        for string in &mut strings[count / 3..count / 2] {
            assert_taken(string.append(&word), "7 bytes fit");
        }
        strings.truncate(count - count / 4);
        for (number, string) in strings.iter().enumerate() {
            let changed = (count / 3..count / 2).contains(&number);
            let expected: &[u8] = if changed { b"origin!" } else { b"origin" };
            if let Err(problem) = look(string, expected, 8) {
                panic!("string {number} of {count} that lived at once: {problem}");
            }
        }
    }

    #[test]
    fn drop_frees_the_memory() {
        graded!();
        lives_cleanly(|| drop(new_string("hello")));
        lives_cleanly(|| drop(string_of("hello", 100)));
        lives_cleanly(|| {
            for text in TEXTS {
                drop(new_string(text));
                drop(string_of(text, text.len() + 1));
            }
        });
    }

    #[test]
    fn empty_strings_are_clean() {
        graded!();
        lives_cleanly(|| {
            drop(new_string(""));
            drop(string_of("", 0));
            let mut string = string_of("", 5);
            assert_taken(string.copy_from(&new_string("")), "nothing fits");
            assert_taken(string.append(&new_string("")), "nothing fits");
        });
    }

    #[test]
    fn refused_texts_leave_nothing_behind() {
        graded!();
        lives_cleanly(|| {
            assert_nul_is_refused("in\0side");
            assert_nul_is_refused("behind\0");
            assert_nul_is_refused("\0");
            assert_refused(CString::with_capacity("too long", 7), "8 bytes exceed 7");
            assert_refused(CString::with_capacity("x", 0), "1 byte exceeds 0");
        });
    }

    #[test]
    fn changed_strings_are_freed_as_they_were_allocated() {
        graded!();
        lives_cleanly(|| {
            let mut string = string_of("a text that gets shorter", 30);
            assert_taken(string.copy_from(&new_string("short")), "5 bytes fit");
            drop(string);
            let mut string = string_of("", 30);
            assert_taken(string.append(&new_string("a text that grows")), "17 bytes fit");
            assert_taken(string.append(&new_string(" and grows on")), "30 bytes fit");
            assert_refused(string.append(&new_string("!")), "31 bytes do not fit");
            assert_taken(string.copy_from(&new_string("")), "nothing fits");
            drop(string);
        });
    }

    #[test]
    fn a_full_string_stays_in_its_memory() {
        graded!();
        let most = brief(300, 12);
        lives_cleanly_once(|| {
            for len in 0..most {
                let text = "x".repeat(len);
                let source = new_string(&text);
                let mut string = string_of("", len);
                assert_taken(string.copy_from(&source), &format!("{len} bytes fit exactly"));
                assert_shows(&string, text.as_bytes(), len, "after an exact copy");
                let mut string = string_of(&text[..len / 2], len);
                let rest = new_string(&text[len / 2..]);
                assert_taken(string.append(&rest), &format!("{len} bytes fit exactly"));
                assert_shows(&string, text.as_bytes(), len, "after an exact append");
            }
        });
    }

    #[test]
    fn neighbours_do_not_touch_each_other() {
        graded!();
        c_heap::fill_fresh_memory();
        let capacities = if cfg!(miri) { 7..10 } else { 1..90 };
        for capacity in capacities {
            let full = "f".repeat(capacity);
            let source = new_string(&full);
            let mut row: Vec<CString> = (0..6).map(|_| string_of("", capacity)).collect();
            for string in &mut row {
                assert_taken(
                    string.copy_from(&source),
                    &format!("{capacity} bytes fit exactly"),
                );
            }
            for string in &row {
                assert_shows(string, full.as_bytes(), capacity, "between full neighbours");
            }
            // Blocks that were damaged by a neighbour do not come back in order.
            row.swap(1, 4);
            row.truncate(3);
            row.push(string_of(&full, capacity));
            for string in &row {
                assert_shows(string, full.as_bytes(), capacity, "after a neighbour went");
            }
        }
    }

    #[test]
    fn the_text_is_copied_not_borrowed() {
        graded!();
        lives_cleanly(|| {
            let mut text = String::from("a text in memory of its own");
            let string = new_string(&text);
            let roomy = string_of(&text, 60);
            text.clear();
            text.push_str("something else that takes its place");
            assert_shows(&string, b"a text in memory of its own", 27, "after the text changed");
            drop(text);
            assert_shows(&string, b"a text in memory of its own", 27, "after the text is gone");
            assert_shows(&roomy, b"a text in memory of its own", 60, "after the text is gone");
        });
    }

    #[test]
    fn reasons_outlive_the_texts() {
        graded!();
        lives_cleanly(|| {
            let long = String::from("a text that is longer than the capacity");
            let with_nul = String::from("a text with a \0 inside");
            let (mut string, other) = (string_of("abc", 5), new_string(&long));
            let answers = [
                ("new", CString::new(&with_nul).err()),
                ("with_capacity", CString::with_capacity(&long, 3).err()),
                ("with_capacity", CString::with_capacity(&with_nul, 40).err()),
                ("with_capacity", CString::with_capacity(&long, isize::MAX as usize).err()),
                ("copy_from", string.copy_from(&other).err()),
                ("append", string.append(&other).err()),
            ];
            let before = answers.map(|(_, reason)| reason.unwrap_or("").as_bytes().to_vec());
            drop((long, with_nul, string, other));
            for ((call, reason), before) in answers.into_iter().zip(before) {
                let reason: &'static str = reason.unwrap_or("");
                assert!(
                    reason.as_bytes() == before,
                    "expected the reason that {call} gave for its Err to live for ever, as its \
                     type says; it changed when the texts and the strings ended"
                );
            }
        });
    }

    #[test]
    fn contents_outlive_the_string_they_came_from() {
        graded!();
        lives_cleanly(|| {
            let mut string = string_of("", 40);
            let mut other = string_of("copied ", 40);
            assert_taken(string.copy_from(&other), "7 bytes fit");
            assert_taken(other.copy_from(&new_string("and appended")), "12 bytes fit");
            assert_shows(&string, b"copied ", 40, "after the other string changed");
            assert_taken(string.append(&other), "19 bytes fit");
            drop(other);
            assert_shows(&string, b"copied and appended", 40, "after the other string is gone");
            let mut third = string_of("", 19);
            assert_taken(third.copy_from(&string), "19 bytes fit exactly");
            assert_taken(string.copy_from(&new_string("x")), "1 byte fits");
            drop(string);
            assert_shows(&third, b"copied and appended", 19, "after the second is gone, too");
        });
    }

    #[test]
    fn a_moved_string_keeps_its_contents() {
        graded!();
        lives_cleanly(|| {
            for text in ["", "short", "a text of more than thirty bytes, for the heap"] {
                let string = string_of(text, text.len() + 5);
                let boxed = Box::new(string);
                overwrite_old_stack();
                assert_shows(&boxed, text.as_bytes(), text.len() + 5, "after a move to a box");
                let mut row = vec![*boxed, new_string("first"), new_string("second")];
                row.swap(0, 2);
                row.reserve(100);
                assert_shows(&row[2], text.as_bytes(), text.len() + 5, "after moves in a Vec");
                assert_shows(&row[0], b"second", 6, "after moves in a Vec");
                let mut last = row.swap_remove(2);
                assert_taken(last.append(&row[1]), "5 more bytes fit");
                drop(row);
                overwrite_old_stack();
                let expected = format!("{text}first");
                assert_shows(&last, expected.as_bytes(), text.len() + 5, "after all moves");
            }
        });
    }

    #[test]
    fn a_panic_that_passes_by_frees_the_memory() {
        graded!();
        lives_cleanly(|| {
            let ended = workbook_support::ledger::catch_planned(|| {
                let _string = string_of("on the way out", 20);
                workbook_support::ledger::planned_panic();
            });
            assert!(ended, "the panic of this test was planned");
        });
    }

    #[test]
    fn a_long_run_does_not_use_memory_up() {
        graded!();
        c_heap::fill_fresh_memory();
        let rounds = brief(2_000, 2);
        let size = brief(16_000, 30);
        let before = c_heap::bytes_in_use().filter(|_| c_heap::runs_alone());
        let source = new_string("some bytes");
        let mut lasting = string_of("", size);
        for _ in 0..rounds {
            let mut string = string_of("start", size);
            assert_taken(string.append(&source), "15 bytes fit");
            assert_taken(string.copy_from(&source), "10 bytes fit");
            assert_taken(lasting.copy_from(&string), "10 bytes fit");
            assert_taken(lasting.append(&string), "20 bytes fit");
            assert_refused(CString::with_capacity("a\0b", size), "a NUL is refused");
        }
        assert_shows(&lasting, b"some bytessome bytes", size, "after many rounds");
        // One string after the other, more than a number of sixteen bits can count.
        for round in 0..brief(70_000, 0) {
            let string = string_of("abc", 3);
            if let Err(problem) = look(&string, b"abc", 3) {
                panic!("in round {round}: {problem}");
            }
        }
        if let (Some(before), Some(after)) = (before, c_heap::bytes_in_use()) {
            let limit = rounds * size / 2;
            assert!(
                after < before.saturating_add(limit),
                "expected {rounds} strings of {size} bytes to be freed one after the other, but \
                 {} bytes more than before are in use",
                after.saturating_sub(before)
            );
        }
    }

    /// Lets a string reach another thread; whether its type allows that itself is
    /// the business of other tests, and this one must compile all the same.
    struct Across<T>(T);

    // SAFETY: used for strings and references to them only, which the contract
    // says are `Send`.
    unsafe impl<T> Send for Across<T> {}

    impl<T> Across<T> {
        fn into_inner(self) -> T {
            self.0
        }
    }

    #[test]
    fn threads_can_read_one_string() {
        graded!();
        let mut string = string_of("read", 30);
        assert_taken(string.append(&new_string(" by many")), "12 bytes fit");
        let other = new_string("read by nobody");
        let read = |string: &CString, other: &CString| {
            let shows = look(string, b"read by many", 30).and_then(|()| {
                // A source is only read, too.
                let (mut copy, mut small) = (string_of("", 40), string_of("", 5));
                let taken = copy.copy_from(string).is_ok()
                    && copy.append(string).is_ok()
                    && small.copy_from(string).is_err();
                if !taken {
                    return Err("expected 24 bytes to fit into 40, and 12 not into 5".into());
                }
                look(&copy, b"read by manyread by many", 40)?;
                look(string, b"read by many", 30)
            });
            let (order, reverse): (Ordering, Ordering) =
                (string.compare(other), other.compare(string));
            (shows, order, reverse)
        };
        let expected = (Ok(()), Ordering::Less, Ordering::Greater);
        thread::scope(|threads| {
            let shared = [0, 1].map(|_| Across((&string, &other)));
            let workers = shared.map(|shared| {
                threads.spawn(move || {
                    let (string, other) = shared.into_inner();
                    read(string, other)
                })
            });
            assert_eq!(read(&string, &other), expected, "what this thread sees");
            for worker in workers {
                let seen = worker.join().expect("reading a string does not panic");
                assert_eq!(seen, expected, "what another thread sees at the same time");
            }
        });
    }

    #[test]
    fn strings_on_two_threads_do_not_meet() {
        graded!();
        c_heap::fill_fresh_memory();
        let rounds = brief(1_000, 2);
        let work = move |mut string: CString, word: &str| -> Result<(), String> {
            let word = new_string(word);
            let long = new_string("a text of more than twenty bytes");
            for _ in 0..rounds {
                let mut empty = new_string("");
                let mut copy = string_of("", 20);
                let refused = CString::new("a\0b").is_err()
                    && CString::with_capacity("a\0b", 20).is_err()
                    && CString::with_capacity("ab", 1).is_err()
                    && CString::with_capacity("ab", usize::MAX).is_err()
                    && copy.copy_from(&long).is_err()
                    && copy.append(&long).is_err();
                if !refused {
                    return Err("expected all of these to be refused".into());
                }
                let taken = empty.copy_from(&copy).is_ok()
                    && copy.copy_from(&string).is_ok()
                    && string.copy_from(&word).is_ok()
                    && string.append(&word).is_ok()
                    && copy.copy_from(&string).is_ok();
                if !taken {
                    return Err("expected all of these to fit".into());
                }
                let expected = word.as_bytes().repeat(2);
                look(&empty, b"", 0)?;
                look(&copy, &expected, 20)?;
                look(&string, &expected, 20)?;
            }
            Ok(())
        };
        // Two strings of the same origin part; whatever they shared in secret, each
        // must be alone on its thread.
        let origin = string_of("origin", 20);
        let mut here = string_of("", 20);
        let mut there = string_of("", 20);
        assert_taken(here.copy_from(&origin), "6 bytes fit");
        assert_taken(there.copy_from(&here), "6 bytes fit");
        let moved = Across(there);
        let worker = thread::spawn(move || work(moved.into_inner(), "there"));
        let here = work(here, "here");
        let there =
            worker.join().expect("using a string on a thread of its own does not panic");
        for (seen, thread) in [(here, "this thread"), (there, "another thread")] {
            if let Err(problem) = seen {
                panic!("on {thread}, while another works on strings of its own: {problem}");
            }
        }
        assert_shows(&origin, b"origin", 20, "the string that both came from");
    }

    #[test]
    fn a_string_can_end_on_another_thread() {
        graded!();
        let moved = Across((string_of("from here", 30), new_string(" to there")));
        let back = thread::spawn(move || {
            let (mut string, other) = moved.into_inner();
            let taken = string.append(&other).is_ok();
            drop(other);
            Across((string, taken))
        })
        .join()
        .expect("using a string on another thread does not panic");
        let (string, taken) = back.into_inner();
        assert!(taken, "18 bytes fit into a capacity of 30");
        assert_shows(&string, b"from here to there", 30, "after a journey to another thread");
        let born_there = thread::spawn(|| {
            let mut string = string_of("from there", 30);
            let taken = string.append(&new_string(" to here")).is_ok();
            Across((string, new_string(" and on"), taken))
        })
        .join()
        .expect("using a string on another thread does not panic");
        let (mut string, source, taken) = born_there.into_inner();
        assert!(taken, "18 bytes fit into a capacity of 30");
        assert_shows(&string, b"from there to here", 30, "when its first thread has ended");
        assert_taken(string.append(&source), "25 bytes fit into a capacity of 30");
        drop(source);
        assert_shows(&string, b"from there to here and on", 30, "when its thread has ended");
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process of its own, which Miri cannot do")]
    fn capacity_that_no_allocator_can_serve_is_no_panic() {
        graded!();
        if std::env::var_os("WORKBOOK_AUDIT").is_some_and(|v| v == "off") {
            return; // A sanitizer has an opinion of its own on such requests.
        }
        let limit = isize::MAX as usize;
        // The last two would be small if their upper half were cut off.
        let far =
            if limit >> 62 == 1 { [limit / 2 + 21, (1 << 48) + 21] } else { [limit / 2; 2] };
        for (index, capacity) in
            [limit - 1, limit - 2, limit - 16, limit / 2].iter().chain(&far).enumerate()
        {
            // A number that no request reaches; it also names the scenario.
            let scenario = || {
                for text in ["", "abc"] {
                    let made = CString::with_capacity(text, *capacity);
                    let Ok(mut string) = made else { continue };
                    // Memory may come as late as a string likes, and then from anywhere.
                    let when = "a string without its memory yet";
                    assert_shows(&string, text.as_bytes(), *capacity, when);
                    let taken = string.append(&new_string(&"x".repeat(40))).is_ok();
                    let more = if taken { 40 } else { 0 };
                    let expected = format!("{text}{}", "x".repeat(more));
                    let when = &format!("with {more} bytes more");
                    assert_shows(&string, expected.as_bytes(), *capacity, when);
                }
            };
            let seen = match run_refusing(test_path!(), usize::MAX - index, scenario) {
                Ending::Returned => {
                    let ((), report) = scope(scenario);
                    report.assert_clean();
                    continue;
                }
                Ending::AllocError => continue,
                Ending::Panicked(text) => format!("a plain panic: {text}"),
                Ending::Other(end) => format!("another end: {end}"),
            };
            panic!(
                "a capacity of {capacity:#x} is legal, but no allocator can serve it: expected \
                 an Err or `std::alloc::handle_alloc_error` (an abort that says \"memory \
                 allocation of …\"), saw {seen}"
            );
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process of its own, which Miri cannot do")]
    fn allocation_failure_is_an_error_or_handle_alloc_error() {
        graded!();
        const LONG: &str = "a text of more than thirty bytes, which no short buffer holds";
        let scenario = || {
            let Ok(mut string) = CString::with_capacity(LONG, 100) else { return };
            assert!(string.as_bytes() == LONG.as_bytes(), "an Ok must come with the text");
            let Ok(other) = CString::new("0123456789012345678901234567") else {
                assert!(string.as_bytes() == LONG.as_bytes(), "a string changed by itself");
                return;
            };
            let before = string.len();
            let taken = string.append(&other).is_ok();
            let expected = if taken { before + 28 } else { before };
            assert!(string.len() == expected, "an Err must change nothing, an Ok must add");
            if string.copy_from(&other).is_ok() {
                assert!(string.as_bytes() == other.as_bytes(), "an Ok must come with the copy");
            } else {
                assert!(string.len() == expected, "an Err must change nothing");
            }
        };
        assert_alloc_error_or_return(test_path!(), scenario);
        // What ends in an Err must not leave memory behind on the way.
        for refuse_from in 1..=4 {
            if run_refusing(test_path!(), refuse_from, scenario) == Ending::Returned {
                let ((), report) = scope_refusing(refuse_from, scenario);
                report.assert_clean();
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process of its own, which Miri cannot do")]
    fn memory_that_comes_late_may_fail_as_well() {
        graded!();
        const TEXT: &str = "0123456789012345678901234567";
        let scenario = || {
            // Some strings ask for memory when the first byte comes.
            let Ok(mut copy) = CString::with_capacity("", 100) else { return };
            let Ok(mut sum) = CString::with_capacity("", 100) else { return };
            let Ok(other) = CString::new(TEXT) else { return };
            let due = |taken: bool| if taken { TEXT.as_bytes() } else { b"" };
            let taken = copy.copy_from(&other).is_ok();
            assert!(
                copy.as_bytes() == due(taken),
                "an Err must change nothing, an Ok must copy"
            );
            let taken = sum.append(&other).is_ok();
            assert!(sum.as_bytes() == due(taken), "an Err must change nothing, an Ok must add");
        };
        assert_alloc_error_or_return(test_path!(), scenario);
        for refuse_from in 1..=4 {
            if run_refusing(test_path!(), refuse_from, scenario) == Ending::Returned {
                let ((), report) = scope_refusing(refuse_from, scenario);
                report.assert_clean();
            }
        }
    }

    /// Traits that a string need not implement, but must implement soundly.
    struct Offer<T>(T);

    trait NotOffered<T> {
        fn cloned(&self) -> Option<T> {
            None
        }
        fn defaulted(&self) -> Option<T> {
            None
        }
        fn printed(&self) -> Option<String> {
            None
        }
        fn made_from(&self, _text: &'static str) -> Option<T> {
            None
        }
    }

    impl<T> NotOffered<T> for Offer<&T> {}

    /// The same for traits that change a string. Each returns whether it is there.
    trait ChangeNotOffered<T> {
        fn cloned_from(&mut self, _other: &T) -> bool {
            false
        }
        fn bytes_overwritten(&mut self) -> bool {
            false
        }
        fn target_overwritten(&mut self) -> bool {
            false
        }
        fn text_written(&mut self, _text: &str) -> bool {
            false
        }
        fn bytes_written(&mut self, _bytes: &[u8]) -> bool {
            false
        }
        fn string_added(&mut self, _other: &T) -> bool {
            false
        }
        fn text_added(&mut self, _text: &'static str) -> bool {
            false
        }
        fn extended_by_bytes(&mut self, _bytes: &[u8]) -> bool {
            false
        }
        fn extended_by_characters(&mut self, _text: &str) -> bool {
            false
        }
        fn indexed_bytes_overwritten(&mut self, _count: usize) -> bool {
            false
        }
    }

    impl<T> ChangeNotOffered<T> for Offer<&mut T> {}

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Clone> Offer<&mut T> {
        fn cloned_from(&mut self, other: &T) -> bool {
            self.0.clone_from(other);
            true
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: AsMut<[u8]>> Offer<&mut T> {
        fn bytes_overwritten(&mut self) -> bool {
            self.0.as_mut().fill(0xFF);
            true
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: DerefMut<Target = [u8]>> Offer<&mut T> {
        fn target_overwritten(&mut self) -> bool {
            self.0.deref_mut().fill(0xFF);
            true
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: std::fmt::Write> Offer<&mut T> {
        fn text_written(&mut self, text: &str) -> bool {
            let _ = self.0.write_str(text);
            true
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: std::io::Write> Offer<&mut T> {
        fn bytes_written(&mut self, bytes: &[u8]) -> bool {
            let _ = self.0.write(bytes);
            true
        }
    }

    /// A panic is a refusal, too.
    fn refuses_or_acts(act: impl FnOnce()) -> bool {
        let _ = quiet::catch(act);
        true
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: for<'a> AddAssign<&'a T>> Offer<&mut T> {
        fn string_added(&mut self, other: &T) -> bool {
            refuses_or_acts(|| *self.0 += other)
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: AddAssign<&'static str>> Offer<&mut T> {
        fn text_added(&mut self, text: &'static str) -> bool {
            refuses_or_acts(|| *self.0 += text)
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Extend<u8>> Offer<&mut T> {
        fn extended_by_bytes(&mut self, bytes: &[u8]) -> bool {
            refuses_or_acts(|| self.0.extend(bytes.iter().copied()))
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Extend<char>> Offer<&mut T> {
        fn extended_by_characters(&mut self, text: &str) -> bool {
            refuses_or_acts(|| self.0.extend(text.chars()))
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: IndexMut<usize, Output = u8>> Offer<&mut T> {
        fn indexed_bytes_overwritten(&mut self, count: usize) -> bool {
            refuses_or_acts(|| (0..count).for_each(|at| self.0[at] = 0xFF))
        }
    }

    #[test]
    fn changes_beyond_the_contract_are_sound() {
        graded!();
        // What catches a panic is put in place outside of the audit.
        quiet::install();
        lives_cleanly(|| {
            let long = new_string("longer than the capacity of the other string");
            let mut string = string_of("abc", 5);
            type Change<'a> = (&'a str, &'a dyn Fn(&mut CString) -> bool);
            let changes: [Change<'_>; 10] = [
                ("Clone::clone_from", &|string| Offer(string).cloned_from(&long)),
                ("AsMut<[u8]>", &|string| Offer(string).bytes_overwritten()),
                ("DerefMut", &|string| Offer(string).target_overwritten()),
                ("fmt::Write", &|string| Offer(string).text_written("more than fits")),
                ("io::Write", &|string| Offer(string).bytes_written(b"\xFFmore than fits")),
                ("AddAssign<&CString>", &|string| Offer(string).string_added(&long)),
                ("AddAssign<&str>", &|string| Offer(string).text_added("more\0than fits")),
                ("Extend<u8>", &|string| {
                    Offer(string).extended_by_bytes(b"\xFFmore than fits")
                }),
                ("Extend<char>", &|string| {
                    Offer(string).extended_by_characters("more than fits")
                }),
                ("IndexMut", &|string| Offer(string).indexed_bytes_overwritten(20)),
            ];
            for (name, change) in changes {
                if !change(&mut string) {
                    continue;
                }
                let (len, capacity): (usize, usize) =
                    (seen_by_c(&string).len(), string.capacity());
                assert!(
                    len <= capacity,
                    "after {name}, which need not be there but must be sound, C code sees {len} \
                     bytes, and the capacity is {capacity}: the terminator is gone"
                );
                let text: Option<&str> = string.to_str().ok();
                assert!(
                    text.is_none_or(|text| str::from_utf8(black_box(text.as_bytes())).is_ok()),
                    "after {name}, which need not be there but must be sound, to_str() gives a \
                     text of bytes that are not UTF-8"
                );
                assert_taken(string.copy_from(&new_string("abcde")), "5 bytes still fit");
                let capacity: usize = string.capacity();
                assert_shows(&string, b"abcde", capacity, "after that");
            }
        });
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Clone> Offer<&T> {
        fn cloned(&self) -> Option<T> {
            Some(self.0.clone())
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: Default> Offer<&T> {
        fn defaulted(&self) -> Option<T> {
            Some(T::default())
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: std::fmt::Debug> Offer<&T> {
        fn printed(&self) -> Option<String> {
            Some(format!("{:?}", self.0))
        }
    }

    #[allow(dead_code, reason = "called only where the bound holds")]
    impl<T: From<&'static str>> Offer<&T> {
        fn made_from(&self, text: &'static str) -> Option<T> {
            let mut made = None;
            let _ = quiet::catch(|| made = Some(T::from(text)));
            made
        }
    }

    /// Uses all the capacity that `string` says it has.
    #[track_caller]
    fn fill_up(string: &mut CString, what: &str) {
        let capacity: usize = string.capacity();
        if capacity > 4_096 {
            return;
        }
        let mut expected = seen_by_c(string).to_vec();
        let room = capacity - expected.len();
        expected.resize(capacity, b'x');
        let taken = string.append(&new_string(&"x".repeat(room)));
        assert_taken(
            taken,
            &format!("{what} has a capacity of {capacity}, and {room} are left"),
        );
        assert_shows(string, &expected, capacity, &format!("{what} that is full"));
    }

    #[test]
    fn traits_beyond_the_contract_are_sound() {
        graded!();
        // What catches a panic is put in place outside of the audit.
        quiet::install();
        lives_cleanly(|| {
            let string = string_of("original", 200);
            let _: Option<String> = Offer(&string).printed();
            let copy: Option<CString> = Offer(&string).cloned();
            if let Some(mut copy) = Offer(&string).defaulted() {
                let copy: &mut CString = &mut copy;
                let (len, capacity): (usize, usize) = (seen_by_c(copy).len(), copy.capacity());
                assert!(len <= capacity, "expected a default string to fit its capacity");
                let _ = copy.append(&string);
                let len = seen_by_c(copy).len();
                assert!(len <= capacity, "expected a default string to keep its capacity");
                fill_up(copy, "a default string");
            }
            for text in ["made from a text", "with a \0 inside", ""] {
                if let Some(mut made) = Offer(&string).made_from(text) {
                    let (len, capacity): (usize, usize) =
                        (seen_by_c(&made).len(), made.capacity());
                    assert!(
                        len <= capacity,
                        "expected a string from a text to fit its capacity"
                    );
                    fill_up(&mut made, "a string made from a text");
                }
            }
            let two: [Option<CString>; 2] = [Offer(&string).cloned(), Offer(&string).cloned()];
            if let [Some(mut first), Some(second)] = two {
                fill_up(&mut first, "a clone");
                let capacity: usize = second.capacity();
                assert_shows(&second, b"original", capacity, "beside a clone that is full");
            }
            let Some(mut copy) = copy else { return };
            let copied = seen_by_c(&copy).to_vec();
            if copy.copy_from(&new_string("copy")).is_ok() {
                assert_shows(&string, b"original", 200, "after its clone changed");
            }
            drop(string);
            let len = seen_by_c(&copy).len();
            assert!(
                len == 4 || len == copied.len(),
                "expected the clone to own its memory, and to outlive the original"
            );
        });
    }
}
