//! The instruments themselves: each is shown catching what it is for.
//!
//! What breaks the rules of memory on purpose is left out under Miri, which would
//! say so itself, and what starts processes, which it cannot.
#![cfg_attr(miri, allow(unused_imports, dead_code, reason = "for what is left out"))]

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};

use workbook_support::audit::{
    self, Fault, Report, scope, scope_refusing, scope_refusing_above,
};
use workbook_support::ledger::{Ledger, Tracked, TrackedZst, catch_planned};
use workbook_support::{graded, quiet, test_path};

/// A layout of `size` bytes aligned to `align`.
fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a valid layout")
}

/// A fresh block of memory.
fn block(size: usize, align: usize) -> *mut u8 {
    // SAFETY: the tests ask for zero bytes only where the audit catches it.
    let block = unsafe { alloc(layout(size, align)) };
    assert!(!block.is_null(), "the system has memory");
    block
}

/// Does something wrong with memory that only an audit makes harmless.
fn misuse(act: impl FnOnce()) -> Report {
    let ((), report) = scope(act);
    assert!(report.audited, "these tests need the auditing allocator");
    report
}

#[cfg(not(miri))]
mod audit_catches {
    use super::*;

    #[test]
    fn nothing_wrong_in_clean_code() {
        graded!();
        let report = misuse(|| {
            let mut list: Vec<u32> = Vec::new();
            for n in 0..1000 {
                list.push(n);
            }
            let text: String = list.iter().map(u32::to_string).collect();
            drop(Box::new(text));
            drop(std::sync::Arc::new([0_u128; 9]));
        });
        report.assert_clean();
        assert_eq!(report.requests, report.frees, "each request was given back");
    }

    #[test]
    fn a_double_free() {
        graded!();
        let report = misuse(|| {
            let block = block(24, 8);
            // SAFETY: the first free is right; the second is what the audit is
            // to catch, and it keeps the memory until the scope ends.
            unsafe {
                dealloc(block, layout(24, 8));
                dealloc(block, layout(24, 8));
            }
        });
        assert_eq!(report.faults, [Fault::DoubleFree { size: 24, align: 8 }]);
    }

    #[test]
    fn a_layout_of_another_size_or_alignment() {
        graded!();
        let report = misuse(|| {
            // SAFETY: the audit frees with the layout of the request, whatever
            // is said here.
            unsafe {
                dealloc(block(24, 8), layout(16, 8));
                dealloc(block(24, 8), layout(24, 4));
            }
        });
        let wrong = |given_size, given_align| Fault::LayoutMismatch {
            size: 24,
            align: 8,
            given_size,
            given_align,
        };
        assert_eq!(report.faults, [wrong(16, 8), wrong(24, 4)]);
    }

    #[test]
    fn a_pointer_into_a_block() {
        graded!();
        let report = misuse(|| {
            let block = block(32, 8);
            // SAFETY: the audit refuses the first free and does the second.
            unsafe {
                dealloc(block.add(8), layout(24, 8));
                dealloc(block, layout(32, 8));
            }
        });
        assert_eq!(report.faults, [Fault::InteriorFree { size: 32, offset: 8 }]);
    }

    #[test]
    fn a_dangling_pointer() {
        graded!();
        let report = misuse(|| {
            let dangling = std::ptr::NonNull::<u64>::dangling().as_ptr().cast::<u8>();
            // SAFETY: the audit refuses both.
            unsafe {
                dealloc(dangling, layout(8, 8));
                dealloc(dangling, layout(0, 8));
            }
        });
        let expected =
            [Fault::InvalidFree { addr: 8, size: 8 }, Fault::ZeroSizeFree { addr: 8 }];
        assert_eq!(report.faults, expected);
    }

    #[test]
    fn a_request_for_zero_bytes() {
        graded!();
        let report = misuse(|| {
            let block = block(0, 4);
            // SAFETY: the block came from `alloc` with this layout.
            unsafe { dealloc(block, layout(0, 4)) };
        });
        assert_eq!(report.faults, [Fault::ZeroSizeRequest { align: 4 }]);
    }

