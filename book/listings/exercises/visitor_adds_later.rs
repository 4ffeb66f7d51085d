//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
use std::ffi::c_void;

pub struct Numbers {
    list: Vec<i32>,
}

type Visit = unsafe extern "C" fn(i32, *mut c_void);

/// # Safety
///
/// - `numbers` leads to a live `Numbers` that nobody else uses.
unsafe extern "C" fn numbers_add(numbers: *mut Numbers, value: i32) {
    // SAFETY: the caller's duty.
    let numbers = unsafe { &mut *numbers };
    numbers.list.push(value);
}

// ANCHOR: each
/// # Safety
///
/// - `numbers` leads to a live `Numbers`; `visit` may be called with `user`. It may
///   use the numbers.
unsafe extern "C" fn numbers_each(
    numbers: *const Numbers,
    visit: Visit,
    user: *mut c_void,
) {
    // SAFETY: the caller's duty; the reference ends with this statement.
    let list = unsafe { (&(*numbers).list).clone() };
    for value in list {
        // SAFETY: the caller's duty.
        unsafe { visit(value, user) };
    }
}
// ANCHOR_END: each

/// A visitor of the caller's: adds the double of each number.
///
/// # Safety
///
/// - `user` leads to the `Numbers` that are visited.
unsafe extern "C" fn double(value: i32, user: *mut c_void) {
    // SAFETY: the caller's duty.
    unsafe { numbers_add(user.cast(), 2 * value) };
}

fn main() {
    let numbers = Box::into_raw(Box::new(Numbers { list: vec![1, 2] }));
    // SAFETY: `numbers` is live, and the visitor is given what it asks for.
    unsafe { numbers_each(numbers, double, numbers.cast()) };
    // SAFETY: it came from `into_raw`, and is taken back once.
    println!("{:?}", unsafe { Box::from_raw(numbers) }.list);
}
// ANCHOR_END: all
