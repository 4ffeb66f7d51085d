// A box of a longer-lived value serves as a box of a shorter-lived one.
use unsafe_workbook::ex1_my_box::MyBox;

fn shorten<'short>(long: MyBox<&'static str>) -> MyBox<&'short str> {
    long
}

fn first<'a>(ours: &'a MyBox<&'a str>, _theirs: &'a str) -> &'a str {
    ours
}

fn main() {
    let text = String::from("short");
    let ours: MyBox<&'static str> = MyBox::new("static");
    assert_eq!(first(&ours, &text), "static");
    assert_eq!(*shorten(ours), "static");
}
