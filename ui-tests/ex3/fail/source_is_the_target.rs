// Rule: C forbids overlap of source and target, so a string must not be copied
// or added to itself. (E0502)
#![allow(warnings)]

use unsafe_workbook::ex3_c_string::CString;

fn append_to_itself(string: &mut CString) {
    string.append(&*string);
}

fn copy_from_itself(string: &mut CString) {
    string.copy_from(&*string);
}

fn main() {}
