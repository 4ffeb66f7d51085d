// These programs are compiled against the model solutions.
fn main() {
    let _: unsafe_workbook::mode::Solutions = ();
}
