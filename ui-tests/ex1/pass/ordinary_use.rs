// What the refused programs would be without their one offending line.
use unsafe_workbook::ex1_my_box::MyBox;

struct Node {
    value: u32,
    next: Option<MyBox<Node>>,
}

fn consume(_: MyBox<u32>) {}

fn main() {
    let held = MyBox::new(1_u32);
    let seen: &u32 = &held;
    assert_eq!(*seen, 1);
    consume(held);

    let mut held = MyBox::new(1_u32);
    let first: &mut u32 = &mut held;
    *first += 1;
    let second: &mut u32 = &mut held;
    *second += 1;
    assert_eq!(*held, 3);

    let text = String::from("outlives the box");
    let held: MyBox<&str> = MyBox::new(&text);
    assert_eq!((*held).len(), 16);
    drop(held);

    let list = Node { value: 1, next: Some(MyBox::new(Node { value: 2, next: None })) };
    let second = list.next.as_ref().map(|node| (**node).value);
    assert_eq!((list.value, second), (1, Some(2)));

    let text = String::from("borrowed for a while");
    let leaked: &mut &str = MyBox::new(text.as_str()).leak();
    assert_eq!(leaked.len(), 20);

    let from_raw: unsafe fn(*mut u8) -> MyBox<u8> = MyBox::from_raw;
    // SAFETY: the pointer comes from `into_raw` and is not used again.
    assert_eq!(*unsafe { from_raw(MyBox::new(9).into_raw()) }, 9);
}