    #[test]
    fn a_leak() {
        graded!();
        let ((), report) = scope(|| std::mem::forget(Box::new([1_u16; 5])));
        assert_eq!(report.live.len(), 1, "one block is left");
        assert_eq!((report.live[0].size, report.live[0].align), (10, 2));
        let complaint =
            quiet::catch(|| report.assert_clean()).expect_err("a leak is not clean");
        assert!(complaint.contains("10 bytes, align 2"), "{complaint}");
    }

    #[test]
    fn more_leaks_than_it_lists() {
        graded!();
        let ((), report) = scope(|| (0..500_u64).for_each(|n| std::mem::forget(Box::new(n))));
        assert!(quiet::catch(|| report.assert_clean()).is_err(), "a leak is not clean");
    }

    #[test]
    fn writes_on_both_sides_of_a_block() {
        graded!();
        for align in [1, 2, 8, 16, 64] {
            let report = misuse(|| {
                let block = block(24, align);
                // SAFETY: guard bytes lie on both sides of an audited block.
                unsafe {
                    block.sub(1).write(1);
                    block.add(24).write(1);
                    dealloc(block, layout(24, align));
                }
            });
            let expected = [
                Fault::WroteBefore { size: 24, distance: 1 },
                Fault::WrotePast { size: 24, distance: 0 },
            ];
            assert_eq!(report.faults, expected);
        }
    }

    #[test]
    fn a_write_past_a_block_that_is_leaked() {
        graded!();
        let report = misuse(|| {
            let block = block(3, 1);
            // SAFETY: guard bytes follow an audited block.
            unsafe { block.add(5).write(1) };
        });
        assert_eq!(report.faults, [Fault::WrotePast { size: 3, distance: 2 }]);
    }

    #[test]
    fn a_write_after_the_free() {
        graded!();
        let report = misuse(|| {
            let block = block(24, 8);
            // SAFETY: the audit keeps freed blocks until the scope ends.
            unsafe {
                dealloc(block, layout(24, 8));
                block.add(9).write(1);
            }
        });
        assert_eq!(report.faults, [Fault::WriteAfterFree { size: 24, offset: 9 }]);
    }

    #[test]
    fn a_free_on_another_thread() {
        graded!();
        let ((), report) = scope(|| {
            let text = String::from("moved away");
            audit::pause(|| std::thread::spawn(move || drop(text)).join().unwrap());
        });
        report.assert_clean();
        assert_eq!(report.frees, 1, "the free on the other thread was counted");
    }

    #[test]
    fn fresh_and_freed_memory_by_their_patterns() {
        graded!();
        let (seen, report) = scope(|| {
            let block = block(16, 8);
            // SAFETY: the audit fills fresh blocks, and keeps and fills freed ones.
            unsafe {
                let fresh = block.read();
                dealloc(block, layout(16, 8));
                (fresh, block.add(15).read())
            }
        });
        report.assert_clean();
        assert_eq!(seen, (audit::FRESH, audit::POISON));
    }

    #[test]
    fn blocks_are_no_better_aligned_than_asked() {
        graded!();
        let ((), report) = scope(|| {
            for align in (0..12).map(|n| 1_usize << n) {
                let block = block(align, align);
                assert_eq!(block.addr() % align, 0, "aligned to {align}");
                assert_ne!(block.addr() % (2 * align), 0, "no better than {align}");
                // SAFETY: the block came from `alloc` with this layout.
                unsafe { dealloc(block, layout(align, align)) };
            }
        });
        report.assert_clean();
    }

