// Rule: whoever has only a shared reference may look, not change. (E0596)
#![allow(warnings)]

use unsafe_workbook::ex3_c_string::CString;

fn append_through_a_shared_reference(string: &CString, other: &CString) {
    string.append(other);
}

fn copy_from_through_a_shared_reference(string: &CString, other: &CString) {
    string.copy_from(other);
}

fn main() {}
