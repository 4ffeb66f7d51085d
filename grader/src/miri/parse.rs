//! Reads Miri's report: the text that rustc renders, taken apart.
//!
//! Miri prints for people. The parts that carry meaning keep their form from
//! one version to the next: a title after `error:`, places after `-->`, remarks
//! after `= help:` or on a line of their own, and a backtrace. Whatever is not
//! understood is left out here and shown to the student in the raw report.

use crate::style::strip;

/// A line of source that the report points to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    pub file: String,
    pub line: Option<u32>,
    pub column: Option<u32>,
    /// The source line as the report shows it, without its indentation.
    pub code: Option<String>,
}

/// A note or help below the title, with the place it points to, if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub text: String,
    pub place: Option<Place>,
}

/// One entry of the backtrace, innermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub function: String,
    pub place: Place,
}

/// One error of the report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostic {
    /// The first line, without `error:`.
    pub title: String,
    pub place: Option<Place>,
    pub remarks: Vec<Remark>,
    pub backtrace: Vec<Frame>,
}

/// Every error of Miri's output, in order. Warnings are left out, and so are
/// the lines with which the compiler closes its report.
pub fn diagnostics(output: &str) -> Vec<Diagnostic> {
    let text = strip(output);
    let mut found = Vec::new();
    let mut reader: Option<Reader> = None;
    for line in text.lines() {
        if let Some(title) = error_title(line) {
            found.extend(reader.take().map(Reader::finish));
            reader = title.map(Reader::new);
        } else if line.starts_with("warning: ") || line.starts_with("test ") {
            found.extend(reader.take().map(Reader::finish));
        } else if let Some(reader) = &mut reader {
            reader.take_line(line);
        }
    }
    found.extend(reader.map(Reader::finish));
    found
}

/// `Some(Some(title))` for an error that says something, `Some(None)` for the
/// closing lines of a report, `None` for any other line.
fn error_title(line: &str) -> Option<Option<String>> {
    let rest = line.strip_prefix("error")?;
    let title = match rest.strip_prefix(": ") {
        Some(title) => title,
        // `error[E0308]: ...`
        None => rest.strip_prefix('[')?.split_once("]: ")?.1,
    };
    let closing = ["aborting due to", "could not compile", "test failed", "1 target failed"]
        .iter()
        .any(|start| title.starts_with(start));
    Some((!closing).then(|| title.trim().to_owned()))
}

/// Which part of a diagnostic the next `-->` and source lines belong to.
enum Target {
    Primary,
    Remark(usize),
    Frame(usize),
    Nothing,
}

struct Reader {
    found: Diagnostic,
    target: Target,
    in_backtrace: bool,
}

impl Reader {
    fn new(title: String) -> Reader {
        Reader {
            found: Diagnostic { title, ..Diagnostic::default() },
            target: Target::Primary,
            in_backtrace: false,
        }
    }

    fn finish(self) -> Diagnostic {
        self.found
    }

    fn take_line(&mut self, line: &str) {
        let trimmed = line.trim_start();
        if let Some(place) = trimmed.strip_prefix("--> ").and_then(place) {
            self.set_place(place);
        } else if let Some(text) = remark_text(line) {
            self.take_remark(text);
        } else if let Some(note) = trimmed.strip_prefix("= ") {
            let text = note.split_once(": ").map_or(note, |(_, text)| text);
            self.take_remark(text);
            if !matches!(self.target, Target::Frame(_)) {
                self.target = Target::Nothing;
            }
        } else if self.in_backtrace {
            self.take_backtrace_line(trimmed);
        } else if let Some((number, code)) = source_line(trimmed) {
            self.set_code(number, code);
        }
    }

    fn take_remark(&mut self, text: &str) {
        self.in_backtrace = false;
        if text.starts_with("stack backtrace:") || text.starts_with("BACKTRACE") {
            self.in_backtrace = true;
            self.target = Target::Nothing;
        } else if let Some(inside) = text.strip_prefix("inside ") {
            // The older form: one note per frame.
            let (function, at) = match inside.rsplit_once(" at ") {
                Some((function, at)) => (function, place(at)),
                None => (inside, None),
            };
            let function = function.trim_matches('`').to_owned();
            let known = at.is_some();
            self.found.backtrace.push(Frame { function, place: at.unwrap_or_default() });
            self.target = match known {
                true => Target::Nothing,
                false => Target::Frame(self.found.backtrace.len() - 1),
            };
        } else {
            self.found.remarks.push(Remark { text: text.trim().to_owned(), place: None });
            self.target = Target::Remark(self.found.remarks.len() - 1);
        }
    }

    fn take_backtrace_line(&mut self, line: &str) {
        if let Some(at) = line.strip_prefix("at ") {
            if let (Some(frame), Some(at)) = (self.found.backtrace.last_mut(), place(at)) {
                frame.place = at;
            }
        } else if let Some((index, function)) = line.split_once(": ")
            && index.parse::<u32>().is_ok()
        {
            self.found
                .backtrace
                .push(Frame { function: function.trim().to_owned(), place: Place::default() });
        } else {
            self.in_backtrace = false;
        }
    }

    fn set_place(&mut self, place: Place) {
        match self.target {
            Target::Primary if self.found.place.is_none() => self.found.place = Some(place),
            Target::Remark(index) if self.found.remarks[index].place.is_none() => {
                self.found.remarks[index].place = Some(place);
            }
            Target::Frame(index) => self.found.backtrace[index].place = place,
            _ => {}
        }
    }

    /// Keeps the source line that the place names; a span of several lines is
    /// shown from its first line on.
    fn set_code(&mut self, number: Option<u32>, code: &str) {
        let place = match self.target {
            Target::Primary => self.found.place.as_mut(),
            Target::Remark(index) => self.found.remarks[index].place.as_mut(),
            Target::Frame(index) => Some(&mut self.found.backtrace[index].place),
            Target::Nothing => None,
        };
        if let Some(place) = place
            && place.code.is_none()
            && (number.is_none() || number == place.line)
        {
            // rustc cuts long lines and marks the cut.
            place.code = Some(code.trim().trim_start_matches("...").trim_start().to_owned());
        }
    }
}

/// The text of a `help:` or `note:` that starts a line of its own.
fn remark_text(line: &str) -> Option<&str> {
    line.strip_prefix("help: ").or_else(|| line.strip_prefix("note: "))
}

/// `path:line:column`; the path may hold a colon of its own, as on Windows, and
/// the end of the span may follow (`path:12:5: 13:6`).
fn place(text: &str) -> Option<Place> {
    let text = text.trim();
    let start = text.split_once(": ").map_or(text, |(start, _end)| start);
    let mut parts = start.rsplitn(3, ':');
    let column = parts.next()?.parse().ok();
    let line = parts.next()?.parse().ok();
    Some(Place { file: parts.next()?.to_owned(), line, column, code: None })
}

/// A quoted source line: `57 |     *slot = value;`.
fn source_line(line: &str) -> Option<(Option<u32>, &str)> {
    let (number, code) = line.split_once('|')?;
    let number = number.trim_end();
    if number == "LL" {
        return Some((None, code));
    }
    // A mark in front of the code shows where a span of several lines runs.
    let code = code.trim_start().trim_start_matches(['/', '|']);
    Some((Some(number.parse().ok()?), code))
}
