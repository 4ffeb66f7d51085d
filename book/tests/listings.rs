//! Every listing compiles, runs and reports as its header says.

use workbook_book::listing::{Listing, measured};

#[test]
fn headers_are_complete_and_agree_with_what_was_measured() {
    let cases = measured();
    let listings = Listing::all();
    assert!(!listings.is_empty(), "no listing was found");
    let faults: Vec<String> = listings.iter().flat_map(|l| l.faults(&cases)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn listings_do_what_their_headers_say() {
    let outcome = workbook_book::run::check(&Listing::all(), "", false);
    for skipped in &outcome.skipped {
        println!("skipped: {skipped}");
    }
    println!(
        "{} compiled, {} runs, {} under a tool",
        outcome.compiled, outcome.ran, outcome.tool_runs
    );
    assert!(outcome.faults.is_empty(), "\n{}", outcome.faults.join("\n\n"));
}

#[test]
fn a_wrong_verdict_is_noticed() {
    // The check itself must be able to fail.
    let mut listings = Listing::all();
    listings.retain(|l| l.get("run") == Some("ok") && l.get("c").is_none());
    listings.truncate(1);
    listings[0].header.insert("run".into(), "panic".into());
    let outcome = workbook_book::run::check(&listings, "", false);
    assert_eq!(
        outcome.faults.len(),
        1,
        "a program that ends well was taken for one that panics"
    );
}

#[test]
fn what_changes_from_run_to_run_is_taken_out() {
    let text = "thread 'main' (4711) panicked at x.rs:1:2:\n==99==ERROR at 0x7ffdeadbeef0\nalloc12 <345>";
    assert_eq!(
        workbook_book::run::normalise(text),
        "thread 'main' panicked at x.rs:1:2:\n==PID==ERROR at 0x…\nallocN <TAG>"
    );
    let text = "before\nstack backtrace:\n   0: 0x1 - f::h12\n   at x.rs:1:2\nafter";
    assert_eq!(workbook_book::run::normalise(text), "before\nstack backtrace: …\nafter");
}
