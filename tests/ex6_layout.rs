//! The graded suite of exercise 6, the layout of C types.
//!
//! Sizes and offsets are compared with what the C compiler reports of
//! csrc/layout.h, values with what C makes of them.

#![allow(improper_ctypes_definitions, reason = "what the types lack is for the tests to say")]
#![cfg_attr(not(any(c_side, miri)), allow(unused))]

/// What a machine without a C compiler shows: one line, and nothing red.
#[cfg(not(any(c_side, miri)))]
#[test]
#[ignore = "skipped: no C compiler found (`just doctor` says how to install one)"]
fn c_compiler_is_there() {}

#[cfg(all(miri, feature = "ex6"))]
#[path = "stand_ins/layout.rs"]
mod stand_ins;

/// The suite's own view of the C side.
#[cfg(any(c_side, miri))]
mod c {
    use std::ffi::{CStr, c_char};
    use std::slice;

    #[repr(C)]
    pub struct Fact {
        pub name: *const c_char,
        pub value: usize,
    }

    // SAFETY: the declarations repeat csrc/layout.h.
    unsafe extern "C" {
        fn layout_facts(count: *mut usize) -> *const Fact;
        pub safe fn layout_journals() -> usize;
    }

    /// What the C compiler says, for example `fact("sample.size")`.
    pub fn fact(name: &str) -> usize {
        let mut count = 0;
        // SAFETY: `count` may be written.
        let facts = unsafe { layout_facts(&mut count) };
        // SAFETY: C returns an array of that many facts, constant for ever.
        let facts = unsafe { slice::from_raw_parts(facts, count) };
        let found = facts.iter().find(|fact| {
            // SAFETY: each name is a C string, constant for ever.
            unsafe { CStr::from_ptr(fact.name) }.to_bytes() == name.as_bytes()
        });
        found.unwrap_or_else(|| panic!("csrc/layout.c reports no {name}")).value
    }
}

#[cfg(any(c_side, miri))]
mod control {
    use unsafe_workbook::ex6_layout::{Sample, scale};
    use workbook_support::{graded, quiet};

    #[test]
    fn comparisons_can_fail() {
        graded!();
        let doubled = scale(Sample { channel: 1, value: 2.0, flags: 3 }, 2.0);
        let fooled = quiet::catch(|| {
            let seen: f64 = doubled.value;
            assert_eq!(seen, 5.0);
        });
        assert!(fooled.is_err(), "2 * 2 was taken for 5: comparisons cannot be trusted");
        let fooled = quiet::catch(|| assert_eq!(size_of::<Sample>(), 1));
        assert!(fooled.is_err(), "a size of 1 was accepted: comparisons cannot be trusted");
    }
}

#[cfg(any(c_side, miri))]
mod unit {
    use super::c::fact;
    use unsafe_workbook::ex6_layout::{
        Frame, Journal, Kind, Payload, Reading, Sample, Station, Value, digest, each, map,
        mean, reading, scale, shift, station,
    };
    use workbook_support::{brief, graded, implements};

    fn same(what: &str, rust: usize) {
        let expected = fact(what);
        assert_eq!(
            rust, expected,
            "{what} is not yet implemented as in C: the C compiler says {expected}, the Rust \
             type has {rust}; each side would read other bytes than the other wrote"
        );
    }

    macro_rules! layout {
        ($name:literal, $type:ty { $($field:ident),* }) => {
            same(concat!($name, ".size"), size_of::<$type>());
            same(concat!($name, ".align"), align_of::<$type>());
            $(same(concat!($name, ".", stringify!($field)),
                memoffset::offset_of!($type, $field));
            field_size!($name, $type, $field);)*
        };
    }

    macro_rules! field_size {
        ($name:literal, $type:ty, $field:ident) => {
            same(
                concat!($name, ".", stringify!($field), ".size"),
                // SAFETY: never called; a place behind a raw pointer is only named.
                size_of_target(|all: *const $type| unsafe { &raw const (*all).$field }),
            );
        };
    }