    #[test]
    fn zeroed_and_regrown_blocks_keep_their_promise() {
        graded!();
        let ((), report) = scope(|| {
            // SAFETY: sizes are not zero; the block is regrown and freed with
            // the layouts it has at that time.
            unsafe {
                let first = alloc_zeroed(layout(8, 4));
                assert_eq!(first.cast::<u64>().read_unaligned(), 0, "zeroed");
                first.write(7);
                let second = realloc(first, layout(8, 4), 4096);
                assert_eq!(second.read(), 7, "the old bytes came along");
                assert_eq!(second.add(4000).read(), audit::FRESH, "the rest is fresh");
                dealloc(second, layout(4096, 4));
            }
        });
        report.assert_clean();
    }

    #[test]
    fn large_blocks() {
        graded!();
        let report = misuse(|| {
            let block = block(3 << 20, 8);
            // SAFETY: guard bytes follow an audited block; the second free is
            // what the audit is to catch.
            unsafe {
                block.add(3 << 20).write(1);
                dealloc(block, layout(3 << 20, 8));
                dealloc(block, layout(3 << 20, 8));
            }
        });
        let expected = [
            Fault::WrotePast { size: 3 << 20, distance: 0 },
            Fault::DoubleFree { size: 3 << 20, align: 8 },
        ];
        assert_eq!(report.faults, expected);
    }

    #[test]
    fn many_blocks_at_once() {
        graded!();
        let ((), report) = scope(|| {
            let many: Vec<Box<usize>> = (0..20_000).map(Box::new).collect();
            assert_eq!(many.iter().map(|b| **b).sum::<usize>(), 199_990_000);
        });
        report.assert_clean();
    }

    #[test]
    fn values_may_leave_the_scope() {
        graded!();
        let (list, report) = scope(|| vec![1_u8, 2, 3]);
        assert_eq!(report.live.len(), 1, "the list is still there");
        drop(list);
        let ((), report) = scope(|| drop(vec![0_u8; 3]));
        report.assert_clean();
    }

    #[test]
    fn refusal_of_large_requests() {
        graded!();
        let (answers, report) = scope_refusing_above(64, || {
            // SAFETY: the sizes are not zero; the block is freed with its layout.
            unsafe {
                let small = alloc(layout(64, 8));
                let answers = [small.is_null(), alloc(layout(65, 8)).is_null()];
                dealloc(small, layout(64, 8));
                answers
            }
        });
        report.assert_clean();
        if report.audited {
            assert_eq!(
                answers,
                [false, true],
                "expected the request for 65 bytes to be refused"
            );
        }
    }

    #[test]
    fn refusal_from_the_nth_request_on() {
        graded!();
        let (answers, report) = scope_refusing(2, || {
            // SAFETY: the size is not zero; the block is freed with its layout.
            unsafe {
                let first = alloc(layout(8, 8));
                let answers = [first.is_null(), alloc(layout(8, 8)).is_null()];
                dealloc(first, layout(8, 8));
                answers
            }
        });
        assert_eq!(answers, [false, true], "the first is served, the second refused");
        report.assert_clean();
    }

    #[test]
    fn a_panic_ends_the_scope() {
        graded!();
        assert!(catch_planned(|| {
            scope(|| workbook_support::ledger::planned_panic());
        }));
        let ((), report) = scope(|| drop(Box::new(1)));
        report.assert_requests(1, "the next scope starts from nothing");
        report.assert_clean();
    }
}

#[cfg(not(miri))]
mod c_heap_shows {
    use super::*;
    use std::ffi::{c_int, c_void};
    use workbook_support::c_heap;

    // SAFETY: the signatures are those of the C standard.
    unsafe extern "C" {
        fn malloc(size: usize) -> *mut c_void;
        fn memchr(block: *const c_void, byte: c_int, count: usize) -> *mut c_void;
        fn free(block: *mut c_void);
    }

    fn c_block(size: usize) -> *mut c_void {
        // SAFETY: `malloc` may be called with any size.
        let block = unsafe { malloc(size) };
        assert!(!block.is_null(), "the system has memory");
        block
    }

