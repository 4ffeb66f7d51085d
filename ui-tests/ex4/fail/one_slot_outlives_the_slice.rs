// Each of the two references leads into the slice, so neither may outlive it.
#![allow(warnings)]
use unsafe_workbook::ex4_undefined_behavior::two_slots;

fn keep_the_first() {
    let kept: Option<&mut u32>;
    {
        let mut values = vec![1_u32, 2, 3];
        kept = two_slots(&mut values, 0, 1).map(|(first, _)| first);
    }
    assert!(kept.is_some());
}

fn keep_the_second() {
    let kept: Option<&mut u32>;
    {
        let mut values = vec![1_u32, 2, 3];
        kept = two_slots(&mut values, 0, 1).map(|(_, second)| second);
    }
    assert!(kept.is_some());
}

fn main() {}
