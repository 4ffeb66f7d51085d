//! The graded suite of exercise 9, a Rust library for C.
//!
//! It calls the exported functions as C does: by their symbols, with the types of
//! csrc/ex9.h. A C program against that header runs as well.

// The library is linked for its symbols.
extern crate unsafe_workbook;

mod c {
    use std::ffi::{CStr, CString, c_char, c_void};
    use std::ptr;

    #[repr(C)]
    pub struct Words {
        _fields: [u8; 0],
    }

    pub type Visit = unsafe extern "C-unwind" fn(*const c_char, usize, *mut c_void) -> i32;

    // SAFETY: the declarations repeat csrc/ex9.h.
    unsafe extern "C" {
        pub safe fn words_new() -> *mut Words;
        pub fn words_free(handle: *mut *mut Words);
        pub fn words_add(handle: *mut Words, text: *const c_char) -> i32;
        pub fn words_count(handle: *const Words, word: *const c_char, out: *mut usize) -> i32;
        pub fn words_most_common(handle: *const Words, out: *mut *mut c_char) -> i32;
        pub fn words_string_free(string: *mut *mut c_char);
        pub fn words_each(handle: *const Words, visit: Option<Visit>, user: *mut c_void)
        -> i32;
        pub fn words_last_error(buffer: *mut c_char, len: usize) -> usize;
    }

    pub const OK: i32 = 0;
    pub const NULL: i32 = 1;
    pub const UTF8: i32 = 2;
    pub const PANIC: i32 = 3;
    pub const NOT_FOUND: i32 = 4;

    pub fn name(code: i32) -> String {
        match code {
            OK => "WORDS_OK".into(),
            NULL => "WORDS_NULL".into(),
            UTF8 => "WORDS_UTF8".into(),
            PANIC => "WORDS_PANIC".into(),
            NOT_FOUND => "WORDS_NOT_FOUND".into(),
            other => format!("{other}"),
        }
    }

    #[track_caller]
    pub fn expect(code: i32, expected: i32, what: &str) {
        assert!(code == expected, "{what}: expected {}, saw {}", name(expected), name(code));
    }

    /// A counter that is freed at the end of a test.
    pub struct Counter(pub *mut Words);

    impl Counter {
        #[track_caller]
        pub fn new() -> Counter {
            let words = words_new();
            assert!(!words.is_null(), "expected words_new to return a counter, saw null");
            Counter(words)
        }

        #[track_caller]
        pub fn of(text: &str) -> Counter {
            let counter = Counter::new();
            expect(counter.add(text), OK, "a text of UTF-8");
            counter
        }

        pub fn add(&self, text: &str) -> i32 {
            let text = CString::new(text).unwrap();
            // SAFETY: a counter and a C string.
            unsafe { words_add(self.0, text.as_ptr()) }
        }

        #[track_caller]
        pub fn count(&self, word: &str) -> usize {
            let word = CString::new(word).unwrap();
            // All bits are set: one that is not written is seen.
            let mut count = usize::MAX;
            // SAFETY: a counter, a C string, a place for a number.
            let code = unsafe { words_count(self.0, word.as_ptr(), &mut count) };
            expect(code, OK, "a word of UTF-8");
            count
        }

        /// The word and its code; the string goes back to the library.
        pub fn most_common(&self) -> (i32, Option<String>) {
            let mut word = ptr::null_mut();
            // SAFETY: a counter and a place for a pointer.
            let code = unsafe { words_most_common(self.0, &mut word) };
            if word.is_null() {
                return (code, None);
            }
            // SAFETY: a string of the library, which is given back once.
            let text = unsafe { CStr::from_ptr(word) }.to_string_lossy().into_owned();
            // SAFETY: a string of the library, not used after this.
            unsafe { words_string_free(&mut word) };
            assert!(word.is_null(), "expected words_string_free to set the pointer to null");
            (code, Some(text))
        }

        /// All words with their counts, through `words_each`.
        #[track_caller]
        pub fn all(&self) -> Vec<(String, usize)> {
            unsafe extern "C-unwind" fn note(
                word: *const c_char,
                count: usize,
                user: *mut c_void,
            ) -> i32 {
                // SAFETY: the vector below, and a word of the library.
                let (list, word) = unsafe {
                    (&mut *user.cast::<Vec<(String, usize)>>(), CStr::from_ptr(word))
                };
                list.push((word.to_str().expect("words are UTF-8").to_owned(), count));
                0
            }
            let mut list: Vec<(String, usize)> = Vec::new();
            // SAFETY: a counter, and a visitor for this `user`.
            let code = unsafe { words_each(self.0, Some(note), (&raw mut list).cast()) };
            expect(code, OK, "a visit to all words");
            list
        }
    }

    impl Drop for Counter {
        fn drop(&mut self) {
            // SAFETY: a counter, freed once.
            unsafe { words_free(&mut self.0) };
        }
    }

