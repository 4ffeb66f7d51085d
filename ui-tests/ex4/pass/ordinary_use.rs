// What the refused programs would be without their one offending line.
use unsafe_workbook::ex4_undefined_behavior as ex4;

fn main() {
    let mut values = Vec::with_capacity(4);
    values.extend([1_u32, 2, 3]);
    let second: &u32 = &values[1];
    assert_eq!(*second, 2);
    ex4::append_and_raise(&mut values, 4);
    let second: &u32 = &values[1];
    assert_eq!(*second, 2);

    let mut place = String::from("old");
    let before = ex4::exchange(&mut place, String::from("new"));
    let seen: &String = &place;
    assert_eq!(seen.len() + before.len(), 6);

    let mut values = [1_u32, 2, 3];
    let slots: Option<(&mut u32, &mut u32)> = ex4::two_slots(&mut values, 0, 1);
    if let Some((first, second)) = slots {
        *first += *second;
    }
    values[0] += 6;
    assert_eq!(values, [9, 2, 3]);

    let values: Box<[u32]> = Box::new([]);
    assert_eq!(values.len(), 0);
    let sums = ex4::sum_by_parity(values);
    assert_eq!(sums, (0, 0));

    // A value that lives only for a while can be exchanged as well.
    let text = String::from("short");
    let mut place: &str = "static";
    let before = ex4::exchange(&mut place, text.as_str());
    assert_eq!((before, place), ("static", "short"));
}
