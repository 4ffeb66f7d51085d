//! The rules of the game, checked on what the compiler made of a submission.
//!
//! They are few, and none is about style: the module is one file; it compiles
//! to the same code under Miri; it defines no symbol that the linker would
//! prefer to the system's; nothing of it runs before `main`.

use std::fs;
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection, ObjectSymbol};

use crate::c_library;
use crate::compile::Built;
use crate::error::{Error, Result};
use crate::manifest::Exercise;
use crate::workplace::Workplace;

/// The rule that a submission breaks, if it breaks one.
///
/// # Errors
///
/// When a file of the build cannot be read.
pub fn broken_rule(
    workplace: &Workplace,
    exercise: &Exercise,
    built: &Built,
) -> Result<Option<String>> {
    let file = workplace.root.join(exercise.file());
    let source = fs::read_to_string(&file)
        .map_err(|e| Error::new(format!("cannot read {}: {e}", file.display())))?;
    if let Some(line) = mentions_miri(&source) {
        return Ok(Some(format!(
            "{}:{line} asks whether it runs under Miri (`miri` as a cfg).\n\
             Your code must be the same under Miri as everywhere else: what Miri checks is \
             what runs. Take the condition out; the suite brings what Miri needs.",
            exercise.file()
        )));
    }
    let depinfo = fs::read_to_string(&built.depinfo)
        .map_err(|e| Error::new(format!("cannot read {}: {e}", built.depinfo.display())))?;
    if let Some(message) = foreign_input(&depinfo, &workplace.root, exercise) {
        return Ok(Some(message));
    }
    match inspect(&built.library, suspicious_object, exercise)? {
        None => inspect(&built.suite, suspicious_program, exercise),
        rule => Ok(rule),
    }
}

/// What tells a file from another in its place. Nobody can set all of it back.
pub fn identity(file: &Path) -> Option<impl PartialEq + use<>> {
    let meta = fs::metadata(file).ok()?;
    #[cfg(unix)]
    let own = {
        use std::os::unix::fs::MetadataExt;
        (meta.dev(), meta.ino(), meta.ctime(), meta.ctime_nsec())
    };
    #[cfg(not(unix))]
    let own = meta.created().ok();
    Some((own, meta.len(), meta.modified().ok()))
}

/// Something to look for in what the compiler made.
type Look = fn(&[u8], &Exercise) -> std::result::Result<Option<String>, object::read::Error>;

fn inspect(file: &Path, look: Look, exercise: &Exercise) -> Result<Option<String>> {
    let unreadable =
        |e: &dyn std::fmt::Display| Error::new(format!("cannot read {}: {e}", file.display()));
    let bytes = fs::read(file).map_err(|e| unreadable(&e))?;
    look(&bytes, exercise).map_err(|e| unreadable(&e))
}

/// What the compiler read besides the student's file.
fn foreign_input(depinfo: &str, root: &Path, exercise: &Exercise) -> Option<String> {
    let allowed = ["exercises/lib.rs", &exercise.file()];
    for line in depinfo.lines() {
        if let Some(variable) = line.strip_prefix("# env-dep:") {
            let name = variable.split('=').next().unwrap_or(variable);
            if !name.starts_with("CARGO_PKG_") {
                return Some(format!(
                    "{} reads the variable {name} while it compiles.\n\
                     A submission must compile to the same code everywhere. Take the `env!` or \
                     `option_env!` out.",
                    exercise.file()
                ));
            }
            continue;
        }
        // `output: input input …`, spaces in names escaped.
        let Some((_, inputs)) = line.split_once(": ") else { continue };
        for input in inputs.replace("\\ ", "\0").split_whitespace() {
            let input = input.replace('\0', " ");
            let path = Path::new(&input);
            let relative = path.strip_prefix(root).unwrap_or(path);
            if !allowed.iter().any(|a| relative == Path::new(a)) {
                return Some(format!(
                    "{} brings another file along: {}.\n\
                     A submission is one file. Take the `include!`, `include_str!`, `#[path]` or \
                     `mod` out and write the code here.",
                    exercise.file(),
                    relative.display()
                ));
            }
        }
    }
    None
}