    /// The text of the last error on this thread.
    pub fn last_error() -> String {
        // SAFETY: no buffer.
        let needed = unsafe { words_last_error(ptr::null_mut(), 0) };
        assert!(needed >= 1, "expected room for at least the NUL, saw {needed} bytes");
        assert!(needed < 10_000, "expected a short text, saw {needed} bytes");
        let mut buffer = vec![0x7F_u8; needed];
        // SAFETY: `needed` bytes may be written.
        let again = unsafe { words_last_error(buffer.as_mut_ptr().cast(), needed) };
        assert_eq!(again, needed, "expected the same number of bytes when asked again");
        let text = CStr::from_bytes_with_nul(&buffer);
        let text = text.expect("expected a text with one NUL, at its end");
        text.to_str().expect("expected a text of UTF-8").to_owned()
    }
}

mod control {
    use super::c::*;
    use workbook_support::{graded, quiet};

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let counter = Counter::of("a b a");
        let fooled = quiet::catch(|| assert_eq!(counter.count("a"), 3));
        assert!(fooled.is_err(), "2 was taken for 3: comparisons cannot be trusted");
        let fooled = quiet::catch(|| expect(counter.add("c"), PANIC, "an ordinary word"));
        assert!(fooled.is_err(), "a wrong code was taken for right: nothing can be trusted");
    }
}

mod unit {
    use super::c::*;
    use std::ffi::{CStr, CString, c_char, c_void};
    use std::ptr;
    use std::thread;
    use workbook_support::{brief, graded, quiet};

    #[test]
    fn words_are_counted() {
        graded!();
        let counter = Counter::of("one two two");
        expect(counter.add("three two"), OK, "another text");
        let seen = ["one", "two", "three", "four"].map(|word| counter.count(word));
        assert_eq!(seen, [1, 3, 1, 0], "expected the counts of one, two, three and four");
        for text in ["", " ", " one", "one ", "one two", "ONE"] {
            assert_eq!(counter.count(text), 0, "{text:?} is no word that was counted");
        }
    }

    #[test]
    fn white_space_divides_words() {
        graded!();
        let counter = Counter::of("  a\tb\n\na \r\n c\u{a0}d\u{3000}a ");
        expect(counter.add(""), OK, "an empty text");
        expect(counter.add(" \n "), OK, "a text of white space");
        let expected = [("a", 3), ("b", 1), ("c", 1), ("d", 1)];
        let expected = expected.map(|(word, count)| (word.to_owned(), count));
        assert_eq!(counter.all(), expected, "expected words without white space of any kind");
        let counter = Counter::of("a\u{b}b\u{c}c\u{85}d\u{1680}e\u{2003}f\u{2028}g\u{205f}h");
        let expected =
            ["a", "b", "c", "d", "e", "f", "g", "h"].map(|word| (word.to_owned(), 1));
        assert_eq!(counter.all(), expected, "expected rarer white space to divide words, too");
        let counter = Counter::of("a\u{200b}b");
        assert_eq!(
            counter.count("a\u{200b}b"),
            1,
            "U+200B has no width, and is no white space"
        );
    }

    #[test]
    fn words_may_have_any_letters() {
        graded!();
        let counter = Counter::of("größe 数 größe 🦀");
        let seen = ["größe", "数", "🦀", "grö"].map(|word| counter.count(word));
        assert_eq!(seen, [2, 1, 1, 0], "expected words beyond ASCII to be counted whole");
        assert_eq!(counter.most_common(), (OK, Some("größe".into())), "expected UTF-8 back");
    }

    #[test]
    fn counts_and_words_may_be_large() {
        graded!();
        let counter = Counter::new();
        let times = brief(70_000, 40);
        expect(counter.add(&"many ".repeat(times)), OK, "a long text");
        assert_eq!(counter.count("many"), times, "expected every one of many to be counted");
        let long = "long".repeat(brief(20_000, 20));
        let (first, second) = (format!("{long}1"), format!("{long}2"));
        expect(counter.add(&format!("{first} {second} {first}")), OK, "long words");
        let seen = [&first, &second, &long].map(|word| counter.count(word));
        assert_eq!(seen, [2, 1, 0], "expected long words to be told apart by their ends");
        let list = counter.all();
        let expected = [(first, 2), (second, 1), (String::from("many"), times)];
        assert!(list == expected, "expected a visit to see the same words and counts");
    }

