//! Fences, captions, links and spelling of the pages.

use std::collections::BTreeSet;
use workbook_book::listing::{Listing, measured};
use workbook_book::{book_dir, pages, text};

fn assert_none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_block_is_checked_by_something() {
    let (faults, [included, tested, unchecked]) = pages::fences();
    println!(
        "{included} blocks included from files, {tested} run by mdbook test, {unchecked} unchecked"
    );
    assert_none(faults);
}

#[test]
fn captions_and_tables_are_fresh() {
    let listings = Listing::all();
    let cases = measured();
    let mut faults = Vec::new();
    for page in pages::all() {
        let old = text(&page);
        let new = pages::with_table(&pages::with_captions(&old, &listings, &cases), &listings);
        if old != new {
            faults.push(format!(
                "{}: stale captions; `just listings --bless` writes them",
                page.display()
            ));
        }
    }
    assert_none(faults);
}

#[test]
fn every_listing_and_every_transcript_is_used() {
    let all: String = pages::all().iter().map(|p| text(p)).collect();
    let mut faults: Vec<String> = Listing::all()
        .iter()
        .filter(|l| !all.contains(&format!("listings/{}", l.name)))
        .map(|l| format!("{} stands on no page", l.name))
        .collect();
    let listings = Listing::all();
    for path in workbook_book::files_below(&book_dir().join("transcripts"), ".txt") {
        let name = path
            .strip_prefix(book_dir().join("transcripts"))
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let stem = name
            .trim_end_matches(".txt")
            .rsplit_once('.')
            .map_or("", |(stem, _)| stem)
            .to_string();
        if !listings.iter().any(|l| l.name == format!("{stem}.rs")) {
            faults.push(format!("transcript {name} belongs to no listing"));
        }
    }
    assert_none(faults);
}

#[test]
fn links_inside_the_book_resolve() {
    let mut faults = Vec::new();
    for page in pages::all() {
        for link in pages::links(&text(&page)) {
            if let Err(why) = pages::resolves(&page, &link) {
                faults.push(format!("{}: {link}: {why}", page.display()));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn the_summary_names_every_page() {
    let summary = book_dir().join("src/SUMMARY.md");
    let linked: BTreeSet<String> = pages::links(&text(&summary)).into_iter().collect();
    let mut faults = Vec::new();
    for page in pages::all() {
        let name = page.file_name().unwrap().to_string_lossy().into_owned();
        if name != "SUMMARY.md" && !linked.contains(&name) {
            faults.push(format!("{name} is not in SUMMARY.md"));
        }
    }
    assert_none(faults);
}

#[test]
fn terms_are_spelled_as_in_the_glossary() {
    // Left: what must not stand in prose; right: what does.
    let spellings = [
        ("uninitialized", "uninitialised"),
        ("initialized", "initialised"),
        ("initialization", "initialisation"),
        ("behavior", "behaviour"),
        ("data-race", "data race"),
        ("zero sized", "zero-sized"),
        ("optimization", "optimisation"),
        ("optimized", "optimised"),
        ("fat pointer", "wide pointer"),
        ("null terminator", "NUL"),
        ("obviously", "(nothing)"),
        ("simply", "(nothing)"),
        ("of course", "(nothing)"),
        ("basically", "(nothing)"),
        ("foobar", "a name with a meaning"),
    ];
    let mut faults = Vec::new();
    for page in pages::all() {
        let mut fenced = false;
        for (number, line) in text(&page).lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced || line.starts_with("<p class=\"verdict") || line.starts_with("| `") {
                continue;
            }
            let prose: String =
                line.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
            // Names in links and ids are not prose.
            let prose =
                prose.replace("undefined-behavior", "").replace("undefined_behavior", "");
            for (wrong, right) in spellings {
                if prose.contains(wrong) && !line.contains("://") {
                    faults.push(format!(
                        "{}:{}: `{wrong}`, in this book {right}",
                        page.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert_none(faults);
}

#[test]
fn every_glossary_link_is_to_a_term() {
    let glossary = pages::ids(&text(&book_dir().join("src/glossary.md")));
    let mut faults = Vec::new();
    for page in pages::all() {
        for link in pages::links(&text(&page)) {
            if let Some(id) = link.strip_prefix("glossary.md#")
                && !glossary.contains(id)
            {
                faults.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn pictures_have_a_text_alternative_and_no_fixed_colours() {
    let mut faults = Vec::new();
    for path in workbook_book::files_below(&book_dir().join("src"), ".svg") {
        let svg = text(&path);
        for needed in ["role=\"img\"", "<title ", "<desc ", "aria-labelledby="] {
            if !svg.contains(needed) {
                faults.push(format!("{}: no {needed}", path.display()));
            }
        }
        if svg.contains("#000")
            || svg.contains("#fff")
            || svg.contains("\"black\"")
            || svg.contains("\"white\"")
        {
            faults.push(format!("{}: a colour that one of the themes hides", path.display()));
        }
        if svg.contains("\n\n") {
            faults.push(format!("{}: an empty line ends the HTML block", path.display()));
        }
    }
    assert_none(faults);
}

#[test]
fn every_wrong_claim_has_its_program() {
    let listings = Listing::all();
    let mut rows = 0;
    let mut faults = Vec::new();
    for line in text(&book_dir().join("src/wrong_claims.md")).lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [_, program, _] = cells[..] else { continue };
        if program == "program" {
            continue;
        }
        rows += 1;
        let name = program.trim_matches('`');
        if !listings.iter().any(|l| l.name == name) {
            faults.push(format!("no listing {name}: {line}"));
        }
    }
    assert!(rows > 40, "only {rows} rows were found");
    assert_none(faults);
}

#[test]
fn the_checks_of_this_file_can_fail() {
    assert!(pages::resolves(&book_dir().join("src/index.md"), "no_such_page.md").is_err());
    assert!(
        pages::resolves(&book_dir().join("src/index.md"), "glossary.md#no-such-term").is_err()
    );
    assert!(
        pages::resolves(&book_dir().join("src/index.md"), "glossary.md#provenance").is_ok()
    );
    assert_eq!(pages::links("see [a](b.md) and `[c](d.md)`"), ["b.md"]);
    assert_eq!(pages::heading_id("`Send` and *Sync*: what?"), "send-and-sync-what");
}