    #[test]
    fn what_was_not_freed() {
        graded!();
        let Some(before) = c_heap::bytes_in_use() else { return };
        let blocks: Vec<*mut c_void> = (0..2000).map(|_| c_block(16_000)).collect();
        let held = c_heap::bytes_in_use().expect("it was known before");
        assert!(held >= before + 24_000_000, "expected {before} to grow, saw {held}");
        for block in blocks {
            // SAFETY: the block came from `malloc` and is freed once.
            unsafe { free(block) };
        }
        let after = c_heap::bytes_in_use().expect("it was known before");
        assert!(after < before + 8_000_000, "expected about {before} again, saw {after}");
    }

    #[test]
    fn fresh_memory_by_its_pattern() {
        graded!();
        if c_heap::bytes_in_use().is_none() {
            return;
        }
        c_heap::fill_fresh_memory();
        let block = c_block(5_000);
        // SAFETY: the block has 5,000 bytes, and the pattern initialised them.
        let zero = unsafe { memchr(block, 0, 5_000) };
        // SAFETY: the block came from `malloc` and is freed once.
        unsafe { free(block) };
        assert!(zero.is_null(), "expected no zero in fresh memory");
    }

    #[test]
    fn memory_that_goes_back_to_the_wrong_heap() {
        graded!();
        let report = misuse(|| {
            // SAFETY: the global allocator passes unknown blocks on to the
            // system's, which on this platform is `free`.
            unsafe { dealloc(c_block(24).cast(), layout(24, 1)) };
        });
        assert_eq!(report.foreign_frees, 1);
        let complaint = quiet::catch(|| report.assert_no_foreign_frees())
            .expect_err("a foreign free is a mistake");
        assert!(complaint.contains("malloc"), "{complaint}");
    }
}

mod cliff_shows {
    use super::*;
    use workbook_support::brief;
    use workbook_support::cliff::{at_the_edge, text_at_the_edge};

    #[test]
    fn the_bytes_themselves() {
        graded!();
        for len in [0, 1, 15, 4096, 65_535, 65_536, 65_537].into_iter().take(brief(7, 3)) {
            let bytes: Vec<u8> = (0..len).map(|at| at as u8).collect();
            at_the_edge(&bytes, |copy| assert!(copy == bytes, "{len} bytes"));
        }
        text_at_the_edge("é", |text| assert_eq!(text, "é"));
    }

    #[cfg(all(target_os = "linux", not(miri)))]
    #[test]
    fn a_read_behind_the_end() {
        graded!();
        use workbook_support::child::{Ending, run_refusing};
        let outside = run_refusing(test_path!(), usize::MAX, || {
            at_the_edge(b"abc", |bytes| {
                // SAFETY: none: the byte behind the slice is read, which is what the
                // instrument is there to end.
                let read = unsafe { bytes.as_ptr().add(bytes.len()).read_volatile() };
                println!("{read}");
            });
        });
        assert!(matches!(outside, Ending::Other(_)), "{outside:?}");
    }
}

mod ledger_catches {
    use super::*;
    use std::mem::{ManuallyDrop, MaybeUninit};

    fn complaint(ledger: &Ledger) -> String {
        quiet::catch(|| ledger.assert_all_dropped()).expect_err("something to complain about")
    }

    #[test]
    fn nothing_wrong_when_each_value_is_dropped_once() {
        graded!();
        let ledger = Ledger::new();
        let values: Vec<Tracked> = (1..=3).map(|n| ledger.value(n)).collect();
        let copies = values.clone();
        assert_eq!(ledger.alive(), [1, 2, 3, 1, 2, 3], "six values are alive");
        assert_eq!(ledger.clones(), 3, "three were cloned");
        drop(values);
        drop(copies);
        assert_eq!(ledger.drops(), [1, 2, 3, 1, 2, 3], "in the order of the drops");
        ledger.assert_all_dropped();
    }

    #[test]
    fn a_value_never_dropped() {
        graded!();
        let ledger = Ledger::new();
        std::mem::forget(ledger.value(7));
        let complaint = complaint(&ledger);
        assert!(complaint.contains("1 never were: labels [7]"), "{complaint}");
    }