    #[test]
    fn a_counter_may_go_to_another_thread() {
        graded!();
        let counter = Counter::of("a b");
        let address = counter.0 as usize;
        let there = thread::spawn(move || {
            let counter = std::mem::ManuallyDrop::new(Counter(address as *mut Words));
            let mut word = ptr::null_mut();
            // SAFETY: a counter, which no other thread uses now, and a place for a pointer.
            let code = unsafe { words_most_common(counter.0, &mut word) };
            (counter.add("b b"), counter.count("b"), code, word as usize)
        });
        let (added, count, code, word) = there.join().expect("the thread ends without a panic");
        assert_eq!((added, count, code), (OK, 3, OK), "expected the other thread to be served");
        let mut word = word as *mut c_char;
        // SAFETY: a string of the library, which was not freed yet.
        let text = unsafe { CStr::from_ptr(word) }.to_owned();
        assert_eq!(text.as_c_str(), c"a", "expected the string to outlive its thread");
        // SAFETY: a string of the library, not used after this.
        unsafe { words_string_free(&mut word) };
        assert_eq!(counter.count("b"), 3, "expected the counter to outlive the other thread");
    }

    #[test]
    fn counters_are_independent() {
        graded!();
        let (first, second) = (Counter::of("a"), Counter::of("a a b"));
        assert_eq!(
            (first.count("a"), first.count("b")),
            (1, 0),
            "expected the first counter's"
        );
        assert_eq!((second.count("a"), second.count("b")), (2, 1), "expected the second's");
    }

    #[test]
    fn the_most_common_word_comes_back_as_a_string() {
        graded!();
        let counter = Counter::of("b a b c c");
        assert_eq!(
            counter.most_common(),
            (OK, Some("b".into())),
            "expected the first of equals"
        );
        expect(counter.add("c"), OK, "one more");
        assert_eq!(counter.most_common(), (OK, Some("c".into())), "expected the most common");
    }

    #[test]
    fn out_need_not_be_initialised() {
        graded!();
        let counter = Counter::of("word");
        // What stands there is no string: the library may write to it, and no more.
        let mut word = ptr::dangling_mut::<c_char>();
        // SAFETY: a counter and a place for a pointer.
        let code = unsafe { words_most_common(counter.0, &mut word) };
        expect(code, OK, "a counter with words");
        assert!(word != ptr::dangling_mut(), "expected `*out` to be written");
        // SAFETY: a string of the library, freed once.
        unsafe {
            assert_eq!(CStr::from_ptr(word), c"word", "expected the word");
            words_string_free(&mut word);
        }
    }

    #[test]
    fn without_words_there_is_no_most_common() {
        graded!();
        let counter = Counter::new();
        let mark = ptr::dangling_mut::<c_char>();
        let mut word = mark;
        // SAFETY: a counter and a place for a pointer.
        let code = unsafe { words_most_common(counter.0, &mut word) };
        expect(code, NOT_FOUND, "a counter without words");
        assert_eq!(word, mark, "an error leaves `*out` as it was");
        assert!(!last_error().is_empty(), "expected a text for every error");
    }

    #[test]
    fn null_is_an_error_in_every_position() {
        graded!();
        let counter = Counter::of("x");
        let text = c"x".as_ptr();
        let null = ptr::null_mut::<Words>();
        let mut number = 77;
        let mark = ptr::dangling_mut::<c_char>();
        let mut word = mark;
        unsafe extern "C-unwind" fn visit(_: *const c_char, _: usize, _: *mut c_void) -> i32 {
            0
        }
        let user = ptr::null_mut();
        // SAFETY: every argument is null or what the header asks for.
        unsafe {
            let cases = [
                ("words_add", "handle", words_add(null, text), last_error()),
                ("words_add", "text", words_add(counter.0, ptr::null()), last_error()),
                ("words_count", "handle", words_count(null, text, &mut number), last_error()),
                (
                    "words_count",
                    "word",
                    words_count(counter.0, ptr::null(), &mut number),
                    last_error(),
                ),
                (
                    "words_count",
                    "out",
                    words_count(counter.0, text, ptr::null_mut()),
                    last_error(),
                ),
                (
                    "words_most_common",
                    "handle",
                    words_most_common(null, &mut word),
                    last_error(),
                ),
                (
                    "words_most_common",
                    "out",
                    words_most_common(counter.0, ptr::null_mut()),
                    last_error(),
                ),
                ("words_each", "handle", words_each(null, Some(visit), user), last_error()),
                ("words_each", "visit", words_each(counter.0, None, user), last_error()),
            ];
            for (function, argument, _, text) in &cases {
                let other = cases.iter().find(|(name, other, _, same)| {
                    name == function && other != argument && same == text
                });
                assert!(
                    other.is_none(),
                    "{function}: expected to learn from the text which argument is null, saw \
                     {text:?} for several"
                );
            }
            for (function, argument, code, text) in cases {
                expect(code, NULL, &format!("{function} with a null `{argument}`"));
                assert!(
                    text.contains(argument),
                    "{function}: expected a text that names `{argument}`, saw {text:?}"
                );
            }
        }
        assert_eq!((number, word), (77, mark), "an error leaves `*out` as it was");
        assert_eq!(counter.all(), [("x".into(), 1)], "an error leaves the counter as it was");
    }