/// Sections whose contents run before or after `main`.
const STARTUP: [&str; 8] = [
    ".init",
    ".preinit_array",
    ".fini",
    ".ctors",
    ".dtors",
    "__mod_init_func",
    "__mod_term_func",
    ".CRT$",
];

/// Looks into the compiled module itself, where no macro can hide anything.
fn suspicious_object(
    library: &[u8],
    exercise: &Exercise,
) -> std::result::Result<Option<String>, object::read::Error> {
    let archive = ArchiveFile::parse(library)?;
    for member in archive.members() {
        let member = member?;
        if !member.name().ends_with(b".o") {
            continue;
        }
        let object = object::File::parse(member.data(library)?)?;
        for section in object.sections() {
            let name = section.name().unwrap_or_default();
            if STARTUP.iter().any(|s| name.starts_with(s)) {
                return Ok(Some(format!(
                    "{} puts something into the section {name}, which runs before or after \
                     `main`.\nA submission runs when a test calls it. Take the `link_section` \
                     out.",
                    exercise.file()
                )));
            }
        }
        for symbol in object.symbols() {
            if !symbol.is_definition() || symbol.is_local() {
                continue;
            }
            let name = symbol.name().unwrap_or_default();
            let plain = name.strip_prefix('_').filter(|_| is_macho(&object)).unwrap_or(name);
            if !is_rust_symbol(plain) && !exercise.allowed_symbols.iter().any(|a| a == plain) {
                return Ok(Some(format!(
                    "{} defines the symbol `{plain}` for the linker, where it takes the place \
                     of the system's.\nThis exercise exports nothing. Take the `no_mangle`, \
                     `export_name` or assembly out; call the system's `{plain}` instead.",
                    exercise.file()
                )));
            }
        }
    }
    Ok(None)
}

/// Looks into the test program: generic code is compiled there, not in the
/// module's own object. Known well enough on Linux with glibc only.
fn suspicious_program(
    program: &[u8],
    exercise: &Exercise,
) -> std::result::Result<Option<String>, object::read::Error> {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return Ok(None);
    }
    let program = object::File::parse(program)?;
    for symbol in program.symbols().filter(ObjectSymbol::is_definition) {
        let name = symbol.name().unwrap_or_default();
        // What the linker was told to hide is local by now.
        if !is_rust_symbol(name)
            && !exercise.allowed_symbols.iter().any(|a| a == name)
            && c_library::defines(name)
        {
            return Ok(Some(format!(
                "{} defines the symbol `{name}` for the linker, in assembly within generic code; \
                 there it takes the place of the system's.\nThis exercise exports nothing. Call \
                 the system's `{name}` instead.",
                exercise.file()
            )));
        }
    }
    Ok((startup(&program) > own_startup()?).then(|| {
        format!(
            "{} adds to what runs before `main`, in assembly within generic code.\nA submission \
             runs when a test calls it. Take that out.",
            exercise.file()
        )
    }))
}

/// How much of a program runs before or after its `main`: bytes of the sections for
/// that, and functions that choose others when the program is loaded.
fn startup(program: &object::File<'_>) -> u64 {
    let sections = program.sections().filter(|section| {
        section.name().is_ok_and(|name| STARTUP.iter().any(|s| name.starts_with(s)))
    });
    let chooses = |symbol: &object::Symbol<'_, '_>| match symbol.flags() {
        object::SymbolFlags::Elf { st_info, .. } => {
            st_info.st_type() == object::elf::STT_GNU_IFUNC
        }
        _ => false,
    };
    let choosers = program.symbols().filter(chooses).count();
    sections.map(|section| section.size()).sum::<u64>() + choosers as u64
}