    #[test]
    fn a_value_dropped_twice() {
        graded!();
        let ledger = Ledger::new();
        let value = ManuallyDrop::new(ledger.value(7));
        // SAFETY: a ledger's value may be copied and dropped more than once: it
        // owns no memory, and noticing is what it is for.
        drop(unsafe { std::ptr::read(&*value) });
        drop(ManuallyDrop::into_inner(value));
        let complaint = complaint(&ledger);
        assert!(complaint.contains("the value 7 was dropped twice"), "{complaint}");
    }

    #[test]
    fn a_value_used_after_its_drop() {
        graded!();
        let ledger = Ledger::new();
        let mut value = ManuallyDrop::new(ledger.value(7));
        // SAFETY: dropped once; what is left is sixteen plain bytes.
        unsafe { ManuallyDrop::drop(&mut value) };
        assert_eq!(value.label(), 0, "no label after the drop");
        let complaint = complaint(&ledger);
        assert!(complaint.contains("the value 7 was read after its drop"), "{complaint}");
    }

    #[test]
    fn memory_that_never_was_a_value() {
        graded!();
        for (byte, name) in [
            (audit::FRESH, "memory never written to"),
            (audit::POISON, "freed memory"),
            (0, "bytes that never were a value"),
        ] {
            let ledger = Ledger::new();
            let mut memory = MaybeUninit::<Tracked>::uninit();
            // SAFETY: sixteen bytes are writable; a `Tracked` is two `u64`, for
            // which every byte pattern is valid.
            unsafe {
                memory.as_mut_ptr().write_bytes(byte, 1);
                memory.assume_init_drop();
            }
            let complaint = complaint(&ledger);
            assert!(complaint.contains(name), "{complaint}");
        }
    }

    #[test]
    fn the_ledger_of_the_thread_at_fault_alone() {
        graded!();
        let bystander = Ledger::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let at_fault = Ledger::new();
                // SAFETY: every bit pattern is a value of this type; noticing
                // that it never was one is what the ledger is for.
                drop(unsafe { MaybeUninit::<Tracked>::zeroed().assume_init() });
                let complaint = complaint(&at_fault);
                assert!(complaint.contains("never were a value"), "{complaint}");
            });
        });
        bystander.assert_all_dropped();
    }

    #[test]
    fn planned_panics() {
        graded!();
        let ledger = Ledger::new();
        ledger.panic_on_drop(2);
        ledger.panic_on_clone(1);
        let (first, second) = (ledger.value(1), ledger.value(2));
        assert!(catch_planned(|| drop(first.clone())), "the clone panics");
        assert!(catch_planned(|| drop(second)), "the drop panics, once");
        drop(first);
        ledger.assert_all_dropped();
    }

    #[test]
    fn values_on_other_threads() {
        graded!();
        let ledger = Ledger::new();
        let value = ledger.value(1);
        std::thread::spawn(move || drop(value)).join().unwrap();
        ledger.assert_all_dropped();
    }

    #[test]
    fn zero_sized_drops() {
        graded!();
        let before = TrackedZst::drops();
        drop([TrackedZst::new(), TrackedZst::new()]);
        assert_eq!(TrackedZst::drops() - before, 2);
    }
}

#[cfg(not(miri))]
mod child_tells {
    use super::*;
    use workbook_support::child::{
        Ending, assert_alloc_error, assert_alloc_error_or_return, assert_answers, run_refusing,
    };

    #[test]
    fn an_allocation_error_from_a_return() {
        graded!();
        assert_eq!(run_refusing(test_path!(), 1, || drop(Box::new(5))), Ending::AllocError);
    }

    #[test]
    fn a_return() {
        graded!();
        assert_eq!(run_refusing(test_path!(), 9, || drop(Box::new(5))), Ending::Returned);
    }

