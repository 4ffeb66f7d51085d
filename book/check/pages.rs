//! The pages: fences, captions, links, spelling.

use crate::listing::{Listing, Measured, escape};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The most fenced blocks that may be neither included nor run.
pub const MOST_UNCHECKED: usize = 5;

/// Blocks that carry their reason here rather than in a comment: page, language,
/// reason. They count as unchecked.
const EXCUSED: [(&str, &str, &str); 1] = [(
    "ex5_memory_pool.md",
    "toml",
    "the form of a finding; the exercise's own suite reads such files",
)];

/// Every page.
pub fn all() -> Vec<PathBuf> {
    crate::files_below(&crate::book_dir().join("src"), ".md")
}

fn page_name(path: &Path) -> String {
    let src = crate::book_dir().join("src");
    path.strip_prefix(src).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Writes the captions and the generated table anew.
pub fn bless(listings: &[Listing], cases: &BTreeMap<String, Measured>) -> Vec<String> {
    let mut faults = Vec::new();
    for path in all() {
        let old = crate::text(&path);
        let new = with_table(&with_captions(&old, listings, cases), listings);
        if old != new
            && let Err(error) = std::fs::write(&path, new)
        {
            faults.push(format!("{}: {error}", page_name(&path)));
        }
    }
    faults
}

/// The listing that a line includes: (name, anchor).
fn included(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim().strip_prefix("{{#include ")?;
    let inside = rest.strip_suffix("}}")?;
    let at = inside.find("listings/")?;
    let target = &inside[at + "listings/".len()..];
    Some(target.split_once(':').unwrap_or((target, "")))
}

fn captioned(line: &str) -> Option<&str> {
    if !line.starts_with("<p class=\"verdict") {
        return None;
    }
    let rest = &line[line.find("data-listing=\"")? + "data-listing=\"".len()..];
    rest.split('"').next()
}

/// The page with a fresh caption for every listing that it includes.
pub fn with_captions(
    page: &str,
    listings: &[Listing],
    cases: &BTreeMap<String, Measured>,
) -> String {
    let by_name: BTreeMap<&str, &Listing> =
        listings.iter().map(|l| (l.name.as_str(), l)).collect();
    let elsewhere: BTreeSet<&str> = page.lines().filter_map(captioned).collect();
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut out: Vec<String> = Vec::new();
    let mut waiting: Option<String> = None;
    for line in page.lines() {
        if let Some(name) = captioned(line) {
            match by_name.get(name) {
                Some(listing) => out.push(listing.caption(cases)),
                None => out.push(line.to_string()),
            }
            continue;
        }
        out.push(line.to_string());
        if let Some((name, _)) = included(line)
            && name.ends_with(".rs")
            && !elsewhere.contains(name)
            && done.insert(name.to_string())
        {
            waiting = Some(name.to_string());
        }
        if line.starts_with("```")
            && line.trim() == "```"
            && let Some(name) = waiting.take()
            && let Some(listing) = by_name.get(name.as_str())
        {
            out.push(String::new());
            out.push(listing.caption(cases));
        }
    }
    let mut text = out.join("\n");
    text.push('\n');
    text
}

const TABLE_BEGIN: &str = "<!-- table of tools: written by `just listings --bless` -->";
const TABLE_END: &str = "<!-- end of the table -->";

/// The page with the table of tools filled in from the headers.
pub fn with_table(page: &str, listings: &[Listing]) -> String {
    let (Some(begin), Some(end)) = (page.find(TABLE_BEGIN), page.find(TABLE_END)) else {
        return page.to_string();
    };
    let mut table = String::from(
        "\n\n| program | rustc | debug build | optimised build | AddressSanitizer | valgrind | Miri, Stacked | Miri, Tree |\n|---|---|---|---|---|---|---|---|\n",
    );
    for l in listings.iter().filter(|l| l.name.starts_with("tools/")) {
        let rustc = match (l.get("compile-fail"), l.get("warns")) {
            (Some(code), _) => format!("**refuses**: {code}"),
            (_, Some(lint)) => format!("**warns**: {lint}"),
            _ => "silent".to_string(),
        };
        let cell = |key: &str| match l.get(key) {
            None => "not run".to_string(),
            Some("silent") => "silent".to_string(),
            Some(word) => format!("**{}**", escape(word)),
        };
        let (stacked, tree) = l.miri().unwrap_or(("not run".into(), "not run".into()));
        let mark = |v: String| {
            let v = match v.as_str() {
                "ub" => "**undefined**".to_string(),
                "ok" => "silent".to_string(),
                "leak" => "**leak**".to_string(),
                other => other.to_string(),
            };
            if l.get("expects").is_some() { format!("{v} (expected)") } else { v }
        };
        table.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} | {} | {} |\n",
            l.name.trim_start_matches("tools/").trim_end_matches(".rs"),
            rustc,
            cell("debug"),
            cell("optimised"),
            cell("asan"),
            cell("valgrind"),
            mark(stacked),
            mark(tree)
        ));
    }
    table.push('\n');
    format!("{}{}{}", &page[..begin + TABLE_BEGIN.len()], table, &page[end..])
}