    /// The size of what `_field` leads to.
    fn size_of_target<T, F>(_field: fn(*const T) -> *const F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn sample_has_the_layout_of_c() {
        graded!();
        layout!("sample", Sample { channel, value, flags });
    }

    #[test]
    fn station_has_the_layout_of_c() {
        graded!();
        layout!("station", Station { name, latest, history, used });
    }

    #[test]
    fn kind_has_the_layout_of_c() {
        graded!();
        layout!("kind", Kind {});
    }

    #[test]
    fn payload_has_the_layout_of_c() {
        graded!();
        layout!("payload", Payload {});
        same("payload.count", memoffset::offset_of_union!(Payload, count));
        same("payload.ratio", memoffset::offset_of_union!(Payload, ratio));
        same("payload.text", memoffset::offset_of_union!(Payload, text));
        field_size!("payload", Payload, count);
        field_size!("payload", Payload, ratio);
        field_size!("payload", Payload, text);
    }

    #[test]
    fn reading_has_the_layout_of_c() {
        graded!();
        layout!("reading", Reading { kind, payload });
    }

    #[test]
    fn frame_has_the_layout_of_c() {
        graded!();
        layout!("frame", Frame { start, length, checksum, stamp });
    }

    #[test]
    fn the_types_can_be_copied_as_in_c() {
        graded!();
        static_assertions::assert_impl_all!(Sample: Copy);
        static_assertions::assert_impl_all!(Station: Copy);
        static_assertions::assert_impl_all!(Kind: Copy);
        static_assertions::assert_impl_all!(Payload: Copy);
        static_assertions::assert_impl_all!(Reading: Copy);
        static_assertions::assert_impl_all!(Frame: Copy);
    }

    fn samples() -> [Sample; 3] {
        [
            Sample { channel: 1, value: 1.5, flags: 0x0304 },
            Sample { channel: 2, value: -2.25, flags: 0xFFFF },
            Sample { channel: 255, value: 1e300, flags: 0 },
        ]
    }

    fn fields(sample: &Sample) -> (u8, f64, u16) {
        (sample.channel, sample.value, sample.flags)
    }

    #[test]
    fn a_sample_travels_by_value() {
        graded!();
        let seen = fields(&scale(samples()[0], 4.0));
        assert_eq!(seen, (1, 6.0, 0x0304), "expected C to multiply `value` and keep the rest");
        let seen = fields(&scale(samples()[1], -2.0));
        assert_eq!(seen, (2, 4.5, 0xFFFF), "expected C to multiply `value` and keep the rest");
        let seen = fields(&scale(samples()[0], 0.1));
        assert_eq!(seen, (1, 1.5 * 0.1, 0x0304), "expected a factor with all its digits");
        let seen = scale(samples()[1], f64::INFINITY).value;
        assert_eq!(seen, f64::NEG_INFINITY, "expected any factor to be handed to C");
    }

    #[test]
    fn a_sample_travels_by_pointer() {
        graded!();
        let mut sample = samples()[1];
        shift(&mut sample, 0.25);
        assert_eq!(fields(&sample), (2, -2.0, 0xFFFF), "expected C to change it in place");
        shift(&mut sample, 0.1);
        assert_eq!(sample.value, -2.0 + 0.1, "expected a difference with all its digits");
        shift(&mut sample, f64::INFINITY);
        assert_eq!(sample.value, f64::INFINITY, "expected any difference to be handed to C");
    }

    /// Whether `$function` can be called with samples and a callback of that type.
    macro_rules! takes {
        ($function:expr, $callback:ty) => {{
            trait Otherwise {
                fn answer(&self) -> bool {
                    false
                }
            }
            impl<F> Otherwise for Probe<F> {}
            struct Probe<F>(#[allow(dead_code, reason = "the type counts")] F);
            #[allow(dead_code, reason = "used only where the call is possible")]
            impl<F: FnOnce(&'static mut [Sample], $callback)> Probe<F> {
                fn answer(&self) -> bool {
                    true
                }
            }
            Probe($function).answer()
        }};
    }

    extern "C" fn negated(sample: Sample) -> Sample {
        Sample { channel: sample.channel ^ 1, value: -sample.value, flags: !sample.flags }
    }

    extern "C" fn negate(sample: &mut Sample) {
        *sample = negated(*sample);
    }

    #[test]
    fn c_calls_rust_by_value() {
        graded!();
        let mut list = samples();
        map(&mut list, negated);
        let seen = list.map(|sample| fields(&sample));
        let expected = [(0, -1.5, 0xFCFB), (3, 2.25, 0), (254, -1e300, 0xFFFF)];
        assert_eq!(seen, expected, "expected each sample as the callback returned it");
        map(&mut [], negated);
        assert!(
            !takes!(map, unsafe extern "C" fn(Sample) -> Sample),
            "safe code could let `map` call a function that is unsafe to call"
        );
    }

    #[test]
    fn c_calls_rust_by_pointer() {
        graded!();
        let mut list = samples();
        each(&mut list[1..], negate);
        let seen = list.map(|sample| fields(&sample));
        let expected = [(1, 1.5, 0x0304), (3, 2.25, 0), (254, -1e300, 0xFFFF)];
        assert_eq!(seen, expected, "expected the last two samples to be changed in place");
        each(&mut [], negate);
        assert!(
            !takes!(each, unsafe extern "C" fn(&mut Sample)),
            "safe code could let `each` call a function that is unsafe to call"
        );
    }

    extern "C" fn negated_and_scaled(sample: Sample) -> Sample {
        let mut list = [sample];
        map(&mut list, negated);
        each(&mut list, negate);
        map(&mut list, negated);
        scale(list[0], 2.0)
    }

    extern "C" fn negate_and_scale(sample: &mut Sample) {
        *sample = negated_and_scaled(*sample);
    }

    #[test]
    fn a_callback_may_call_c_again() {
        graded!();
        let expected = [(0, -3.0, 0xFCFB), (3, 4.5, 0), (254, -2e300, 0xFFFF)];
        let mut list = samples();
        map(&mut list, negated_and_scaled);
        let seen = list.map(|sample| fields(&sample));
        assert_eq!(seen, expected, "expected calls inside of a callback to disturb nothing");
        let mut list = samples();
        each(&mut list, negate_and_scale);
        let seen = list.map(|sample| fields(&sample));
        assert_eq!(seen, expected, "expected calls inside of a callback to disturb nothing");
    }

    #[test]
    fn long_lists_go_to_c_whole() {
        graded!();
        let len = brief(70_000, 300);
        let mut list = vec![samples()[0]; len];
        map(&mut list, negated);
        let left = list.iter().position(|sample| sample.value != -1.5);
        assert_eq!(left, None, "map: expected all {len} samples to be replaced");
        each(&mut list, negate);
        let left = list.iter().position(|sample| sample.value != 1.5);
        assert_eq!(left, None, "each: expected all {len} samples to be changed");
    }

    #[test]
    fn a_station_comes_back_by_value() {
        graded!();
        let made: Station = station("Ny-Alesund", 2.5).expect("ten bytes fit");
        let name: &[u8] = made.name_bytes();
        assert_eq!(name, b"Ny-Alesund", "expected the name up to its NUL");
        assert_eq!(fields(&made.latest), (1, 2.5, 0), "expected the latest sample from C");
        for (i, sample) in made.history.iter().enumerate() {
            let expected = (2 + i as u8, 2.5, 0x0102);
            assert_eq!(fields(sample), expected, "expected history entry {i} from C");
        }
        let used: i32 = made.used;
        assert_eq!(used, 3, "expected C to say that all of the history is used");
        let made: Station = station("", 0.1).expect("an empty name fits");
        assert_eq!(made.name_bytes(), b"", "expected an empty name");
        assert_eq!(made.history[2].value, 0.1, "expected a value with all its digits");
        let made: Station = station(" A b\t\n", 0.1).expect("six bytes fit");
        assert_eq!(made.name_bytes(), b" A b\t\n", "expected white space to be kept");
    }

    #[test]
    fn a_name_that_does_not_fit_is_refused() {
        graded!();
        assert!(station("elevenbytes", 0.0).is_some(), "11 bytes and a NUL fit into 12");
        assert!(station("", 0.0).is_some(), "an empty name fits");
        assert!(station("twelve bytes", 0.0).is_none(), "12 bytes leave no room for the NUL");
        assert!(station("a name of many more bytes", 0.0).is_none(), "it does not fit");
        assert!(station("a\0b", 0.0).is_none(), "C would take the NUL for the end of the name");
        let made: Station = station("ééééé", 0.0).expect("five letters of two bytes each fit");
        assert_eq!(made.name_bytes(), "ééééé".as_bytes(), "expected all ten bytes");
        assert!(station("éééééé", 0.0).is_none(), "six letters of two bytes each do not fit");
    }

    #[test]
    fn a_name_ends_at_its_first_nul() {
        graded!();
        let mut made: Station = station("x", 0.0).expect("one byte fits");
        let names: [(&[u8; 12], &[u8]); 4] = [
            (b"ab\0cd\0\0\0\0\0\0\0", b"ab"),
            (b"\xC3\xA9\xFF\x80z\0yyyyyy", b"\xC3\xA9\xFF\x80z"),
            (b"\0bcdefghijkl", b""),
            (b"abcdefghijk\0", b"abcdefghijk"),
        ];
        for (field, expected) in names {
            // SAFETY: 12 bytes of `name` may be written; any byte is valid there.
            unsafe { (&raw mut made.name).cast::<[u8; 12]>().write(*field) };
            let name: &[u8] = made.name_bytes();
            assert_eq!(name, expected, "expected the name up to its first NUL");
        }
    }

    #[test]
    fn a_name_without_a_nul_ends_with_its_field() {
        graded!();
        let mut made: Station = station("x", 0.0).expect("one byte fits");
        // SAFETY: 12 bytes of `name` may be written; any byte is valid there.
        unsafe { (&raw mut made.name).cast::<[u8; 12]>().write(*b"abcdefghijkl") };
        // What follows the name is no zero either, padding included.
        let after = std::mem::offset_of!(Station, latest).saturating_sub(12);
        // SAFETY: these bytes lie between `name` and `latest`, inside of `made`.
        unsafe { (&raw mut made).cast::<u8>().add(12).write_bytes(b'!', after) };
        made.latest.channel = b'!';
        let name: &[u8] = made.name_bytes();
        assert_eq!(
            name, b"abcdefghijkl",
            "the field is public, so it may hold no NUL: reading on until one comes leaves \
             the field"
        );
    }

    #[test]
    fn the_mean_reads_the_used_history() {
        graded!();
        let mut made: Station = station("x", 1.0).expect("one byte fits");
        made.history[0].value = 3.0;
        made.history[1].value = 8.0;
        for (used, expected) in [(0, 1.0), (1, 2.0), (2, 4.0), (3, 3.25)] {
            made.used = used;
            let seen: Option<f64> = mean(&made);
            assert_eq!(seen, Some(expected), "expected the mean of {used} entries and latest");
        }
        (made.used, made.latest.value) = (0, 0.1);
        let seen: Option<f64> = mean(&made);
        assert_eq!(seen, Some(0.1), "expected a mean with all its digits");
        (made.used, made.latest.value) = (3, f64::NAN);
        let seen: Option<f64> = mean(&made);
        assert!(
            seen.is_some_and(f64::is_nan),
            "3 entries have a mean, whatever it is: {seen:?}"
        );
    }

    #[test]
    fn the_mean_of_an_impossible_history_is_none() {
        graded!();
        let mut made: Station = station("x", 1.0).expect("one byte fits");
        for used in [4, -1, i32::MAX, i32::MIN] {
            made.used = used;
            let seen: Option<f64> = mean(&made);
            assert_eq!(
                seen, None,
                "`used` is public and says {used}, but there are 3 entries: C would read past \
                 them"
            );
        }
    }

    #[test]
    fn readings_are_decoded_by_their_kind() {
        graded!();
        assert!(matches!(reading(0), Value::Nothing), "reading 0 holds nothing");
        for number in [257, 1 + (1 << 16), i32::MIN + 1] {
            let seen: Value = reading(number);
            let nothing = matches!(seen, Value::Nothing);
            assert!(nothing, "C has nothing at {number}, which is not 1: saw {seen:?}");
        }
        assert!(matches!(reading(1), Value::Count(-7_000_000_001)), "reading 1 is a count");
        let Value::Ratio(ratio) = reading(2) else { panic!("reading 2 is a ratio") };
        assert_eq!(ratio, 0.625, "expected the ratio that C wrote");
        let Value::Text(text) = reading(3) else { panic!("reading 3 is a text") };
        let text: Vec<u8> = text;
        assert_eq!(text, b"calm, 12 knots", "expected the text up to its NUL");
    }

    #[test]
    fn a_kind_of_a_newer_library_is_unknown() {
        graded!();
        let Value::Unknown(kind) = reading(4) else {
            panic!(
                "reading 4 has the kind 77, which the header does not list: expected Unknown"
            )
        };
        let kind: u32 = kind;
        assert_eq!(kind, 77, "expected the number of the unknown kind");
    }

    /// FNV-1a over the kind and the bytes of the member.
    fn expected_digest(kind: u32, bytes: &[u8]) -> u64 {
        let all = [&kind.to_ne_bytes(), bytes].concat();
        all.iter().fold(14_695_981_039_346_656_037, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211)
        })
    }

