//! Small things about text that several verbs need.

/// Lines of prose are at most this long, indentation included.
pub const WIDTH: usize = 78;

/// `text` in lines of at most [`WIDTH`], each `indent` spaces in.
pub fn indented(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let mut lines = vec![margin.clone()];
    let mut at_start = true;
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if at_start {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("{margin}{word}"));
        }
        at_start = false;
    }
    lines.join("\n")
}

/// `text` cut to `width` characters, with an ellipsis where something is lost.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// A score as people write it: `85`, `82.5`, `66.67`.
pub fn number(score: f64) -> String {
    let text = format!("{score:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
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
    fn scores_are_short() {
        assert_eq!(number(85.0), "85");
        assert_eq!(number(82.5), "82.5");
        assert_eq!(number(100.0 / 3.0), "33.33");
        assert_eq!(number(0.0), "0");
    }

    #[test]
    fn distances_count_changes() {
        assert_eq!(distance("fifo", "fifo"), 0);
        assert_eq!(distance("fifo", "fito"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn long_titles_are_cut() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }
}
