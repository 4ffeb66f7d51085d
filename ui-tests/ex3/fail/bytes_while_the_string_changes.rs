// Rule: the bytes belong to the string, so nothing may change it while they are
// in use. (E0502)
#![allow(warnings)]

use unsafe_workbook::ex3_c_string::CString;

fn append_while_the_bytes_are_in_use(string: &mut CString, other: &CString) {
    let bytes: &[u8] = string.as_bytes();
    string.append(other);
    println!("{bytes:?}");
}

fn copy_from_while_the_bytes_are_in_use(string: &mut CString, other: &CString) {
    let bytes: &[u8] = string.as_bytes();
    string.copy_from(other);
    println!("{bytes:?}");
}

fn main() {}
