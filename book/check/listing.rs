//! A listing: a program with a verdict in its header.
//!
//! The header is the block of `//@ key: value` lines at the top of the file.
//!
//! | key | value |
//! |---|---|
//! | `run` | `ok`, `panic`, `abort`: a promise about a program that is defined; `undefined`: never trusted, never run for its output; `none`: compiled only |
//! | `compile-fail` | the error codes or lint names that rustc must print, and no other verdict |
//! | `warns` | the lint that rustc warns with |
//! | `edition` | 2024 where it is not given |
//! | `release` | what the same program does with optimisation and without overflow checks |
//! | `miri` | `stacked=… tree=…`, each `ok`, `ub`, `leak`, `abort`, `panic` or `unsupported`; the listing itself ran under Miri, and the reports are kept |
//! | `measured` | the case of `measured.tsv` on which the verdict stands instead: a program of the same shape that ran under Miri |
//! | `expects` | the same form as `miri`: reasoned, and not yet measured |
//! | `debug`, `optimised`, `asan`, `valgrind` | what was observed of an undefined program with that tool on x86-64 Linux: `silent`, or a part of the report |
//! | `c` | C and C++ files that are compiled and linked |
//! | `why` | a remark for people |

use std::collections::BTreeMap;
use std::path::Path;

/// One file of `listings/`.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The path below `listings/`, with `/` as separator.
    pub name: String,
    /// The keys of the header.
    pub header: BTreeMap<String, String>,
    /// The whole text.
    pub text: String,
}

const KEYS: &[&str] = &[
    "run",
    "compile-fail",
    "warns",
    "edition",
    "release",
    "miri",
    "measured",
    "expects",
    "debug",
    "optimised",
    "asan",
    "valgrind",
    "c",
    "why",
    "flags",
];

/// What Miri said of the programs of the audit: id, the two verdicts and the
/// first line of each report.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Verdict under Stacked Borrows.
    pub stacked: String,
    /// Verdict under Tree Borrows.
    pub tree: String,
    /// First line of the report under Stacked Borrows.
    pub stacked_line: String,
    /// First line of the report under Tree Borrows, where it differs.
    pub tree_line: String,
}

/// The recorded cases, from `measured.tsv`.
pub fn measured() -> BTreeMap<String, Measured> {
    let mut cases = BTreeMap::new();
    for line in crate::text(&crate::book_dir().join("measured.tsv")).lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if line.starts_with('#') || cells.len() < 5 {
            continue;
        }
        cases.insert(
            cells[0].to_string(),
            Measured {
                stacked: cells[1].to_string(),
                tree: cells[2].to_string(),
                stacked_line: cells[3].to_string(),
                tree_line: cells[4].to_string(),
            },
        );
    }
    cases
}

impl Listing {
    /// Reads every listing.
    pub fn all() -> Vec<Listing> {
        let root = crate::book_dir().join("listings");
        crate::files_below(&root, ".rs").iter().map(|path| Listing::read(&root, path)).collect()
    }

    fn read(root: &Path, path: &Path) -> Listing {
        let text = crate::text(path);
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let mut header = BTreeMap::new();
        for line in text.lines() {
            let Some(rest) = line.strip_prefix("//@ ") else { break };
            if let Some((key, value)) = rest.split_once(':') {
                header.insert(key.trim().to_string(), value.trim().to_string());
            }
        }
        Listing { name, header, text }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.header.get(key).map(String::as_str)
    }

    /// The verdict on Miri, measured or expected: (stacked, tree).
    pub fn miri(&self) -> Option<(String, String)> {
        let value = self.get("miri").or_else(|| self.get("expects"))?;
        let mut stacked = String::new();
        let mut tree = String::new();
        for part in value.split_whitespace() {
            match part.split_once('=') {
                Some(("stacked", v)) => stacked = v.to_string(),
                Some(("tree", v)) => tree = v.to_string(),
                _ => return None,
            }
        }
        Some((stacked, tree))
    }

    /// What is wrong with the header itself.
    pub fn faults(&self, cases: &BTreeMap<String, Measured>) -> Vec<String> {
        let mut faults = Vec::new();
        for key in self.header.keys() {
            if !KEYS.contains(&key.as_str()) {
                faults.push(format!("{}: unknown key `{key}` in the header", self.name));
            }
        }
        match (self.get("run"), self.get("compile-fail")) {
            (None, None) => {
                faults.push(format!("{}: neither `run` nor `compile-fail`", self.name))
            }
            (Some(_), Some(_)) => {
                faults.push(format!("{}: `run` and `compile-fail`", self.name))
            }
            (Some(run), None)
                if !["ok", "panic", "abort", "undefined", "none"].contains(&run) =>
            {
                faults.push(format!("{}: unknown verdict `run: {run}`", self.name));
            }
            _ => {}
        }
        if self.get("run") == Some("undefined") && self.miri().is_none() {
            faults.push(format!("{}: undefined, but no verdict of Miri's", self.name));
        }
        match (self.get("miri"), self.get("measured")) {
            (Some(_), None) => match self.miri() {
                Some(_) => {
                    for (model, verdict, line) in self.reports() {
                        if verdict != "ok" && line.is_none() {
                            faults.push(format!(
                                "{}: {verdict} under Miri ({model}), but no report in transcripts/",
                                self.name
                            ));
                        }
                    }
                }
                None => faults.push(format!("{}: malformed `miri`", self.name)),
            },
            (Some(_), Some(id)) => match (cases.get(id), self.miri()) {
                (Some(case), Some((stacked, tree))) => {
                    if (case.stacked.as_str(), case.tree.as_str()) != (&stacked, &tree) {
                        faults.push(format!(
                            "{}: says stacked={stacked} tree={tree}, but {id} was measured as stacked={} tree={}",
                            self.name, case.stacked, case.tree
                        ));
                    }
                }
                (None, _) => {
                    faults.push(format!("{}: no case {id} in measured.tsv", self.name))
                }
                (_, None) => faults.push(format!("{}: malformed `miri`", self.name)),
            },
            (None, Some(_)) => faults.push(format!("{}: `measured` without `miri`", self.name)),
            (None, None) => {}
        }
        if self.get("expects").is_some()
            && (self.get("miri").is_some() || self.miri().is_none())
        {
            faults.push(format!("{}: `expects` beside `miri`, or malformed", self.name));
        }
        if !self.text.contains("// ANCHOR: all\n") || !self.text.contains("// ANCHOR_END: all")
        {
            faults.push(format!("{}: no anchor `all` around the program", self.name));
        }
        faults
    }