    #[test]
    fn all_arguments_may_be_null_at_once() {
        graded!();
        let (null, out) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: null is allowed everywhere.
        let codes = unsafe {
            [
                words_add(null, ptr::null()),
                words_count(null, ptr::null(), ptr::null_mut()),
                words_most_common(null, out),
                words_each(null, None, ptr::null_mut()),
            ]
        };
        assert_eq!(codes, [NULL; 4], "expected WORDS_NULL from all four");
    }

    #[test]
    fn freeing_null_does_nothing() {
        graded!();
        let (mut handle, mut string) = (ptr::null_mut(), ptr::null_mut());
        expect(Counter::new().most_common().0, NOT_FOUND, "a counter without words");
        let before = last_error();
        // SAFETY: null, and pointers to null, are allowed.
        unsafe {
            words_free(ptr::null_mut());
            words_free(&mut handle);
            words_string_free(ptr::null_mut());
            words_string_free(&mut string);
        }
        assert!(handle.is_null() && string.is_null(), "expected both to stay null");
        assert_eq!(last_error(), before, "what does nothing is no error");
    }

    #[test]
    fn invalid_utf8_is_an_error() {
        graded!();
        let counter = Counter::of("a");
        for bytes in [c"\xff", c"b \xc3", c"b \xed\xa0\x80 c"] {
            // SAFETY: a counter and a C string.
            let code = unsafe { words_add(counter.0, bytes.as_ptr()) };
            expect(code, UTF8, "bytes that are not UTF-8");
            assert!(last_error().contains("text"), "expected the text to name `text`");
            let mut count = 77;
            // SAFETY: a counter, a C string, a place for a number.
            let code = unsafe { words_count(counter.0, bytes.as_ptr(), &mut count) };
            expect(code, UTF8, "bytes that are not UTF-8");
            assert_eq!(count, 77, "an error leaves `*out` as it was");
            assert!(last_error().contains("word"), "expected the text to name `word`");
        }
        assert_eq!(counter.all(), [("a".into(), 1)], "an error leaves the counter as it was");
    }

    #[test]
    fn a_visit_goes_through_the_words_in_order() {
        graded!();
        let counter = Counter::of("pear fig apple fig Zoo é");
        let expected = [("Zoo", 1), ("apple", 1), ("fig", 2), ("pear", 1), ("é", 1)];
        let expected = expected.map(|(word, count)| (word.to_owned(), count));
        assert_eq!(counter.all(), expected, "expected every word once, in the order of bytes");
        assert_eq!(Counter::new().all(), [], "expected no call without words");
    }

    #[test]
    fn a_visit_ends_when_it_is_told() {
        graded!();
        unsafe extern "C-unwind" fn three(
            _: *const c_char,
            _: usize,
            user: *mut c_void,
        ) -> i32 {
            // SAFETY: the numbers below.
            let (left, answer) = unsafe { &mut *user.cast::<(i32, i32)>() };
            *left -= 1;
            if *left == 0 { *answer } else { 0 }
        }
        let counter = Counter::of("a b c d e");
        for answer in [-5, 1, 256, 1 << 16, i32::MIN] {
            let mut state = (3, answer);
            // SAFETY: a counter, and a visitor for this `user`.
            let code = unsafe { words_each(counter.0, Some(three), (&raw mut state).cast()) };
            expect(code, OK, "a visit that ends early");
            assert_eq!(state.0, 0, "expected no call after the one that returned {answer}");
        }
    }

    #[test]
    fn a_visitor_may_use_the_counter() {
        graded!();
        struct State {
            handle: *mut Words,
            seen: Vec<(String, usize)>,
        }
        unsafe extern "C-unwind" fn adding(
            word: *const c_char,
            count: usize,
            user: *mut c_void,
        ) -> i32 {
            // SAFETY: the state below, and a word of the library.
            let (state, word) = unsafe { (&mut *user.cast::<State>(), CStr::from_ptr(word)) };
            let word = word.to_str().expect("words are UTF-8");
            let more = CString::new(format!("{word}{word} {word} zz{word}")).unwrap();
            // SAFETY: the counter is alive.
            let code = unsafe { words_add(state.handle, more.as_ptr()) };
            state.seen.push((word.to_owned(), count));
            code
        }
        let counter = Counter::of("a b b c");
        let mut state = State { handle: counter.0, seen: Vec::new() };
        // SAFETY: a counter, and a visitor for this `user`.
        let code = unsafe { words_each(counter.0, Some(adding), (&raw mut state).cast()) };
        expect(code, OK, "a visitor that adds words");
        let expected = [("a", 1), ("b", 2), ("c", 1)].map(|(word, n)| (word.to_owned(), n));
        assert_eq!(state.seen, expected, "expected the words of the beginning");
        let seen = ["a", "b", "aa", "zzc"].map(|word| counter.count(word));
        assert_eq!(seen, [2, 3, 1, 1], "expected what the visitor added to be counted");
    }

