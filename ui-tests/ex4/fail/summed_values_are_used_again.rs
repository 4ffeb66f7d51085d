// `sum_by_parity` frees the slice, so nobody may use it afterwards.
#![allow(warnings)]
use unsafe_workbook::ex4_undefined_behavior::sum_by_parity;

fn main() {
    let values: Box<[u32]> = Box::new([1, 2, 3]);
    let sums = sum_by_parity(values);
    assert_eq!(values.len(), 3);
}