    /// The path of a transcript of this listing.
    pub fn transcript(&self, kind: &str) -> std::path::PathBuf {
        let stem = self.name.trim_end_matches(".rs");
        crate::book_dir().join("transcripts").join(format!("{stem}.{kind}.txt"))
    }

    /// For each model its verdict and, where Miri objected, the line of the kept
    /// report that says to what.
    fn reports(&self) -> Vec<(&'static str, String, Option<String>)> {
        let Some((stacked, tree)) = self.miri() else { return Vec::new() };
        [("stacked", stacked), ("tree", tree)]
            .into_iter()
            .map(|(model, verdict)| {
                let path = self.transcript(&format!("miri-{model}"));
                let report = std::fs::read_to_string(path).unwrap_or_default();
                let line = match verdict.as_str() {
                    "ok" => None,
                    // The message stands below the line that names the place.
                    "panic" => {
                        report.lines().skip_while(|l| !l.contains(" panicked at ")).nth(1)
                    }
                    _ => report.lines().find_map(|line| line.strip_prefix("error: ")),
                };
                (model, verdict, line.map(str::to_string))
            })
            .collect()
    }

    /// The caption that stands in the book: one line of HTML.
    pub fn caption(&self, cases: &BTreeMap<String, Measured>) -> String {
        let mut parts = Vec::new();
        let mut class = "ok";
        if let Some(codes) = self.get("compile-fail") {
            class = "refused";
            parts.push(format!("does not compile: {codes}"));
        }
        match self.get("run") {
            Some("ok") => parts.push("compiles, runs, ends well".to_string()),
            Some("panic") => {
                class = "refused";
                parts.push("compiles, panics when run".to_string());
            }
            Some("abort") => {
                class = "refused";
                parts.push("compiles, aborts when run".to_string());
            }
            Some("undefined") => {
                class = "ub";
                parts.push("compiles; its behaviour is undefined".to_string());
            }
            Some("none") => parts.push("compiles; not run".to_string()),
            _ => {}
        }
        if let Some(lint) = self.get("warns") {
            parts.push(format!("rustc warns: {lint}"));
        }
        if let Some(release) = self.get("release") {
            parts.push(format!("with optimisation: {release}"));
        }
        if let Some((stacked, tree)) = self.miri() {
            if stacked == "ub" || tree == "ub" {
                class = "ub";
            }
            let verdict = if stacked == tree {
                format!("{} (Stacked and Tree Borrows)", words(&stacked))
            } else {
                format!(
                    "{} (Stacked Borrows), {} (Tree Borrows)",
                    words(&stacked),
                    words(&tree)
                )
            };
            match self.get("measured") {
                None if self.get("miri").is_some() => {
                    parts.push(format!("Miri: {verdict}; measured"));
                }
                Some(id) => parts.push(format!("Miri: {verdict}; measured, case {id}")),
                None => parts.push(format!("expected of Miri: {verdict}; not yet measured")),
            }
        }
        let mut html = format!(
            "<p class=\"verdict verdict-{class}\" data-listing=\"{}\"><code>{}</code> {}",
            self.name,
            self.name,
            escape(&parts.join(" · "))
        );
        if let Some(case) = self.get("measured").and_then(|id| cases.get(id)) {
            for (model, line) in [("Stacked", &case.stacked_line), ("Tree", &case.tree_line)] {
                if !line.is_empty() {
                    html.push_str(&format!(
                        "<br><span class=\"recorded\">{model}: {}</span>",
                        escape(line)
                    ));
                }
            }
        }
        if self.get("measured").is_none() && self.get("miri").is_some() {
            let lines: Vec<Option<String>> =
                self.reports().into_iter().map(|(_, _, line)| line).collect();
            let told: &[(&str, usize)] = match &lines[..] {
                [Some(stacked), Some(tree)] if stacked == tree => &[("Miri", 0)],
                _ => &[("Stacked", 0), ("Tree", 1)],
            };
            for (title, index) in told {
                if let Some(Some(line)) = lines.get(*index) {
                    html.push_str(&format!(
                        "<br><span class=\"recorded\">{title}: {}</span>",
                        escape(line)
                    ));
                }
            }
        }
        html.push_str("</p>");
        html
    }
}

fn words(verdict: &str) -> &str {
    match verdict {
        "ub" => "undefined behaviour",
        "ok" => "no undefined behaviour found",
        "leak" => "memory leaked",
        "abort" => "the program aborts",
        "panic" => "the program panics",
        "unsupported" => "cannot run it",
        other => other,
    }
}

/// Text as HTML text.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('_', "&#95;")
        .replace('*', "&#42;")
}
