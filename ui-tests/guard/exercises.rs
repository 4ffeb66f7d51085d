// These programs are compiled against the student's modules.
fn main() {
    let _: unsafe_workbook::mode::Exercises = ();
}