    pub(super) fn text_digest(text: &[u8]) -> u64 {
        let mut padded = [0; 20];
        padded[..text.len()].copy_from_slice(text);
        expected_digest(9, &padded)
    }

    #[test]
    fn c_reads_the_union_that_rust_wrote() {
        graded!();
        let cases = [
            (Value::Nothing, expected_digest(0, &[])),
            (Value::Count(i64::MIN + 3), expected_digest(1, &(i64::MIN + 3).to_ne_bytes())),
            (Value::Ratio(-0.1), expected_digest(5, &(-0.1_f64).to_ne_bytes())),
            (Value::Ratio(-0.0), expected_digest(5, &(-0.0_f64).to_ne_bytes())),
            (Value::Ratio(f64::INFINITY), expected_digest(5, &f64::INFINITY.to_ne_bytes())),
            (Value::Ratio(f64::NAN), expected_digest(5, &f64::NAN.to_ne_bytes())),
            (Value::Text(b"".to_vec()), text_digest(b"")),
            (Value::Text(b"gusts".to_vec()), text_digest(b"gusts")),
            (Value::Text(vec![0xFF; 19]), text_digest(&[0xFF; 19])),
        ];
        for (i, (value, expected)) in cases.iter().enumerate() {
            let seen: Option<u64> = digest(value);
            assert_eq!(
                seen,
                Some(*expected),
                "value {i} of the list: C saw other bytes than the header asks for (a text is \
                 filled up with NUL)"
            );
        }
    }