/// The faults of the fenced blocks of all pages, and how many blocks there are:
/// (included, tested by mdbook, unchecked).
pub fn fences() -> (Vec<String>, [usize; 3]) {
    let mut faults = Vec::new();
    let mut counts = [0; 3];
    for path in all() {
        let page = page_name(&path);
        let text = crate::text(&path);
        let lines: Vec<&str> = text.lines().collect();
        let mut i = 0;
        while i < lines.len() {
            let Some(info) = lines[i].trim_start().strip_prefix("```") else {
                i += 1;
                continue;
            };
            let start = i;
            i += 1;
            while i < lines.len() && !lines[i].trim_start().starts_with("```") {
                i += 1;
            }
            let body = &lines[start + 1..i.min(lines.len())];
            i += 1;
            let is_include = body.len() == 1 && body[0].trim().starts_with("{{#include ");
            if is_include {
                counts[0] += 1;
                let target =
                    body[0].trim().trim_start_matches("{{#include ").trim_end_matches("}}");
                let (file, anchor) = target.split_once(':').unwrap_or((target, ""));
                let found = path.parent().map(|p| p.join(file)).unwrap_or_default();
                if !found.exists() {
                    faults.push(format!("{page}:{}: {file} does not exist", start + 1));
                } else if !anchor.is_empty()
                    && !crate::text(&found)
                        .lines()
                        .any(|l| l.trim_end().ends_with(&format!("ANCHOR: {anchor}")))
                {
                    faults.push(format!("{page}:{}: {file} has no anchor {anchor}", start + 1));
                }
                if info.starts_with("rust") && !info.contains("ignore") {
                    faults.push(format!("{page}:{}: an included listing is marked `ignore`: it is run by `just listings`", start + 1));
                }
            } else if info.starts_with("rust") && !info.contains("ignore") {
                counts[1] += 1;
            } else {
                counts[2] += 1;
                let reason = start > 0
                    && lines[..start]
                        .iter()
                        .rev()
                        .find(|l| !l.is_empty())
                        .is_some_and(|l| l.starts_with("<!-- unchecked: "));
                let reason = reason
                    || EXCUSED
                        .iter()
                        .any(|&(p, language, _)| p == page && language == info.trim());
                if !reason {
                    faults.push(format!(
                        "{page}:{}: a block that nothing checks, and no reason",
                        start + 1
                    ));
                }
            }
        }
    }
    if counts[2] > MOST_UNCHECKED {
        faults.push(format!(
            "{} unchecked blocks, at most {MOST_UNCHECKED} are allowed",
            counts[2]
        ));
    }
    (faults, counts)
}

/// The id that mdBook gives a heading.
pub fn heading_id(heading: &str) -> String {
    let mut text = String::new();
    let mut rest = heading;
    // A link counts with its text.
    while let Some(open) = rest.find('[') {
        text.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        match (after.find("]("), after.find(')')) {
            (Some(close), Some(end)) if close < end => {
                text.push_str(&after[..close]);
                rest = &after[end + 1..];
            }
            _ => {
                text.push('[');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    let mut id = String::new();
    for c in text.trim().chars() {
        if c.is_alphanumeric() || c == '_' || c == '-' {
            id.extend(c.to_lowercase());
        } else if c.is_whitespace() {
            id.push('-');
        }
    }
    id
}

/// The ids of all headings of a page.
pub fn ids(page: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut fenced = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        if let Some(heading) = line.strip_prefix('#') {
            let base = heading_id(heading.trim_start_matches('#'));
            let mut id = base.clone();
            let mut n = 1;
            while !ids.insert(id.clone()) {
                id = format!("{base}-{n}");
                n += 1;
            }
        }
        let mut rest = line;
        while let Some(at) = rest.find(" id=\"") {
            rest = &rest[at + 5..];
            if let Some(end) = rest.find('"') {
                ids.insert(rest[..end].to_string());
            }
        }
    }
    ids
}

/// The link targets of a Markdown text, without those in fences and code spans.
pub fn links(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let plain: String = line.split('`').step_by(2).collect();
        let mut rest = plain.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            if let Some(end) = rest.find(')') {
                found.push(rest[..end].to_string());
            }
        }
    }
    found
}

/// Is the target of a link on `from` there?
pub fn resolves(from: &Path, link: &str) -> Result<(), String> {
    if link.starts_with("http://")
        || link.starts_with("https://")
        || link.starts_with("mailto:")
    {
        return Ok(());
    }
    let (file, id) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        from.to_path_buf()
    } else {
        from.parent().map(|p| p.join(file)).unwrap_or_default()
    };
    if !target.exists() {
        return Err(format!("no file {file}"));
    }
    if !id.is_empty() && !ids(&crate::text(&target)).contains(id) {
        return Err(format!("no heading #{id} in {}", page_name(&target)));
    }
    Ok(())
}