    pub(super) unsafe extern "C-unwind" fn panicking(
        word: *const c_char,
        _: usize,
        _: *mut c_void,
    ) -> i32 {
        // SAFETY: a word of the library.
        let word = unsafe { CStr::from_ptr(word) };
        if word == c"b" {
            panic!("no {} please", word.to_string_lossy());
        }
        0
    }

    #[test]
    fn a_panic_becomes_an_error_code() {
        graded!();
        let counter = Counter::of("a b c");
        // SAFETY: a counter and a visitor.
        let code = unsafe { words_each(counter.0, Some(panicking), ptr::null_mut()) };
        expect(code, PANIC, "a visitor that panics");
        let text = last_error();
        assert!(text.contains("no b please"), "expected the text of the panic, saw {text:?}");
        expect(counter.add("a"), OK, "the counter after a panic");
        assert_eq!(counter.count("a"), 2, "expected the counter to be as good as before");
    }

    #[test]
    fn every_panic_becomes_an_error() {
        graded!();
        let counter = Counter::of("a");
        unsafe extern "C-unwind" fn visit(
            _: *const c_char,
            _: usize,
            user: *mut c_void,
        ) -> i32 {
            match user as usize {
                0 => panic!("{}the end", "a long message ".repeat(300)),
                1 => panic!("before\0after"),
                2 => panic!("a literal"),
                3 => std::panic::resume_unwind(Box::new(String::from("going on"))),
                _ => std::panic::panic_any(17_u8),
            }
        }
        for kind in 0..5_usize {
            // SAFETY: null is allowed.
            let code = unsafe { words_add(ptr::null_mut(), c"x".as_ptr()) };
            expect(code, NULL, "a null handle");
            let old = last_error();
            let code = quiet::catch(|| {
                // SAFETY: a counter and a visitor for this `user`.
                unsafe { words_each(counter.0, Some(visit), ptr::without_provenance_mut(kind)) }
            });
            let what = [
                "a panic with a long text",
                "a panic with a text with a NUL",
                "a panic with a literal",
                "a panic that goes on, which no panic hook sees",
                "a panic with no text",
            ];
            let what = what[kind];
            let Ok(code) = code else { panic!("{what} left the library") };
            expect(code, PANIC, what);
            let text = last_error();
            assert!(!text.is_empty(), "{what}: expected a text for every error");
            assert!(text != old, "{what}: expected its own text, saw the older {old:?}");
            if kind == 0 {
                let whole = "a long message ".repeat(300) + "the end";
                assert!(text.contains(&whole), "{what}: expected all of it, saw {text:?}");
            }
            if let 2 | 3 = kind {
                let whole = ["a literal", "going on"][kind - 2];
                assert!(text.contains(whole), "{what}: expected its text, saw {text:?}");
            }
        }
        assert_eq!(counter.all(), [("a".into(), 1)], "expected the counter as it was");
    }

    #[test]
    fn a_visitor_may_do_everything() {
        graded!();
        struct State {
            handle: *mut Words,
            inner: usize,
            problem: Option<String>,
        }
        unsafe extern "C-unwind" fn counting(
            _: *const c_char,
            _: usize,
            user: *mut c_void,
        ) -> i32 {
            // SAFETY: the state below; nobody else uses the number now.
            unsafe { (*user.cast::<State>()).inner += 1 };
            0
        }
        unsafe extern "C-unwind" fn ending(_: *const c_char, _: usize, _: *mut c_void) -> i32 {
            1
        }
        fn busy(handle: *mut Words, word: &CStr, user: *mut c_void) -> Result<(), String> {
            let own = word.to_owned();
            let check =
                |good: bool, what: &str| if good { Ok(()) } else { Err(what.to_owned()) };
            let mut count = 0;
            let mut common = ptr::null_mut();
            // SAFETY: the counter, and places for what comes back.
            unsafe {
                check(words_count(handle, word.as_ptr(), &mut count) == OK, "words_count")?;
                check(count == 1, "the count of the word")?;
                check(words_most_common(handle, &mut common) == OK, "words_most_common")?;
                words_string_free(&mut common);
                check(words_each(handle, Some(counting), user) == OK, "a visit inside")?;
                let null = words_add(ptr::null_mut(), word.as_ptr());
                check(null == NULL && last_error().contains("handle"), "an error inside")?;
                let panic = words_each(handle, Some(panicking), ptr::null_mut());
                check(panic == PANIC, "a visit inside that panics")?;
                check(last_error().contains("no b please"), "the text of an error inside")?;
                // The last one: no other visit puts right what it leaves behind.
                let ended = words_each(handle, Some(ending), ptr::null_mut());
                check(ended == OK, "a visit inside that ends early")?;
                check(CStr::from_ptr(word.as_ptr()) == own.as_c_str(), "the word after it")
            }
        }
        unsafe extern "C-unwind" fn visit(
            word: *const c_char,
            _: usize,
            user: *mut c_void,
        ) -> i32 {
            let state: *mut State = user.cast();
            // SAFETY: the state below, and a word of the library.
            let (handle, word) = unsafe { ((*state).handle, CStr::from_ptr(word)) };
            if let Err(problem) = busy(handle, word, user) {
                // SAFETY: the state below; nothing else refers to it during this visit.
                unsafe { (*state).problem = Some(problem) };
                return 1;
            }
            0
        }
        let counter = Counter::of("a b c");
        let mut state = State { handle: counter.0, inner: 0, problem: None };
        // SAFETY: a counter, and a visitor for this `user`.
        let code = unsafe { words_each(counter.0, Some(visit), (&raw mut state).cast()) };
        assert_eq!(state.problem, None, "expected a visitor to be served like anybody else");
        expect(code, OK, "a visit whose visitor dealt with its errors");
        assert_eq!(
            state.inner, 9,
            "expected three visits of three words inside, whatever else ends early there"
        );
        let text = last_error();
        assert!(text.contains("no b please"), "expected the last error's text, saw {text:?}");
    }

