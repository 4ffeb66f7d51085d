// The box asks nothing of its value but what a line of the contract asks, and
// its functions have the signatures of the contract.
use std::fmt::Debug;

use unsafe_workbook::ex1_my_box::MyBox;

pub fn signatures<'a, T: 'a>() {
    let _: fn(T) -> MyBox<T> = MyBox::new;
    let _: fn(MyBox<T>) -> T = MyBox::into_inner;
    let _: fn(MyBox<T>) -> *mut T = MyBox::into_raw;
    let _: unsafe fn(*mut T) -> MyBox<T> = MyBox::from_raw;
    let _: fn(MyBox<T>) -> &'a mut T = MyBox::leak;
}

pub fn seen<T>(held: &MyBox<T>) -> &T {
    held
}

pub fn changed<T>(held: &mut MyBox<T>) -> &mut T {
    held
}

pub fn cloned<T: Clone>(held: &MyBox<T>) -> MyBox<T> {
    <MyBox<T> as Clone>::clone(held)
}

pub fn printed<T: Debug>(held: &MyBox<T>) -> String {
    format!("{held:?}")
}

pub fn can_be_sent<T: Send>(held: MyBox<T>) -> impl Send {
    held
}

pub fn can_be_shared<T: Sync>(held: MyBox<T>) -> impl Sync {
    held
}

fn main() {}