    #[test]
    fn a_plain_panic() {
        graded!();
        let ending = run_refusing(test_path!(), 9, || panic!("no memory here"));
        assert!(
            matches!(&ending, Ending::Panicked(text) if text.contains("no memory here")),
            "{ending:?}"
        );
    }

    #[test]
    fn a_plain_panic_for_want_of_memory() {
        graded!();
        let ending = run_refusing(test_path!(), 1, || {
            // SAFETY: the size is not zero.
            let memory = unsafe { alloc(layout(8, 8)) };
            assert!(!memory.is_null(), "got {memory:?}");
        });
        assert!(
            matches!(&ending, Ending::Panicked(text) if text.contains("got 0x0")),
            "{ending:?}"
        );
    }

    #[test]
    fn an_abort_of_another_kind() {
        graded!();
        let ending = run_refusing(test_path!(), 9, || std::process::abort());
        assert!(matches!(ending, Ending::Other(_)), "{ending:?}");
    }

    #[test]
    fn an_early_exit() {
        graded!();
        let ending = run_refusing(test_path!(), 9, || std::process::exit(0));
        assert!(matches!(ending, Ending::Other(_)), "{ending:?}");
    }

    #[test]
    fn every_refused_request() {
        graded!();
        assert_alloc_error(test_path!(), || {
            drop(Box::new(1));
            drop(vec![1, 2]);
        });
    }

    #[test]
    fn an_error_value_where_one_may_come() {
        graded!();
        assert_alloc_error_or_return(test_path!(), || {
            drop(Box::new(1));
            let mut list: Vec<u8> = Vec::new();
            let _ = list.try_reserve(100);
        });
    }

    #[test]
    fn the_answer_to_a_refused_request() {
        graded!();
        let room_for = |bytes: usize| Vec::<u8>::new().try_reserve(bytes).is_ok();
        assert_answers(test_path!(), false, || room_for(100) && room_for(10));
    }

    #[test]
    fn a_wrong_answer_to_a_refused_request() {
        graded!();
        let room_for = |bytes: usize| Vec::<u8>::new().try_reserve(bytes).is_ok();
        let fooled = quiet::catch(|| {
            assert_answers(test_path!(), true, || room_for(100) && room_for(10));
        });
        assert!(fooled.expect_err("a wrong answer").contains("it answered false"));
    }

    #[test]
    fn an_abort_where_an_answer_is_due() {
        graded!();
        let fooled = quiet::catch(|| assert_answers(test_path!(), 7, || *Box::new(7)));
        assert!(fooled.expect_err("no answer").contains("`handle_alloc_error` ended"));
    }

    #[test]
    fn a_panic_where_an_error_value_may_come() {
        graded!();
        let complaint = quiet::catch(|| {
            assert_alloc_error_or_return(test_path!(), || {
                let mut list: Vec<u8> = Vec::new();
                list.try_reserve(100).expect("room for more");
            });
        })
        .expect_err("a panic is no error value");
        assert!(complaint.contains("room for more"), "{complaint}");
    }

    #[test]
    fn a_request_whose_failure_is_swallowed() {
        graded!();
        let complaint = quiet::catch(|| {
            assert_alloc_error(test_path!(), || {
                drop(Box::new(1));
                let mut list: Vec<u8> = Vec::new();
                let _ = list.try_reserve(100);
            });
        })
        .expect_err("the second request ends in a return");
        assert!(complaint.contains("request 2"), "{complaint}");
    }
}

mod property_tells {
    use super::*;
    use workbook_support::property::check;

    #[test]
    fn nothing_when_the_property_holds() {
        graded!();
        check(100, 20, |list: &Vec<u8>| {
            let twice: Vec<u8> = list.iter().rev().rev().copied().collect();
            if twice == *list { Ok(()) } else { Err("reversing twice changed it".into()) }
        });
    }