    #[test]
    fn what_c_cannot_hold_has_no_digest() {
        graded!();
        let long: Option<u64> = digest(&Value::Text(vec![b'x'; 20]));
        assert_eq!(long, None, "20 bytes leave no room for the NUL");
        let long: Option<u64> = digest(&Value::Text(vec![b'x'; 400]));
        assert_eq!(long, None, "400 bytes do not fit into 20");
        let nul: Option<u64> = digest(&Value::Text(b"a\0b".to_vec()));
        assert_eq!(nul, None, "C would take the NUL for the end of the text");
        for kind in [0, 1, 5, 9, 77] {
            let unknown: Option<u64> = digest(&Value::Unknown(kind));
            assert_eq!(unknown, None, "nobody knows which member kind {kind} means here");
        }
    }

    #[test]
    fn frames_are_sealed_by_c() {
        graded!();
        let frame: Frame = Frame::sealed(0x7E, 0x0102_0304, 0x1112_1314_1516_1718);
        let sealed: bool = frame.is_sealed();
        assert!(sealed, "expected C to find the checksum that C wrote");
        let (start, length, stamp) = (frame.start, frame.length, frame.stamp);
        assert_eq!(start, 0x7E, "expected `start` to stay as it was");
        assert_eq!(length, 0x0102_0304, "expected `length` to stay as it was");
        assert_eq!(stamp, 0x1112_1314_1516_1718, "expected `stamp` to stay as it was");
        let mut broken = frame;
        broken.length = length + 1;
        let sealed: bool = broken.is_sealed();
        assert!(!sealed, "expected C to notice the changed length");
        let sealed: bool = broken.is_sealed();
        assert!(!sealed, "expected the question not to change the frame: asked twice");
        for bit in 0..16 {
            let mut broken = frame;
            broken.checksum = frame.checksum ^ (1 << bit);
            let sealed: bool = broken.is_sealed();
            assert!(!sealed, "expected C to notice that bit {bit} of the checksum is wrong");
        }
        let empty: Frame = Frame::sealed(0, 0, 0);
        let sealed: bool = empty.is_sealed();
        assert!(sealed, "a checksum of 0 is a checksum, too");
    }

