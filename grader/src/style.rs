//! Colours and signs, where the terminal has them.

use std::env;
use std::fmt::Display;
use std::io::IsTerminal;

/// What may be written to an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    colour: bool,
    unicode: bool,
}

impl Style {
    /// Neither colours nor signs beyond ASCII.
    #[cfg(test)]
    pub const PLAIN: Style = Style { colour: false, unicode: false };

    /// What stdout can show.
    pub fn of_stdout() -> Style {
        Style::of(std::io::stdout().is_terminal())
    }

    fn of(terminal: bool) -> Style {
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let forced = env::var_os("CLICOLOR_FORCE").is_some_and(|v| !v.is_empty() && v != "0");
        let colour = !set("NO_COLOR") && (forced || (terminal && !dumb));
        Style { colour, unicode: utf8() && !dumb }
    }

    pub fn colour(&self) -> bool {
        self.colour
    }

    pub fn unicode(&self) -> bool {
        self.unicode
    }

    pub fn bold(&self, text: impl Display) -> String {
        self.paint("1", text)
    }

    pub fn dim(&self, text: impl Display) -> String {
        self.paint("2", text)
    }

    pub fn red(&self, text: impl Display) -> String {
        self.paint("31", text)
    }

    pub fn green(&self, text: impl Display) -> String {
        self.paint("32", text)
    }

    pub fn yellow(&self, text: impl Display) -> String {
        self.paint("33", text)
    }

    /// The sign of a pass.
    pub fn tick(&self) -> &'static str {
        if self.unicode { "✓" } else { "+" }
    }

    /// The sign of a failure.
    pub fn cross(&self) -> &'static str {
        if self.unicode { "✗" } else { "x" }
    }

    fn paint(&self, code: &str, text: impl Display) -> String {
        match self.colour {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_string(),
        }
    }
}

/// Whether the output is read as UTF-8, by the rules of POSIX locales. Where
/// nothing is set, as on most CI machines and on Windows, it is.
fn utf8() -> bool {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    match set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")) {
        Some(locale) => {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => true,
    }
}

/// `text` without the escape sequences of terminals.
pub fn strip(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\x1b' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            // A control sequence ends with a byte from `@` to `~`.
            Some('[') => while rest.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
            // An operating system command ends with BEL or ESC `\`.
            Some(']') => loop {
                match rest.next() {
                    Some('\x1b') => {
                        rest.next();
                        break;
                    }
                    Some('\x07') | None => break,
                    Some(_) => {}
                }
            },
            _ => {}
        }
    }
    plain
}

/// `text` in which nothing steers the terminal that shows it, save line ends, tabs and
/// colours: a submission can print, or name, anything.
pub fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colour = colour(rest);
        let taken = colour.map_or(c.len_utf8(), str::len);
        match c {
            _ if colour.is_some() => out += &rest[..taken],
            '\n' | '\t' => out.push(c),
            '\r' if rest.starts_with("\r\n") => {}
            // There is a picture of each of the oldest.
            '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\x7f' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => out.push('\u{fffd}'),
            // These turn the direction of what follows.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push('\u{fffd}');
            }
            _ => out.push(c),
        }
        rest = &rest[taken..];
    }
    out
}

/// The sequence `ESC [ … m` at the start of `text`, if there is one.
fn colour(text: &str) -> Option<&str> {
    let numbers = text.strip_prefix("\x1b[")?;
    let end = numbers.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    numbers[end..].starts_with('m').then(|| &text[..end + 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_and_not_done() {
        assert_eq!(tame("a\tb\r\nc \x1b[1;31mred\x1b[0m é"), "a\tb\nc \x1b[1;31mred\x1b[0m é");
        assert_eq!(tame("\x1b[2J\x1b]0;x\x07\r\x08"), "␛[2J␛]0;x␇␍␈");
        assert_eq!(tame("\u{9b}31m\u{202e}\x7f\0\x1b["), "�31m�␡␀␛[");
    }

    #[test]
    fn escape_sequences_are_stripped() {
        assert_eq!(strip("\x1b[1m\x1b[31merror\x1b[0m: x"), "error: x");
        assert_eq!(strip("a\x1b]8;;http://x\x1b\\b\x1b]8;;\x07c"), "abc");
        assert_eq!(strip("no sequence"), "no sequence");
        assert_eq!(strip("cut \x1b[3"), "cut ");
    }

    #[test]
    fn a_plain_style_paints_nothing() {
        assert_eq!(Style::PLAIN.red("x"), "x");
        assert_eq!(Style { colour: true, unicode: false }.red("x"), "\x1b[31mx\x1b[0m");
    }
}