    #[test]
    fn the_smallest_counterexample_and_the_seed() {
        graded!();
        let complaint = quiet::catch(|| {
            check(500, 50, |list: &Vec<u32>| {
                if list.len() < 3 { Ok(()) } else { Err(format!("{} elements", list.len())) }
            });
        })
        .expect_err("lists of three exist");
        assert!(complaint.contains("counterexample: [0, 0, 0]"), "{complaint}");
        assert!(complaint.contains("WORKBOOK_SEED="), "{complaint}");
    }

    #[test]
    fn a_panic_as_a_counterexample() {
        graded!();
        let complaint = quiet::catch(|| {
            check(500, 50, |n: &u8| {
                assert!(*n < 9, "nine or more");
                Ok(())
            });
        })
        .expect_err("nine exists");
        assert!(complaint.contains("counterexample: 9\n"), "{complaint}");
        assert!(complaint.contains("nine or more"), "{complaint}");
    }
}

mod probe_answers {
    use super::*;
    use workbook_support::implements;
    use workbook_support::probe::{Neither, SendOnly, SyncOnly};

    static_assertions::assert_impl_all!(SendOnly: Send);
    static_assertions::assert_not_impl_any!(SendOnly: Sync);
    static_assertions::assert_impl_all!(SyncOnly: Sync);
    static_assertions::assert_not_impl_any!(SyncOnly: Send);
    static_assertions::assert_not_impl_any!(Neither: Send, Sync);

    #[test]
    fn as_the_compiler_does() {
        graded!();
        assert!(implements!(u8: Send) && implements!(u8: Sync));
        assert!(implements!(SendOnly: Send) && !implements!(SendOnly: Sync));
        assert!(!implements!(SyncOnly: Send) && implements!(SyncOnly: Sync));
        assert!(!implements!(Neither: Send) && !implements!(Neither: Sync));
        assert!(implements!(Vec<u8>: Clone + Send) && !implements!(Ledger: Clone));
    }
}

mod record_names {
    use super::*;

    #[test]
    fn the_enclosing_test() {
        graded!();
        assert_eq!(test_path!(), "record_names::the_enclosing_test");
    }
}

mod quiet_catches {
    use super::*;

    #[test]
    fn text_and_place_of_a_panic() {
        graded!();
        let text = quiet::catch(|| panic!("at {}", "once")).expect_err("a panic");
        assert!(text.starts_with("at once (tests/instruments.rs:"), "{text}");
        assert_eq!(quiet::catch(|| 7), Ok(7));
    }

    #[test]
    fn the_text_of_a_panic_that_runs_no_hook() {
        for payload in [
            Box::new("quiet text") as Box<dyn std::any::Any + Send>,
            Box::new(String::from("quiet text")),
        ] {
            let text =
                quiet::catch(|| std::panic::resume_unwind(payload)).expect_err("a panic");
            assert_eq!(text, "quiet text");
        }
        let text =
            quiet::catch(|| std::panic::resume_unwind(Box::new(7_u8))).expect_err("a panic");
        assert_eq!(text, "a panic without a text");
    }
}

mod findings_are_judged {
    use super::*;
    use std::fs;
    use workbook_support::findings::{
        CATEGORIES, Key, MOST_CATEGORIES, MOST_FINDINGS, answers, digest, parse,
    };

    const CODE_LINES: u32 = 20;

    fn entry(category: &str, lines: &str) -> String {
        format!(
            "[[finding]]\ncategory = \"{category}\"\nlines = {lines}\nreason = \"r\"\nfix = \"f\"\n"
        )
    }