    #[test]
    fn any_fifteen_bytes_are_a_frame() {
        graded!();
        let mut mixed = [0; 15];
        for (i, byte) in mixed.iter_mut().enumerate() {
            *byte = (i * 37 + 11) as u8;
        }
        let sealed: [u8; 15] = Frame::sealed(1, 2, 3).to_bytes();
        let mut broken = sealed;
        broken[5] ^= 1;
        for bytes in [mixed, broken, [0xFF; 15], [0; 15]] {
            let Some(frame) = Frame::from_bytes(&bytes) else {
                panic!("15 bytes are a frame, sealed or not: {bytes:?}")
            };
            let again: [u8; 15] = frame.to_bytes();
            assert_eq!(again, bytes, "expected the same bytes back, the checksum included");
        }
        let broken = Frame::from_bytes(&broken).expect("15 bytes are a frame");
        let sealed: bool = broken.is_sealed();
        assert!(!sealed, "expected a wrong checksum to stay wrong");
    }

    #[test]
    fn a_frame_is_made_of_fifteen_bytes() {
        graded!();
        let frame: Frame = Frame::sealed(1, 2, 3);
        let bytes: [u8; 15] = frame.to_bytes();
        let checksum = frame.checksum;
        assert_eq!(bytes[0], 1, "expected `start` at byte 0");
        assert_eq!(bytes[1..5], 2_u32.to_ne_bytes(), "expected `length` at byte 1");
        assert_eq!(bytes[5..7], checksum.to_ne_bytes(), "expected `checksum` at byte 5");
        assert_eq!(bytes[7..], 3_u64.to_ne_bytes(), "expected `stamp` at byte 7");
        // At an odd address: a cast to `&Frame` is fine there only if it is packed.
        for shift in 0..8 {
            let mut buffer = [0; 24];
            buffer[shift..shift + 15].copy_from_slice(&bytes);
            let Some(again) = Frame::from_bytes(&buffer[shift..shift + 15]) else {
                panic!("15 bytes are a frame")
            };
            let again: [u8; 15] = again.to_bytes();
            assert_eq!(again, bytes, "expected the frame to come back from its bytes");
        }
    }