/// The same of this very program, which is the work of the same compiler and linker.
fn own_startup() -> std::result::Result<u64, object::read::Error> {
    let bytes = std::env::current_exe().and_then(fs::read).unwrap_or_default();
    Ok(startup(&object::File::parse(&*bytes)?))
}

fn is_macho(object: &object::File<'_>) -> bool {
    object.format() == object::BinaryFormat::MachO
}

/// Names that rustc gives by itself.
fn is_rust_symbol(name: &str) -> bool {
    name.is_empty()
        || name.starts_with("_ZN")
        || name.starts_with("ZN")
        || name.starts_with("_R")
        || name.starts_with("DW.ref.")
        || name.starts_with("anon.")
        || name.starts_with(".L")
        || name.starts_with("__rustc")
        || name.starts_with("__imp_")
        || name.contains("rust_eh_personality")
}

/// The line on which the word `miri` stands in code, outside of comments and
/// literals.
fn mentions_miri(source: &str) -> Option<usize> {
    let code = code_only(source);
    for (number, line) in code.lines().enumerate() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if line.split(|c: char| !is_word(c)).any(|word| word == "miri") {
            return Some(number + 1);
        }
    }
    None
}

/// The source with comments and literals blanked out, line by line the same.
fn code_only(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = String::with_capacity(source.len());
    let blank = |out: &mut String, text: &str| {
        out.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
    };
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let before_is_word =
            out.chars().last().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if rest.starts_with('"') {
            quoted(rest, '"')
        } else if let Some(raw) = raw_string(rest).filter(|_| !before_is_word) {
            raw
        } else if rest.starts_with('\'') {
            match char_literal(rest) {
                Some(end) => end,
                None => {
                    out.push('\'');
                    at += 1;
                    continue;
                }
            }
        } else {
            let c = rest.chars().next().expect("there is a rest");
            out.push(c);
            at += c.len_utf8();
            continue;
        };
        blank(&mut out, &rest[..end]);
        at += end;
    }
    out
}

/// The length of a block comment, nested ones included.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of a literal in quotes, with its escapes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return i + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string (`r"…"`, `br#"…"#`, `cr"…"`), if one begins here.
fn raw_string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r"].into_iter().find(|p| text.starts_with(p))?;
    let rest = &text[prefix.len()..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = rest[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close).map_or(body.len(), |i| i + close.len());
    Some(prefix.len() + hashes + 1 + end)
}

/// The length of a character literal; `None` for a lifetime.
fn char_literal(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        return Some(quoted(text, '\''));
    }
    let (i, second) = chars.next()?;
    (second == '\'').then_some(i + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_counts_in_code_only() {
        assert_eq!(mentions_miri("fn a() {}\nif cfg!(miri) {}\n"), Some(2));
        assert_eq!(mentions_miri("#[cfg_attr(not(miri), inline)]\nfn a() {}"), Some(1));
        assert_eq!(mentions_miri("#[cfg(r#miri)] fn a() {}"), Some(1));
        for harmless in [
            "// cfg(miri)\nfn a() {}",
            "/* a /* nested */ cfg(miri) */ fn a() {}",
            "const S: &str = \"cfg(miri) \\\" miri\";",
            "const S: &str = r#\"cfg(\"miri\")\"#;",
            "const S: &[u8] = br\"miri\";",
            "fn a<'miri_like>(x: &'miri_like u8, c: char) { let _ = 'm'; let _ = '\\''; }",
            "fn mirie() {}",
        ] {
            assert_eq!(mentions_miri(harmless), None, "{harmless}");
        }
        assert_eq!(mentions_miri("let c = '\"'; cfg!(miri); let d = '\"';"), Some(1));
    }

    #[test]
    fn lines_stay_lines() {
        let source = "a\n/* b\nc */ \"d\ne\" f\n";
        assert_eq!(code_only(source).lines().count(), source.lines().count());
    }
}
