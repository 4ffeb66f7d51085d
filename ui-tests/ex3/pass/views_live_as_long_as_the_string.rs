// A view lives as long as the borrow of the string that it came from, several may
// live at once, and an error value lives for ever.
use std::cmp::Ordering;
use std::error::Error;
use unsafe_workbook::ex3_c_string::CString;

fn text(string: &CString) -> &str {
    string.to_str().unwrap_or("not a text")
}

fn longest<'a>(strings: &'a [CString]) -> &'a [u8] {
    let mut longest: &'a [u8] = b"";
    for string in strings {
        if string.len() > longest.len() {
            longest = string.as_bytes();
        }
    }
    longest
}

fn joined(parts: &[&str], capacity: usize) -> Result<CString, Box<dyn Error>> {
    let mut whole = CString::with_capacity("", capacity)?;
    for part in parts {
        whole.append(&CString::new(part)?)?;
    }
    Ok(whole)
}

fn complaint(text: &str) -> &'static str {
    match CString::new(text) {
        Ok(_) => "none",
        Err(reason) => reason,
    }
}

fn main() {
    let Ok(whole) = joined(&["ab", "", "cd"], 4) else { panic!("4 bytes fit into 4") };
    assert!(joined(&["ab", "cd"], 3).is_err());
    let Ok(part) = CString::new("ab") else { panic!("there is no NUL in it") };
    let (first, second): (&[u8], &str) = (whole.as_bytes(), text(&whole));
    assert_eq!(first, second.as_bytes());
    let order: Ordering = whole.compare(&part);
    assert_eq!(order, Ordering::Greater);
    assert_eq!(text(&part), "ab");
    assert_eq!(longest(&[part, whole]), b"abcd");
    let reason = {
        let short_lived = String::from("with a \0 inside");
        complaint(&short_lived)
    };
    assert_ne!(reason, "none");
}