    #[test]
    fn other_numbers_of_bytes_are_no_frame() {
        graded!();
        let bytes = [0_u8; 64];
        for len in (0..64).filter(|len| *len != 15) {
            assert!(Frame::from_bytes(&bytes[..len]).is_none(), "{len} bytes are no frame");
        }
    }

    #[test]
    fn a_journal_keeps_its_samples() {
        graded!();
        let _alone = super::memory::alone();
        let mut journal: Journal = Journal::open().expect("there is memory");
        let len: usize = journal.len();
        assert_eq!(len, 0, "expected a new journal to be empty");
        for i in 0..20_u8 {
            let sample = Sample { channel: i, value: f64::from(i) / 2.0, flags: 7 };
            let added: bool = journal.add(&sample);
            assert!(added, "expected C to have memory for a sample");
        }
        let len: usize = journal.len();
        assert_eq!(len, 20, "expected 20 samples");
        for i in 0..20_u8 {
            let sample: Option<&Sample> = journal.get(usize::from(i));
            let seen = sample.map(fields);
            assert_eq!(seen, Some((i, f64::from(i) / 2.0, 7)), "expected sample {i} as added");
        }
        assert!(journal.get(20).is_none(), "there is no sample at the end");
        assert!(journal.get(usize::MAX).is_none(), "there is no sample past the end");
        for index in [1 << 8, 1 << 16, 1 << (usize::BITS / 2)] {
            assert!(journal.get(index).is_none(), "there is no sample at {index}");
        }
        let mut long: Journal = Journal::open().expect("there is memory");
        for i in 0..300_u16 {
            let added: bool = long.add(&Sample { channel: 0, value: 0.5, flags: i });
            assert!(added, "expected C to have memory for a sample");
        }
        let len: usize = long.len();
        assert_eq!(len, 300, "expected 300 samples");
        for i in [0, 1, 255, 256, 257, 299_u16] {
            let seen = long.get(usize::from(i)).map(fields);
            assert_eq!(seen, Some((0, 0.5, i)), "expected sample {i} as added");
        }
        let len: usize = journal.len();
        assert_eq!(len, 20, "expected the other journal to be as it was");
    }

    #[test]
    fn a_journal_stays_on_its_thread() {
        graded!();
        assert!(
            !implements!(Journal: Send),
            "the header lets one thread use a journal: no Send"
        );
        assert!(
            !implements!(Journal: Sync),
            "the header lets one thread use a journal: no Sync"
        );
    }
}

#[cfg(any(c_side, miri))]
mod property {
    use super::unit::text_digest;
    use unsafe_workbook::ex6_layout::{Frame, Sample, Value, digest, scale, shift};
    use workbook_support::brief;
    use workbook_support::graded;
    use workbook_support::property::check;

    #[test]
    fn any_sample_comes_back() {
        graded!();
        check(brief(500, 10), 50, |(channel, value, flags): &(u8, i32, u16)| {
            let (channel, value, flags) = (*channel, f64::from(*value), *flags);
            let mut seen: Sample = scale(Sample { channel, value, flags }, 2.0);
            shift(&mut seen, 1.0);
            let seen = (seen.channel, seen.value, seen.flags);
            let expected = (channel, value * 2.0 + 1.0, flags);
            if seen == expected { Ok(()) } else { Err(format!("{seen:?}, not {expected:?}")) }
        });
    }

