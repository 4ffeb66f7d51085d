//! Audit files: what a student found wrong with given code, judged against a
//! key that does not show its answers at a glance.
//!
//! An audit file is a list of findings. A finding says which kind of defect it
//! is about and in which lines; reason and fix are for the reader. It matches a
//! defect when one of its lines, with its category, is in the key of that
//! defect. The key holds digests, one for each pair of line and category that
//! counts; see [`digest`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// A finding that names more lines than this points at nothing.
pub const MOST_LINES: u32 = 8;
/// An audit of more findings than this is a list of guesses.
pub const MOST_FINDINGS: usize = 32;
/// An audit that names one line under more categories than this says nothing of it.
pub const MOST_CATEGORIES: usize = 4;

/// The name in a key under which stand remarks: true, but no defect that has
/// to be found.
pub const REMARK: &str = "remark";

/// The kinds of defects.
pub const CATEGORIES: [&str; 6] =
    ["memory safety", "alignment", "initialization", "concurrency", "api safety", "arithmetic"];

/// One entry of an audit file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// One of [`CATEGORIES`].
    pub category: &'static str,
    /// The lines at fault, first to last.
    pub lines: RangeInclusive<u32>,
}

/// Reads an audit of code that has `code_lines` lines.
///
/// # Errors
///
/// What is wrong with the file, and where.
pub fn parse(text: &str, code_lines: u32) -> Result<Vec<Finding>, String> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
        format!("the audit file is not TOML: {}", e.to_string().trim_end())
    })?;
    if let Some(key) = table.keys().find(|key| *key != "finding") {
        return Err(format!(
            "the audit file holds `{key}`: expected only entries that begin with `[[finding]]`"
        ));
    }
    let entries = match table.get("finding") {
        None => return Ok(Vec::new()),
        Some(toml::Value::Array(entries)) => entries,
        Some(_) => {
            return Err("`finding` is a single table: write `[[finding]]`, with two \
                        brackets on each side, above every entry"
                .into());
        }
    };
    if entries.len() > MOST_FINDINGS {
        return Err(format!(
            "{} findings: an audit of more than {MOST_FINDINGS} is a list of guesses",
            entries.len()
        ));
    }
    let findings = entries.iter().enumerate();
    let findings: Vec<Finding> = findings
        .map(|(index, entry)| finding(text, index, entry, code_lines))
        .collect::<Result<_, _>>()?;
    for line in 1..=code_lines {
        let here = findings.iter().filter(|finding| finding.lines.contains(&line));
        let categories = here.map(|finding| finding.category).collect::<BTreeSet<_>>().len();
        if categories > MOST_CATEGORIES {
            return Err(format!(
                "line {line} of the listing is named under {categories} categories: what says \
                 everything says nothing, so choose at most {MOST_CATEGORIES}"
            ));
        }
    }
    for category in CATEGORIES {
        let of_category = || findings.iter().filter(|finding| finding.category == category);
        let named = (1..=code_lines)
            .filter(|line| of_category().any(|finding| finding.lines.contains(line)))
            .count();
        if named > code_lines as usize / 2 {
            return Err(format!(
                "{named} of {code_lines} lines are named under \"{category}\": what says \
                 everything says nothing, so name the lines at fault"
            ));
        }
    }
    Ok(findings)
}

fn finding(
    text: &str,
    index: usize,
    entry: &toml::Value,
    code_lines: u32,
) -> Result<Finding, String> {
    let headers =
        text.lines().enumerate().filter(|(_, line)| line.trim().starts_with("[[finding]]"));
    let place = match headers.map(|(at, _)| at + 1).nth(index) {
        Some(line) => format!("finding {} (line {line} of the audit file)", index + 1),
        None => format!("finding {}", index + 1),
    };
    let toml::Value::Table(entry) = entry else {
        return Err(format!("{place} is no table: write `[[finding]]` above every entry"));
    };
    const KEYS: [&str; 4] = ["category", "lines", "reason", "fix"];
    if let Some(key) = entry.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("{place} has the key `{key}`: the keys are {}", KEYS.join(", ")));
    }
    let words = |key: &str| match entry.get(key) {
        Some(toml::Value::String(words)) if !words.trim().is_empty() => Ok(words.trim()),
        Some(toml::Value::String(_)) => Err(format!("{place} has an empty `{key}`")),
        Some(_) => Err(format!("{place}: `{key}` must be a text in quotes")),
        None => Err(format!("{place} has no `{key}`")),
    };
    let wanted = words("category")?;
    let plain = |name: &str| {
        name.to_lowercase().replace(['-', '_'], " ").replace("initialis", "initializ")
    };
    let category =
        CATEGORIES.into_iter().find(|name| *name == plain(wanted)).ok_or_else(|| {
            format!(
                "{place} has the category \"{wanted}\": the categories are {}",
                CATEGORIES.join(", ")
            )
        })?;
    words("reason")?;
    words("fix")?;
    let lines = entry.get("lines").ok_or_else(|| format!("{place} has no `lines`"))?;
    let (first, last) = line_range(lines).ok_or_else(|| {
        format!(
            "{place}: `lines` must look like \"34-36\", [34, 36], \"34\" or 34, it is {lines}"
        )
    })?;
    if first == 0 || first > last || last > code_lines {
        return Err(format!(
            "{place}: lines {first} to {last} are no lines of the listing, which has lines 1 to \
             {code_lines}"
        ));
    }
    if last - first >= MOST_LINES {
        return Err(format!(
            "{place} names {} lines: name those at fault, at most {MOST_LINES}",
            last - first + 1
        ));
    }
    Ok(Finding { category, lines: first..=last })
}