    #[test]
    fn errors_belong_to_their_thread() {
        graded!();
        expect(Counter::new().most_common().0, NOT_FOUND, "a counter without words");
        let here = last_error();
        assert!(!here.is_empty(), "expected a text for the error of this thread");
        let there = thread::spawn(|| {
            let before = last_error();
            // SAFETY: null is allowed.
            let code = unsafe { words_add(ptr::null_mut(), ptr::null()) };
            expect(code, NULL, "a null handle");
            (before, last_error())
        });
        let (before, after) = there.join().expect("the thread ends without a panic");
        assert_eq!(before, "", "expected no text on a thread on which nothing has failed");
        assert!(
            after.contains("handle"),
            "expected the text of that thread's error: {after:?}"
        );
        assert_eq!(last_error(), here, "expected this thread's text to be as it was");
    }

    #[test]
    fn the_last_error_stays_until_the_next() {
        graded!();
        let counter = Counter::of("a");
        // SAFETY: null is allowed.
        expect(unsafe { words_add(counter.0, ptr::null()) }, NULL, "a null text");
        let first = last_error();
        expect(counter.add("fine"), OK, "a good text");
        assert_eq!(
            last_error(),
            first,
            "expected a success to leave the text of the last error"
        );
        counter.count("a");
        assert_eq!(last_error(), first, "expected words_count to leave it as well");
        assert_eq!(counter.most_common().0, OK, "a counter with words");
        assert_eq!(last_error(), first, "expected the strings to leave it as well");
        counter.all();
        assert_eq!(last_error(), first, "expected words_each to leave it as well");
        drop(Counter::new());
        assert_eq!(
            last_error(),
            first,
            "expected words_new and words_free to leave it as well"
        );
        // SAFETY: null is allowed.
        let code = unsafe { words_each(counter.0, None, ptr::null_mut()) };
        expect(code, NULL, "a null visitor");
        assert!(last_error().contains("visit"), "expected the text of the newer error");
    }

    #[test]
    fn a_short_buffer_is_left_alone() {
        graded!();
        // SAFETY: null is allowed.
        expect(unsafe { words_add(ptr::null_mut(), ptr::null()) }, NULL, "a null handle");
        let needed = last_error().len() + 1;
        for len in 0..needed + 3 {
            let mut buffer = vec![0x7F_u8; needed + 3];
            // SAFETY: `len` bytes may be written, and more are there.
            let told = unsafe { words_last_error(buffer.as_mut_ptr().cast(), len) };
            assert_eq!(told, needed, "expected the number of bytes that are enough");
            if len < needed {
                let touched = buffer.iter().any(|byte| *byte != 0x7F);
                assert!(!touched, "{len} bytes are not enough: expected none to be written");
            } else {
                assert_eq!(buffer[needed - 1], 0, "expected a NUL at the end of the text");
                let past = buffer[needed..].iter().any(|byte| *byte != 0x7F);
                assert!(!past, "expected nothing to be written past the text");
            }
        }
    }

    #[test]
    fn without_an_error_the_text_is_empty() {
        graded!();
        let worker = thread::spawn(|| {
            for len in 0..3 {
                let mut buffer = [0x7F_u8; 3];
                // SAFETY: `len` bytes may be written, and more are there.
                let told = unsafe { words_last_error(buffer.as_mut_ptr().cast(), len) };
                assert_eq!(told, 1, "expected 1, the NUL, when nothing has failed");
                let expected = if len == 0 { [0x7F; 3] } else { [0, 0x7F, 0x7F] };
                assert_eq!(
                    buffer, expected,
                    "expected the NUL alone if {len} bytes are enough"
                );
            }
        });
        if let Err(panic) = worker.join() {
            std::panic::resume_unwind(panic);
        }
    }

