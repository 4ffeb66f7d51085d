// Rule: the text is a view of the string, so nothing may change it while the view
// is in use. (E0502)
#![allow(warnings)]

use std::str::Utf8Error;
use unsafe_workbook::ex3_c_string::CString;

fn append_while_the_text_is_in_use(string: &mut CString, other: &CString) {
    let text: Result<&str, Utf8Error> = string.to_str();
    string.append(other);
    println!("{text:?}");
}

fn copy_from_while_the_text_is_in_use(string: &mut CString, other: &CString) {
    let text: Result<&str, Utf8Error> = string.to_str();
    string.copy_from(other);
    println!("{text:?}");
}

fn main() {}