    #[test]
    fn any_text_is_digested_or_refused() {
        graded!();
        check(brief(500, 10), 30, |text: &Vec<u8>| {
            let expected = if text.len() < 20 && !text.contains(&0) {
                Some(text_digest(text))
            } else {
                None
            };
            let seen: Option<u64> = digest(&Value::Text(text.clone()));
            if seen == expected { Ok(()) } else { Err(format!("{seen:?}, not {expected:?}")) }
        });
    }

    #[test]
    fn any_frame_is_sealed_and_comes_back() {
        graded!();
        check(brief(500, 10), 50, |(start, length, stamp): &(u8, u32, u64)| {
            let frame: Frame = Frame::sealed(*start, *length, *stamp);
            let bytes: [u8; 15] = frame.to_bytes();
            let Some(again) = Frame::from_bytes(&bytes) else {
                return Err("15 bytes were refused".into());
            };
            let fields = (again.start, again.length, again.stamp);
            if fields == (*start, *length, *stamp) && again.is_sealed() {
                Ok(())
            } else {
                Err(format!("{fields:?} came back"))
            }
        });
    }
}

#[cfg(any(c_side, miri))]
mod compile_fail {
    use workbook_support::{graded, ui};

    const MODE: &str = if cfg!(feature = "solutions") { "solutions" } else { "exercises" };

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn wrong_programs_are_refused() {
        graded!();
        ui::assert_refused("ex6", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts cargo, which Miri cannot do")]
    fn fields_are_private() {
        graded!();
        ui::assert_fields_are_private("ex6", MODE);
    }

    #[test]
    #[cfg_attr(miri, ignore = "trybuild starts cargo, which Miri cannot do")]
    fn right_programs_are_accepted() {
        graded!();
        ui::assert_accepted("ex6");
    }
}

#[cfg(any(c_side, miri))]
mod memory {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::c::layout_journals;
    use unsafe_workbook::ex6_layout::{
        Frame, Journal, Sample, Value, digest, each, map, mean, reading, scale, shift, station,
    };
    use workbook_support::cliff::{at_the_edge, text_at_the_edge};
    use workbook_support::{audit, graded};

    /// Held by every test that opens a journal: C counts them all.
    pub(super) fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[test]
    fn nothing_behind_the_input_is_read() {
        graded!();
        let bytes: [u8; 15] = Frame::sealed(1, 2, 3).to_bytes();
        at_the_edge(&bytes, |bytes| {
            let again: Option<[u8; 15]> =
                Frame::from_bytes(bytes).map(|frame| frame.to_bytes());
            assert_eq!(again.as_ref().map(<[u8; 15]>::as_slice), Some(bytes));
            for len in 0..15 {
                let part = &bytes[15 - len..];
                assert!(Frame::from_bytes(part).is_none(), "{len} bytes are no frame");
            }
        });
        for name in ["", "eleven char", "twelve chars", "a name that does not fit"] {
            text_at_the_edge(name, |text| {
                let made = station(text, 0.5);
                assert_eq!(made.is_some(), name.len() < 12, "a station of the name {name:?}");
            });
        }
    }

    #[test]
    fn every_journal_is_closed_once() {
        graded!();
        let _alone = alone();
        let first = Journal::open();
        let second = Journal::open();
        let open = layout_journals();
        assert_eq!(open, 2, "expected two open journals");
        drop(first);
        let open = layout_journals();
        assert_eq!(open, 1, "expected drop to close one journal");
        let moved = Box::new(second);
        let open = layout_journals();
        assert_eq!(open, 1, "expected a move to close nothing");
        drop(moved);
        let open = layout_journals();
        assert_eq!(open, 0, "expected drop to close the other journal");
    }

    /// Clones what can be cloned.
    struct Cloning<'a, T>(&'a T);

    #[allow(dead_code, reason = "used only where the type is Clone")]
    impl<T: Clone> Cloning<'_, T> {
        fn answer(&self) -> Option<T> {
            Some(self.0.clone())
        }
    }

    trait Otherwise<T> {
        fn answer(&self) -> Option<T> {
            None
        }
    }

    impl<T> Otherwise<T> for Cloning<'_, T> {}