    #[test]
    fn a_null_buffer_is_never_written() {
        graded!();
        // SAFETY: null is allowed.
        expect(unsafe { words_add(ptr::null_mut(), ptr::null()) }, NULL, "a null handle");
        let needed = last_error().len() + 1;
        for len in [0, 1, needed, 1000] {
            // SAFETY: no buffer, whatever `len` says.
            let told = unsafe { words_last_error(ptr::null_mut(), len) };
            assert_eq!(told, needed, "expected the number of bytes that are enough");
        }
    }

    #[test]
    #[cfg_attr(not(c_side), ignore = "skipped: no C compiler (`just doctor`), or Miri")]
    fn a_c_program_is_served() {
        graded!();
        #[cfg(c_side)]
        {
            // SAFETY: the declaration repeats csrc/ex9_client.c.
            unsafe extern "C" {
                safe fn ex9_client() -> i32;
            }
            let line = ex9_client();
            assert!(line == 0, "csrc/ex9_client.c line {line}: not as the header says");
        }
    }
}

mod property {
    use super::c::*;
    use std::collections::BTreeMap;
    use workbook_support::brief;
    use workbook_support::graded;
    use workbook_support::property::check;

    #[test]
    fn counts_agree_with_a_map() {
        graded!();
        drop(Counter::new());
        check(brief(200, 4), brief(20, 6), |texts: &Vec<(String, u8)>| {
            let counter = Counter::new();
            let mut map: BTreeMap<String, usize> = BTreeMap::new();
            for (text, short) in texts {
                // Short words meet more often.
                let text = format!("{text} {} {}", short % 3, short % 5).replace('\0', "");
                expect(counter.add(&text), OK, "a text of UTF-8");
                for word in text.split_whitespace() {
                    *map.entry(word.to_owned()).or_default() += 1;
                }
            }
            let all = counter.all();
            let expected: Vec<(String, usize)> = map.clone().into_iter().collect();
            if all != expected {
                return Err(format!("words_each sees {all:?}, expected {expected:?}"));
            }
            let most = map.iter().rev().max_by_key(|(_, count)| **count);
            let expected = match most {
                Some((word, _)) => (OK, Some(word.clone())),
                None => (NOT_FOUND, None),
            };
            let seen = counter.most_common();
            if seen != expected {
                return Err(format!("words_most_common gives {seen:?}, expected {expected:?}"));
            }
            for (word, count) in map {
                if counter.count(&word) != count {
                    return Err(format!("{word:?} was counted {} times", counter.count(&word)));
                }
            }
            Ok(())
        });
    }

    #[test]
    fn any_bytes_are_added_or_refused() {
        graded!();
        drop(Counter::new());
        check(brief(500, 10), 12, |bytes: &Vec<u8>| {
            let mut bytes: Vec<u8> = bytes.iter().map(|byte| *byte | 0x40).collect();
            bytes.retain(|byte| *byte != 0);
            bytes.push(0);
            let counter = Counter::new();
            // SAFETY: a counter and bytes that end in NUL.
            let code = unsafe { words_add(counter.0, bytes.as_ptr().cast()) };
            bytes.pop();
            let expected = if std::str::from_utf8(&bytes).is_ok() { OK } else { UTF8 };
            let words = counter.all().len();
            if code != expected || (code != OK && words != 0) {
                return Err(format!("{}, expected {}", name(code), name(expected)));
            }
            Ok(())
        });
    }
}

mod compile_fail {
    use workbook_support::{graded, ui};

    const MODE: &str = if cfg!(feature = "solutions") { "solutions" } else { "exercises" };

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn wrong_programs_are_refused() {
        graded!();
        ui::assert_refused("ex9", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        ui::assert_accepted("ex9");
    }
}

mod memory {
    use super::c::*;
    use super::unit::panicking;
    use std::ffi::{CStr, c_char, c_void};
    use std::ptr;
    use workbook_support::audit::scope;
    use workbook_support::cliff::at_the_edge;
    use workbook_support::graded;
    use workbook_support::quiet;

    /// The last error may be kept in more than one block. A leak of one block for each
    /// of many errors is more than this.
    const FEW: usize = 8;

    #[test]
    fn nothing_behind_the_input_is_read() {
        graded!();
        let counter = Counter::new();
        for text in [c"", c"a", c"some words of some text", c"gr\xc3\xb6\xc3\x9fer"] {
            at_the_edge(text.to_bytes_with_nul(), |bytes| {
                // SAFETY: a counter, and a C string with its NUL.
                let added = unsafe { words_add(counter.0, bytes.as_ptr().cast()) };
                expect(added, OK, "a text behind which there is no memory");
            });
        }
        at_the_edge(c"some".to_bytes_with_nul(), |word| {
            let mut count = 0;
            // SAFETY: a counter, a C string with its NUL, a number to be written.
            let code = unsafe { words_count(counter.0, word.as_ptr().cast(), &mut count) };
            expect(code, OK, "a word behind which there is no memory");
            assert_eq!(count, 2, "how often the word came");
        });
    }

