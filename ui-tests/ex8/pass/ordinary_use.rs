// Closures with owned state, in any number, dropped in any order.
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex};
use unsafe_workbook::ex8_callbacks::{Panicked, Source, Subscription, sort_by, visit};

fn keep<'s>(source: &'s Source, list: &Arc<Mutex<Vec<i32>>>) -> Subscription<'s> {
    let list = Arc::clone(list);
    source.subscribe(move |value| list.lock().unwrap().push(value)).unwrap()
}

fn main() {
    static SUM: AtomicI32 = AtomicI32::new(0);
    let source = Source::new().unwrap();
    let list = Arc::new(Mutex::new(Vec::new()));
    let first = keep(&source, &list);
    let second = source.subscribe(|value| {
        SUM.fetch_add(value, Ordering::SeqCst);
    });
    let fired: Result<(), Panicked> = source.fire(2);
    assert!(fired.is_ok());
    drop(first);
    assert!(source.fire_from_thread(3).is_ok());
    drop(second);
    let source = std::thread::spawn(move || source).join().unwrap();
    assert!(source.fire(4).is_ok());
    assert_eq!(*list.lock().unwrap(), [2]);
    assert_eq!(SUM.load(Ordering::SeqCst), 5);

    // Within a call, closures may borrow and need not be Send.
    let seen = std::rc::Rc::new(std::cell::Cell::new(0));
    let local = &seen;
    let calls = visit(&[1, 2], |item| {
        local.set(local.get() + item);
        ControlFlow::Continue(())
    });
    assert!(calls.is_ok_and(|calls| calls == 2));
    assert_eq!(seen.get(), 3);
    // A boxed closure is Send, and neither Sync nor UnwindSafe.
    let mut left = 2;
    let boxed: Box<dyn FnMut(i32) + Send> = Box::new(move |value| left -= value);
    let boxed = source.subscribe(boxed);
    assert!(boxed.is_some() && source.fire(1).is_ok());
    let mut shared = [3, 1, 2].map(std::rc::Rc::new);
    // SAFETY: the order of numbers is total.
    assert!(unsafe { sort_by(&mut shared, |a, b| a.cmp(b)) }.is_ok());
    assert_eq!(shared.map(|item| *item), [1, 2, 3]);
    let mut items = [3, 1, 2];
    // SAFETY: the order of numbers is total.
    assert!(unsafe { sort_by(&mut items, |a, b| a.cmp(b)) }.is_ok());
    assert_eq!(items, [1, 2, 3]);
}
