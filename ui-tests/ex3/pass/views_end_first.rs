// The twin of the programs in `fail/`: each view is used for the last time before
// the string changes or ends, and source and target are two strings.
use std::str::Utf8Error;
use unsafe_workbook::ex3_c_string::CString;

fn bytes_first(string: &mut CString, other: &CString) -> usize {
    let bytes: &[u8] = string.as_bytes();
    let before = bytes.len();
    let answer: Result<(), &'static str> = string.append(other);
    assert!(answer.is_ok());
    let bytes: &[u8] = string.as_bytes();
    let between = bytes.len();
    let answer: Result<(), &'static str> = string.copy_from(other);
    assert!(answer.is_ok());
    before + between + string.len()
}

fn text_first(string: &mut CString, other: &CString) -> bool {
    let text: Result<&str, Utf8Error> = string.to_str();
    let before = text.is_ok();
    let answer: Result<(), &'static str> = string.append(other);
    assert!(answer.is_ok());
    let text: Result<&str, Utf8Error> = string.to_str();
    before && text.is_ok()
}

fn main() {
    let Ok(mut string) = CString::with_capacity("ab", 9) else { panic!("2 bytes fit into 9") };
    let Ok(other) = CString::new("cde") else { panic!("there is no NUL in it") };
    assert_eq!(bytes_first(&mut string, &other), 2 + 5 + 3);
    assert!(text_first(&mut string, &other));
    let bytes: &[u8] = string.as_bytes();
    assert_eq!(bytes, b"cdecde");
}