    /// The text of an error is kept, and takes the place of the one before it: with
    /// this one in place, what a scope sees is its own.
    fn fail_once() {
        // SAFETY: null is allowed.
        unsafe { words_add(ptr::null_mut(), ptr::null()) };
    }

    #[test]
    fn a_counter_is_freed_once() {
        graded!();
        // What the library sets up once, for all counters, is not the subject.
        drop(Counter::of("a b c a"));
        let ((), report) = scope(|| {
            let mut words = words_new();
            assert!(!words.is_null(), "expected a counter");
            // SAFETY: a counter, a C string; then a pointer to the counter.
            unsafe {
                expect(words_add(words, c"a b c a".as_ptr()), OK, "a good text");
                words_free(&mut words);
                assert!(words.is_null(), "expected words_free to set the handle to null");
                words_free(&mut words);
            }
        });
        report.assert_clean();
    }

    #[test]
    fn strings_are_freed_once() {
        graded!();
        assert_eq!(Counter::of("some-longer-word").most_common().0, OK, "expected a word");
        let ((), report) = scope(|| {
            let counter = Counter::of("some-longer-word some-longer-word x");
            let mut word = ptr::null_mut();
            // SAFETY: a counter and a place for a pointer.
            let code = unsafe { words_most_common(counter.0, &mut word) };
            expect(code, OK, "a counter with words");
            let mut again = ptr::null_mut();
            // SAFETY: a counter and a place for a pointer.
            let code = unsafe { words_most_common(counter.0, &mut again) };
            expect(code, OK, "a counter with words");
            assert!(word != again, "expected each string to be one of its own");
            drop(counter);
            // SAFETY: a string of the library; C may write to what it owns.
            unsafe {
                word.write(b'S' as _);
                let seen = CStr::from_ptr(word) == c"Some-longer-word";
                assert!(seen, "expected the string to outlive its counter");
                words_string_free(&mut word);
                assert!(word.is_null(), "expected words_string_free to set it to null");
                words_string_free(&mut word);
                words_string_free(&mut again);
            }
        });
        report.assert_clean();
    }

    #[test]
    fn a_panicking_visitor_leaves_nothing_behind() {
        graded!();
        let counter = Counter::of("a b c");
        let visit = || {
            // Silent, since printing a panic keeps memory of its own.
            let code = quiet::catch(|| {
                // SAFETY: a counter and a visitor.
                unsafe { words_each(counter.0, Some(panicking), ptr::null_mut()) }
            });
            assert!(code == Ok(PANIC), "expected WORDS_PANIC");
        };
        visit();
        let ((), report) = scope(|| {
            for _ in 0..20 {
                visit();
            }
        });
        report.assert_no_faults();
        assert!(
            report.live.len() <= FEW,
            "expected nothing but the text of the last error to be left of 20 visits, saw {} \
             blocks",
            report.live.len()
        );
    }

    #[test]
    fn calls_leave_nothing_behind() {
        graded!();
        unsafe extern "C-unwind" fn ending(_: *const c_char, _: usize, _: *mut c_void) -> i32 {
            1
        }
        let calls = || {
            let counter = Counter::of("a b b c");
            assert_eq!(counter.all().len(), 3, "expected three words");
            // SAFETY: a counter and a visitor.
            let code = unsafe { words_each(counter.0, Some(ending), ptr::null_mut()) };
            expect(code, OK, "a visit that ends early");
            assert_eq!((counter.count("b"), counter.count("d")), (2, 0), "expected the counts");
            assert_eq!(counter.most_common(), (OK, Some("b".into())), "expected a word");
        };
        // What the library sets up once is not the subject.
        calls();
        let ((), report) = scope(calls);
        report.assert_clean();
    }

    #[test]
    fn errors_leave_nothing_behind() {
        graded!();
        let counter = Counter::of("a");
        fail_once();
        let ((), report) = scope(|| {
            for _ in 0..20 {
                fail_once();
                // SAFETY: a counter and a C string.
                let code = unsafe { words_add(counter.0, c"\xff".as_ptr()) };
                expect(code, UTF8, "bytes that are not UTF-8");
                // SAFETY: null is allowed.
                let codes = unsafe {
                    [
                        words_most_common(counter.0, ptr::null_mut()),
                        words_count(counter.0, c"a".as_ptr(), ptr::null_mut()),
                        words_each(counter.0, None, ptr::null_mut()),
                    ]
                };
                assert_eq!(codes, [NULL; 3], "expected WORDS_NULL from all three");
                expect(Counter::new().most_common().0, NOT_FOUND, "no words");
            }
        });
        report.assert_no_faults();
        assert!(
            report.live.len() <= FEW,
            "expected the text of the last error alone to be left of many, saw {} blocks",
            report.live.len()
        );
    }
}
