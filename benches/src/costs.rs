//! A call, a text, a callback: across the border, and in Rust.

use std::ffi::{CStr, CString, c_char, c_void};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{best_of, report};

// SAFETY: the declarations repeat costs.c.
unsafe extern "C" {
    safe fn costs_add(a: u64, b: u64) -> u64;
    fn costs_length(text: *const c_char) -> u64;
    fn costs_each(
        count: u64,
        call: unsafe extern "C" fn(user: *mut c_void, value: u64),
        user: *mut c_void,
    ) -> u64;
    fn costs_sum(values: *const u64, count: usize) -> u64;
}

#[inline(never)]
fn add_apart(a: u64, b: u64) -> u64 {
    a + b
}

#[inline]
fn add_inline(a: u64, b: u64) -> u64 {
    a + b
}

const CALLS: u32 = 2_000_000;
const TEXTS: u32 = 400_000;
const TEXT: &str = "a text of thirty-two characters.";

pub fn measure() {
    println!("how many times as long it takes\n");
    calls();
    texts();
    callbacks();
}

#[inline(never)]
fn add_up(add: impl Fn(u64, u64) -> u64) {
    let mut sum = 0;
    for i in 0..u64::from(CALLS) {
        sum = add(black_box(sum), i);
    }
    black_box(sum);
}

fn calls() {
    let (c, rust) =
        best_of(|| add_up(|a, b| costs_add(a, b)), || add_up(|a, b| add_apart(a, b)));
    report("a call of C / a call of Rust that is not inlined", c, rust, CALLS);
    let (c, rust) =
        best_of(|| add_up(|a, b| costs_add(a, b)), || add_up(|a, b| add_inline(a, b)));
    report("a call of C / Rust, inlined", c, rust, CALLS);
    let values: Vec<u64> = (0..u64::from(CALLS)).collect();
    let (one_by_one, at_once) = best_of(
        || {
            let mut sum = 0;
            for &value in &values {
                sum = costs_add(sum, value);
            }
            black_box(sum);
        },
        || {
            // SAFETY: pointer and length are those of one slice.
            black_box(unsafe { costs_sum(values.as_ptr(), values.len()) });
        },
    );
    report("a call for each value / one call with a slice", one_by_one, at_once, CALLS);
}

fn length(text: &CStr) -> u64 {
    // SAFETY: the text ends in NUL.
    unsafe { costs_length(text.as_ptr()) }
}

fn texts() {
    let kept = CString::new(TEXT).expect("it contains no NUL");
    let (converted, as_is) = best_of(
        || {
            for _ in 0..TEXTS {
                let text = CString::new(black_box(TEXT)).expect("it contains no NUL");
                black_box(length(&text));
            }
        },
        || {
            for _ in 0..TEXTS {
                black_box(length(black_box(&kept)));
            }
        },
    );
    report("a `CString` for each call / one that is kept", converted, as_is, TEXTS);
    let (checked, copied) = best_of(
        || {
            for _ in 0..TEXTS {
                black_box(black_box(&*kept).to_str().expect("it is UTF-8").len());
            }
        },
        || {
            for _ in 0..TEXTS {
                black_box(black_box(&*kept).to_string_lossy().into_owned());
            }
        },
    );
    report("a `String` of what C returned / a `&str`", copied, checked, TEXTS);
}

/// # Safety
///
/// - `user` points to an `F` that nobody else uses during the call.
unsafe extern "C" fn plain<F: FnMut(u64)>(user: *mut c_void, value: u64) {
    // SAFETY: the caller's promise.
    (unsafe { &mut *user.cast::<F>() })(value);
}

/// # Safety
///
/// - As [`plain`].
unsafe extern "C" fn caught<F: FnMut(u64)>(user: *mut c_void, value: u64) {
    // SAFETY: the caller's promise.
    let call = unsafe { &mut *user.cast::<F>() };
    drop(catch_unwind(AssertUnwindSafe(|| call(value))));
}

fn each_by_c<F: FnMut(u64)>(
    mut call: F,
    trampoline: unsafe extern "C" fn(*mut c_void, u64),
    count: u32,
) {
    // SAFETY: `user` points to the closure, of the trampoline's type, until the call
    // returns.
    unsafe { costs_each(u64::from(count), trampoline, (&raw mut call).cast()) };
}

#[inline(never)]
fn each_by_rust(call: &mut dyn FnMut(u64), count: u32) {
    for i in 0..u64::from(count) {
        call(i);
    }
}

fn callbacks() {
    fn run<F: FnMut(u64)>(call: F, is_caught: bool) {
        let trampoline = if is_caught { caught::<F> } else { plain::<F> };
        each_by_c(call, trampoline, CALLS);
    }
    let by_rust = || {
        let mut sum = 0;
        each_by_rust(&mut |value| sum = black_box(sum + value), CALLS);
    };
    let by_c = |is_caught: bool| {
        let mut sum = 0;
        run(|value| sum = black_box(sum + value), is_caught);
    };
    let (c, rust) = best_of(|| by_c(false), by_rust);
    report("a closure called by C / by Rust, as `dyn FnMut`", c, rust, CALLS);
    let (with, without) = best_of(|| by_c(true), || by_c(false));
    report("a callback with `catch_unwind` / without", with, without, CALLS);
}
