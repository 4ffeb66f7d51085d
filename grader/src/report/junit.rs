//! JUnit's XML, the dialect that CI systems read.

use std::fmt::Write;

use crate::verdict::{Status, Verdict, points};

/// All verdicts in one document.
pub fn junit(verdicts: &[Verdict]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"workbook\">\n",
    );
    for verdict in verdicts {
        suite(&mut out, verdict);
    }
    out += "</testsuites>\n";
    out
}

fn suite(out: &mut String, verdict: &Verdict) {
    let tests: Vec<_> =
        verdict.stages.iter().flat_map(|s| s.tests.iter().map(move |t| (s, t))).collect();
    let skipped: Vec<_> =
        verdict.stages.iter().filter(|s| s.status == Status::Skipped).collect();
    let is_failure = |status| status == Status::Fail;
    let failures = tests.iter().filter(|(_, t)| is_failure(t.status)).count();
    let errors =
        tests.iter().filter(|(_, t)| t.status != Status::Pass && !is_failure(t.status)).count()
            + usize::from(tests.is_empty());
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{}\">",
        escaped(&verdict.exercise),
        tests.len() + skipped.len() + usize::from(tests.is_empty()),
        skipped.len(),
    );
    let _ = writeln!(
        out,
        "    <properties>\n      <property name=\"status\" value=\"{}\"/>\n      <property name=\"score\" value=\"{}\"/>\n      <property name=\"max_score\" value=\"{}\"/>\n    </properties>",
        verdict.status.word(),
        points(verdict.score),
        points(verdict.max_score),
    );
    if tests.is_empty() {
        case(out, &verdict.exercise, "build", verdict.status, &verdict.message, 0);
    }
    for (stage, test) in tests {
        let class = format!("{}.{}", verdict.exercise, stage.stage);
        let name = test.name.split_once("::").map_or(test.name.as_str(), |(_, name)| name);
        case(out, &class, name, test.status, &test.message, test.duration_ms);
    }
    for stage in skipped {
        let class = format!("{}.{}", verdict.exercise, stage.stage);
        case(out, &class, stage.stage, Status::Skipped, &stage.note, 0);
    }
    *out += "  </testsuite>\n";
}

fn case(out: &mut String, class: &str, name: &str, status: Status, message: &str, ms: u64) {
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(class),
        escaped(name),
        ms as f64 / 1000.0
    );
    let first = escaped(message.lines().next().unwrap_or_default());
    let _ = match status {
        Status::Pass => writeln!(out, "/>"),
        Status::Skipped => {
            writeln!(out, ">\n      <skipped message=\"{first}\"/>\n    </testcase>")
        }
        Status::Fail => writeln!(
            out,
            ">\n      <failure type=\"assertion\" message=\"{first}\">{}</failure>\n    </testcase>",
            escaped(message)
        ),
        other => writeln!(
            out,
            ">\n      <error type=\"{}\" message=\"{first}\">{}</error>\n    </testcase>",
            other.word(),
            escaped(message)
        ),
    };
}

/// Text for an attribute or an element: no markup, no colours, no character
/// that XML forbids.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\x1b' => {
                // A colour: `ESC [ … m`.
                if chars.next_if_eq(&'[').is_some() {
                    while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
                }
            }
            '\n' | '\t' | '\r' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_markup_survives() {
        assert_eq!(escaped("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
        assert_eq!(escaped("\x1b[1;31mred\x1b[0m\0"), "red\u{fffd}");
    }
}