    #[test]
    fn by_line_and_category() {
        graded!();
        let digests =
            |defect: &str, line| format!("{defect} {:x}\n", digest(defect, line, "alignment"));
        let key = Key::read(&(digests("a.1", 5) + &digests("a.2", 7) + &digests("remark", 9)));
        let judge = |audit: &str| {
            let verdict = key.judge(&parse(audit, CODE_LINES).expect("an audit"));
            (verdict.count("a."), verdict.count(""), verdict.right, verdict.false_alarms)
        };
        assert_eq!(judge(""), ((0, 2), (0, 2), 0, 0), "nothing found, nothing claimed");
        assert_eq!(judge(&entry("alignment", "5")), ((1, 2), (1, 2), 1, 0));
        assert_eq!(judge(&entry("Alignment", "\"4-7\"")), ((2, 2), (2, 2), 1, 0));
        assert_eq!(judge(&entry("arithmetic", "5")), ((0, 2), (0, 2), 0, 1), "wrong category");
        assert_eq!(judge(&entry("alignment", "[8, 9]")), ((0, 2), (0, 2), 0, 0), "a remark");
        assert_eq!(judge(&entry("alignment", "8")), ((0, 2), (0, 2), 0, 1), "wrong line");
    }

    #[test]
    fn malformed_files_are_named() {
        graded!();
        let problem = |audit: &str| parse(audit, CODE_LINES).expect_err("a malformed audit");
        let good = entry("alignment", "1");
        assert!(problem("[[finding]\n").contains("line 1"), "{}", problem("[[finding]\n"));
        assert!(problem(&good.replace("[[finding]]", "[finding]")).contains("two brackets"));
        assert!(problem(&good.replace("finding", "findings")).contains("`findings`"));
        let second = good.clone() + &entry("style", "1");
        assert!(problem(&second).contains("finding 2 (line 6 "), "{}", problem(&second));
        assert!(problem(&second).contains("the categories are memory safety, "));
        assert!(problem(&good.replace("\"f\"", "\" \"")).contains("empty `fix`"));
        assert!(problem(&good.replace("reason", "why")).contains("the key `why`"));
        assert!(problem(&entry("alignment", "\"three\"")).contains("must look like"));
        assert!(problem(&entry("alignment", "21")).contains("no lines of the listing"));
        assert!(problem(&entry("alignment", "[5, 4]")).contains("no lines of the listing"));
        assert!(problem(&entry("alignment", "\"1-20\"")).contains("at most"));
        assert!(problem(&good.repeat(MOST_FINDINGS + 1)).contains("guesses"));
        let under = |count: usize| -> String {
            CATEGORIES[..count].iter().map(|category| entry(category, "\"3-5\"")).collect()
        };
        assert!(problem(&under(MOST_CATEGORIES + 1)).contains("line 3 "));
        assert!(parse(&under(MOST_CATEGORIES), CODE_LINES).is_ok(), "so many may be meant");
        let half = entry("alignment", "\"1-5\"") + &entry("alignment", "\"6-10\"");
        assert!(parse(&half, CODE_LINES).is_ok(), "half of the lines may be meant");
        let more = half + &entry("alignment", "11");
        assert!(problem(&more).contains("11 of 20 lines"), "{}", problem(&more));
    }

    fn read(path: &str) -> String {
        fs::read_to_string(path).unwrap_or_else(|e| panic!("cannot read {path}: {e}"))
    }

    #[test]
    #[cfg_attr(miri, ignore = "reads files, which Miri keeps apart")]
    fn the_answers_are_those_of_the_plain_key() {
        graded!();
        let made = answers(&read("solutions/ex5_audit_key.toml"));
        assert!(
            made == read("tests/ex5_memory_pool.answers"),
            "tests/ex5_memory_pool.answers is out of date; it must be:\n{made}"
        );
    }

    #[test]
    #[cfg_attr(miri, ignore = "reads files, which Miri keeps apart")]
    fn the_listing_shows_the_pool_as_shipped() {
        graded!();
        let stub = read("exercises/ex5_memory_pool.rs");
        if !stub.contains("delete this line when you start") {
            return;
        }
        let numbered: String = (1..)
            .zip(stub.lines())
            .map(|(n, line)| format!("{n:3} | {line}").trim_end().to_owned() + "\n")
            .collect();
        assert!(
            numbered == read("exercises/ex5_flawed_pool.txt"),
            "exercises/ex5_flawed_pool.txt does not show exercises/ex5_memory_pool.rs"
        );
    }
}