fn line_range(value: &toml::Value) -> Option<(u32, u32)> {
    let number = |value: &toml::Value| value.as_integer().and_then(|n| u32::try_from(n).ok());
    match value {
        toml::Value::Integer(_) => number(value).map(|n| (n, n)),
        toml::Value::Array(ends) => match ends.as_slice() {
            [only] => number(only).map(|n| (n, n)),
            [first, last] => Some((number(first)?, number(last)?)),
            _ => None,
        },
        toml::Value::String(text) => {
            let (first, last) = text.split_once(['-', '–']).unwrap_or((text, text));
            Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
        }
        _ => None,
    }
}

/// Which pairs of line and category count for which defect.
pub struct Key {
    defects: BTreeMap<String, Vec<u32>>,
}

impl Key {
    /// Reads a key: one defect per line, its name and its digests.
    ///
    /// # Panics
    ///
    /// When the text is no key.
    pub fn read(text: &str) -> Key {
        let mut defects = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(name) = words.next() else { continue };
            let digests = words.map(|word| u32::from_str_radix(word, 16).expect("a digest"));
            defects.insert(name.to_owned(), digests.collect());
        }
        Key { defects }
    }

    fn matches(&self, defect: &str, finding: &Finding) -> bool {
        let digests = &self.defects[defect];
        finding
            .lines
            .clone()
            .any(|line| digests.contains(&digest(defect, line, finding.category)))
    }

    /// Holds the findings against the key.
    pub fn judge(&self, findings: &[Finding]) -> Judgement {
        let required = || self.defects.keys().filter(|name| *name != REMARK);
        let found = required()
            .map(|name| (name.clone(), findings.iter().any(|f| self.matches(name, f))))
            .collect();
        let right =
            findings.iter().filter(|f| required().any(|name| self.matches(name, f))).count();
        let false_alarms = findings
            .iter()
            .filter(|f| !self.defects.keys().any(|name| self.matches(name, f)))
            .count();
        Judgement { found, right, false_alarms }
    }
}

/// What an audit is worth.
pub struct Judgement {
    found: BTreeMap<String, bool>,
    /// Findings that match a defect.
    pub right: usize,
    /// Findings that match neither a defect nor a remark.
    pub false_alarms: usize,
}

impl Judgement {
    /// How many defects of `group` were found, and how many there are. The
    /// empty group is all of them.
    pub fn count(&self, group: &str) -> (usize, usize) {
        let of_group = || self.found.iter().filter(|(name, _)| name.starts_with(group));
        (of_group().filter(|(_, found)| **found).count(), of_group().count())
    }
}

/// The digest of one pair of line and category that counts for `defect`.
///
/// It keeps the answers out of sight, not out of reach.
pub fn digest(defect: &str, line: u32, category: &str) -> u32 {
    let mut state: u64 = 0xCBF2_9CE4_8422_2325;
    for byte in format!("memory pool|{defect}|{line}|{category}").bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    for _ in 0..200 {
        state = (state ^ state >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    (state >> 32) as u32
}

/// Makes the text of a [`Key`] from the file that holds the answers in plain
/// words.
///
/// # Panics
///
/// When the file is not what it should be.
pub fn answers(plain: &str) -> String {
    let table: toml::Table = plain.parse().expect("the plain key is TOML");
    let mut text = String::from(
        "# Made from solutions/ex5_audit_key.toml; see findings::digest in tests/support.\n",
    );
    for defect in table["defect"].as_array().expect("a list of defects") {
        let id = defect["id"].as_str().expect("an id");
        let mut digests = Vec::new();
        for pair in defect["accepts"].as_array().expect("a list of pairs") {
            let category = pair["category"].as_str().expect("a category");
            assert!(CATEGORIES.contains(&category), "{id}: {category} is no category");
            let (first, last) = line_range(&pair["lines"]).expect("lines");
            digests.extend((first..=last).map(|line| digest(id, line, category)));
        }
        // Sorted, they say nothing about the order of the lines.
        digests.sort_unstable();
        digests.dedup();
        text.push_str(id);
        for digest in digests {
            text.push_str(&format!(" {digest:08x}"));
        }
        text.push('\n');
    }
    text
}
