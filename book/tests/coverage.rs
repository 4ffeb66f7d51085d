//! COVERAGE.md gives every subject of the five sources its place in the book.

use std::collections::BTreeMap;
use workbook_book::{book_dir, pages, text};

/// How many headings each source has.
const HEADINGS: [(&str, usize); 5] =
    [("000", 208), ("001", 84), ("002", 5), ("003", 6), ("004", 32)];

#[test]
fn every_heading_of_the_sources_has_its_place() {
    let path = book_dir().join("COVERAGE.md");
    let table = text(&path);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut faults = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, place, heading, section, _] = cells[..] else { continue };
        let Some((source, _)) = place.split_once(':') else { continue };
        *counts.entry(source).or_default() += 1;
        let targets = pages::links(section);
        if targets.is_empty() {
            faults.push(format!("{place} {heading}: no section"));
        }
        for link in targets {
            if let Err(why) = pages::resolves(&path, &link) {
                faults.push(format!("{place} {heading}: {why}"));
            }
        }
    }
    for (source, expected) in HEADINGS {
        let found = counts.get(source).copied().unwrap_or(0);
        if found != expected {
            faults.push(format!(
                "source {source}: {found} headings in the table, {expected} in the source"
            ));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
