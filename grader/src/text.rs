//! Small things about text that several verbs need.

/// Lines of prose are at most this long, indentation included.
pub const WIDTH: usize = 78;

/// Writes a line to standard output, as `println!` does; a reader that has left,
/// as `head` does, is no error.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout().lock(), $($text)*);
    }};
}
pub(crate) use say;

/// `text` in lines of at most [`WIDTH`], each `indent` spaces in.
pub fn indented(text: &str, indent: usize) -> String {
    hanging(&" ".repeat(indent), text, WIDTH)
}

/// `text` in lines of at most `width`, the first behind `first`, the others as
/// far in.
pub fn hanging(first: &str, text: &str, width: usize) -> String {
    let margin = first.chars().count();
    let mut out = first.to_owned();
    let mut column = margin;
    let mut at_start = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !at_start && column + 1 + length > width {
            out.push('\n');
            out.push_str(&" ".repeat(margin));
            column = margin;
        } else if !at_start {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        at_start = false;
    }
    out
}

/// `text` cut to `width` characters, with dots where something is lost.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

/// How many single-letter changes turn `a` into `b`.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped() {
        let wrapped = indented(&"word ".repeat(40), 2);
        assert!(wrapped.lines().all(|line| line.starts_with("  word") && line.len() <= WIDTH));
        assert_eq!(wrapped.matches("word").count(), 40);
    }

    #[test]
    fn distances_count_changes() {
        assert_eq!(distance("fifo", "fifo"), 0);
        assert_eq!(distance("fifo", "fito"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn long_titles_are_cut() {
        assert_eq!(cut("abcdef", 5), "ab...");
        assert_eq!(cut("abcd", 4), "abcd");
    }
}