    #[test]
    fn a_journal_has_one_owner() {
        graded!();
        let _alone = alone();
        let journal: Journal = Journal::open().expect("there is memory");
        // A journal need not be Clone. One that is makes another journal.
        let clone: Option<Journal> = Cloning(&journal).answer();
        if let Some(mut clone) = clone {
            let open = layout_journals();
            if open != 2 {
                std::mem::forget(clone);
                panic!("{open} journal is open, and two values will close it");
            }
            assert!(clone.add(&Sample { channel: 1, value: 0.5, flags: 1 }), "there is memory");
            assert_eq!(journal.len(), 0, "expected a clone to be a journal of its own");
        }
    }

    #[test]
    fn calls_leave_nothing_behind() {
        graded!();
        extern "C" fn same(sample: Sample) -> Sample {
            sample
        }
        extern "C" fn keep(_: &mut Sample) {}
        fn calls() {
            let mut list = [scale(Sample { channel: 1, value: 2.0, flags: 3 }, 2.0); 3];
            shift(&mut list[0], 1.0);
            map(&mut list, same);
            each(&mut list, keep);
            for name in ["", "Ny-Alesund", "elevenbytes", "twelve bytes", "a\0b"] {
                let made = station(name, 1.0);
                let bytes = made.as_ref().map(|made| (made.name_bytes().len(), mean(made)));
                assert_eq!(
                    bytes.is_some(),
                    name.len() < 12 && !name.contains('\0'),
                    "{name:?}"
                );
            }
            for number in 0..5 {
                assert_eq!(digest(&reading(number)).is_some(), number < 4, "reading {number}");
            }
            for text in [&b"gusts"[..], &[b'x'; 20], b"a\0b"] {
                assert_eq!(digest(&Value::Text(text.to_vec())).is_some(), text.len() == 5);
            }
            let bytes = Frame::sealed(1, 2, 3).to_bytes();
            assert!(Frame::from_bytes(&bytes).is_some_and(|frame| frame.is_sealed()));
            assert!(Frame::from_bytes(&bytes[1..]).is_none());
            let mut journal: Journal = Journal::open().expect("there is memory");
            for i in 0..9 {
                assert!(journal.add(&list[0]) && journal.get(i).is_some(), "there is memory");
            }
            assert!(journal.get(journal.len()).is_none());
        }
        let _alone = alone();
        // What is set up once, for the whole process, is not the subject.
        calls();
        let ((), report) = audit::scope(calls);
        report.assert_clean();
    }

    #[test]
    fn what_c_refuses_is_no_journal() {
        graded!();
        let _alone = alone();
        // A wrapper may have room of its own.
        let mut all: Vec<Journal> = (0..70).map_while(|_| Journal::open()).collect();
        let opened = all.len();
        for (channel, journal) in all.iter_mut().enumerate() {
            let channel = channel as u8;
            assert!(
                journal.add(&Sample { channel, value: 0.5, flags: 1 }),
                "room for a sample"
            );
        }
        for (channel, journal) in all.iter().enumerate() {
            let seen = journal.get(0).map(|sample| usize::from(sample.channel));
            assert_eq!(seen, Some(channel), "expected {opened} journals, each with its sample");
        }
        all.pop();
        assert!(Journal::open().is_some(), "expected room again after the end of a journal");
        drop(all);
        assert_eq!(layout_journals(), 0, "expected all to be closed, and none twice");
    }

    #[test]
    fn what_c_refuses_is_no_sample() {
        graded!();
        let _alone = alone();
        let mut journal: Journal = Journal::open().expect("there is memory");
        let sample = |flags: u16| Sample { channel: 1, value: 0.5, flags };
        let added = (0..1010).take_while(|flags| journal.add(&sample(*flags))).count();
        assert_eq!(journal.len(), added, "expected as many samples as C has taken");
        let last: Option<u16> = journal.get(added - 1).map(|sample| sample.flags);
        assert_eq!(last, Some(added as u16 - 1), "expected the last sample that was added");
        assert!(journal.get(added).is_none(), "expected a refused sample not to be there");
    }

    #[test]
    fn references_from_a_journal_stay_valid() {
        graded!();
        let _alone = alone();
        let mut journal: Journal = Journal::open().expect("there is memory");
        for round in 0..30_u8 {
            let added: bool = journal.add(&Sample { channel: round, value: 0.5, flags: 1 });
            assert!(added, "expected C to have memory for a sample");
            let first: &Sample = journal.get(0).expect("there is a sample");
            let last: &Sample = journal.get(usize::from(round)).expect("it was just added");
            let seen = (first.channel, last.channel);
            assert_eq!(seen, (0, round), "expected both samples to be where `get` says");
        }
    }
}
