// Rule: the views of a string end with the string. (E0597)
#![allow(warnings)]

use std::str::Utf8Error;
use unsafe_workbook::ex3_c_string::CString;

fn bytes_outlive_the_string() {
    let bytes: &[u8];
    {
        let Ok(string) = CString::new("short-lived") else { return };
        bytes = string.as_bytes();
    }
    println!("{bytes:?}");
}

fn text_outlives_the_string() {
    let text: Result<&str, Utf8Error>;
    {
        let Ok(string) = CString::new("short-lived") else { return };
        text = string.to_str();
    }
    println!("{text:?}");
}

fn main() {}
