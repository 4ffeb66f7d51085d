//! The verbs that show and keep progress, through the real binary.

mod verbs_fixture;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::json;
use verbs_fixture::{SOLUTION, STUB, Workbook};

#[test]
fn hints_go_up_level_by_level_and_say_where_they_end() {
    let workbook = Workbook::new();
    workbook.run("hint ex1").ends(0).says("hint 1 of 3").says("Think of a number.").fits();
    workbook.run("hint tiny").ends(0).says("hint 2 of 3").says("smaller than two");
    workbook
        .run("hint 1")
        .ends(0)
        .says("hint 3 of 3")
        .says("That was the last hint. The chapter is book/src/ex1_tiny.md.");
    workbook.run("hint ex1").ends(0).says("hint 3 of 3").says("That was the last hint.");
}

#[test]
fn the_hint_of_the_first_failing_test_comes_first_and_once() {
    let workbook = Workbook::new();
    let failing =
        json!({ "exercises": { "ex1": { "failing": "unit::one_is_one", "runs": 1 } } });
    workbook.set_progress(&failing);
    workbook
        .run("hint ex1")
        .ends(0)
        .says("hint for unit::one_is_one, which failed first in the last check")
        .says("The function must return one.");
    workbook.run("hint ex1").ends(0).says("hint 1 of 3");
}

#[test]
fn a_certain_hint_can_be_asked_for() {
    let workbook = Workbook::new();
    workbook.run("hint ex1 unit::one_is_small").ends(0).says("Anything below two is small.");
    workbook.run("hint ex1 nothing_leaks").ends(0).says("hint for memory::nothing_leaks");
    workbook.run("hint ex1 --level 2").ends(0).says("hint 2 of 3");
    workbook.run("hint ex1 --level 4").ends(2).complains("hints of level 1 to 3, not 4");
    workbook.run("hint ex1 --level 0").ends(2).complains("hints of level 1 to 3, not 0");
}

#[test]
fn an_unknown_test_brings_the_near_ones() {
    let workbook = Workbook::new();
    workbook
        .run("hint ex1 one_is")
        .ends(2)
        .complains("no single test named `one_is`")
        .complains("unit::one_is_one")
        .complains("unit::one_is_small");
    workbook.run("hint ex1 one_is_won").ends(2).complains("unit::one_is_one");
    workbook.run("hint ex1 qqqqqqqqqqqqqqqq").ends(2).complains("exercises/workbook.toml");
}

#[test]
fn an_exercise_without_hints_says_where_to_read() {
    let workbook = Workbook::new();
    workbook.run("hint ex3").ends(0).says("ex3 has no hints").says("exercises/ex3_audit.rs");
    workbook.run("hint ex2").ends(0).says("That was the last hint. The contract stands at");
}

#[test]
fn an_unknown_exercise_brings_the_list() {
    let workbook = Workbook::new();
    for verb in ["hint", "solution", "reset", "miri", "watch"] {
        workbook
            .run(&format!("{verb} ex9"))
            .ends(2)
            .complains("there is no exercise `ex9`")
            .complains("ex1  tiny");
    }
    workbook.run("reset tini").ends(2).complains("did you mean `ex1`");
}

#[test]
fn list_and_next_follow_the_progress() {
    let workbook = Workbook::new();
    let list = workbook.run("list");
    list.ends(0).fits().says("0 of 3 passed, 0 of 300 points").says("next: `just check ex1`");
    workbook.run("next").ends(0).says("exercises/ex1_tiny.rs").says("open the file").fits();

    workbook.set_progress(&json!({ "exercises": {
        "ex1": { "best": 90.0, "best_max": 90.0, "last": 40.0, "last_max": 90.0, "runs": 3,
                 "passed": true },
        "ex2": { "best": 12.5, "best_max": 100.0, "last": 10.0, "last_max": 100.0, "runs": 1,
                 "failing": "unit::front_sees_the_oldest" },
    }}));
    let list = workbook.run("list");
    list.ends(0).fits().says("90/90 passed").says("12.5/100").says("1 of 3 passed");
    list.says("next: `just check ex2`");
    let next = workbook.run("next");
    next.ends(0).fits().says("10 of 100, at best 12.5 of 100");
    next.says("unit::front_sees_the_oldest").says("`just hint ex2`");
}

#[test]
fn a_dumb_terminal_gets_plain_signs() {
    let workbook = Workbook::new();
    let output = workbook.command("list").env("TERM", "dumb").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.is_ascii(), "{text}");
    assert!(text.contains("................"), "{text}");
}

#[test]
fn the_solution_opens_after_a_pass() {
    let workbook = Workbook::new();
    let refused = workbook.run("solution ex1");
    refused.ends(1).fits().says("opens once yours passes").says("`just hint ex1`");
    assert!(!refused.out.contains("One is one"), "{refused:#?}");

    workbook.run("solution ex1 --spoil").ends(0).says("One is one, because it says so.");

    workbook.set_progress(&json!({ "exercises": { "ex1": { "passed": true, "runs": 1 } } }));
    let shown = workbook.run("solution ex1");
    shown.ends(0).says("exercises/ex1_tiny.rs").says("solutions/ex1_tiny.rs");
    shown.says("  Exercise 1\n").says("pub fn one() -> u32 {\n    1\n}");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let workbook = Workbook::new();
    let long = SOLUTION.to_owned() + &"// more of it\n".repeat(20_000);
    workbook.write("solutions/ex1_tiny.rs", &long);
    let mut command = workbook.command("solution ex1 --spoil");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_missing_solution_is_named() {
    let workbook = Workbook::new();
    fs::remove_file(workbook.root.join("solutions/ex1_tiny.rs")).unwrap();
    workbook.run("solution ex1 --spoil").ends(2).complains("solutions/ex1_tiny.rs");
}

#[test]
fn reset_keeps_what_was_written() {
    let workbook = Workbook::new();
    workbook.run("reset ex1").ends(0).says("equals the stub already");
    for text in ["mine", "mine too"] {
        workbook.write("exercises/ex1_tiny.rs", text);
        workbook.run("reset ex1").ends(0).says("is the stub again").says("kept as exercises/");
        assert_eq!(workbook.read("exercises/ex1_tiny.rs"), STUB);
    }
    let kept = workbook.names("exercises", ".kept-");
    let mut texts: Vec<String> =
        kept.iter().map(|name| workbook.read(&format!("exercises/{name}"))).collect();
    texts.sort();
    assert_eq!(texts, ["mine", "mine too"]);
}

#[test]
fn reset_takes_the_audit_along_and_brings_back_what_is_missing() {
    let workbook = Workbook::new();
    workbook.write("exercises/ex3_audit.toml", "filled in");
    fs::remove_file(workbook.root.join("exercises/ex3_audit.rs")).unwrap();
    let answer = workbook.run("reset ex3");
    answer
        .ends(0)
        .says("exercises/ex3_audit.rs was missing")
        .says("ex3_audit.toml is the stub");
    assert_eq!(workbook.read("exercises/ex3_audit.toml"), "# the audit\n");
    assert_eq!(workbook.names("exercises", "ex3_audit.kept-").len(), 1);
}

#[test]
fn reset_without_a_shipped_stub_touches_nothing() {
    let workbook = Workbook::new();
    workbook.write("exercises/ex1_tiny.rs", "mine");
    fs::remove_file(workbook.root.join("grader/stubs/ex1_tiny.rs")).unwrap();
    workbook.run("reset ex1").ends(2).complains("shipped stub").complains("git checkout");
    assert_eq!(workbook.read("exercises/ex1_tiny.rs"), "mine");
}

#[test]
fn a_broken_progress_file_is_set_aside() {
    let workbook = Workbook::new();
    for broken in ["", "{", "[1]", "{\"exercises\": 3}", "{\"exercises\": {\"ex1\": 3}}"] {
        workbook.write(".workbook/progress.json", broken);
        workbook.run("list").ends(0).complains("could not be read; it is kept as");
        assert!(!workbook.root.join(".workbook/progress.json").exists());
    }
    assert_eq!(workbook.names(".workbook", "progress.broken-").len(), 5);
    workbook.run("list").ends(0);
}

#[test]
fn what_a_newer_version_wrote_is_kept() {
    let workbook = Workbook::new();
    workbook.set_progress(&json!({
        "schema": 1,
        "mood": "good",
        "exercises": {
            "ex1": { "best": 3.0, "colour": "red" },
            "ex77_of_tomorrow": { "best": 7.0 },
        },
    }));
    workbook.run("hint ex1").ends(0);
    let progress = workbook.progress();
    assert_eq!(progress["mood"], "good");
    assert_eq!(progress["exercises"]["ex1"]["colour"], "red");
    assert_eq!(progress["exercises"]["ex1"]["best"], 3.0);
    assert_eq!(progress["exercises"]["ex1"]["hints"], 1);
    assert_eq!(progress["exercises"]["ex77_of_tomorrow"]["best"], 7.0);
}

#[test]
fn progress_that_cannot_be_written_stops_nothing() {
    let workbook = Workbook::new();
    workbook.write(".workbook", "a file where a folder is expected");
    workbook.run("hint ex1").ends(0).says("hint 1 of 3").complains("progress is not kept");
}

#[test]
fn parallel_writers_lose_nothing_of_each_other() {
    let workbook = &Workbook::new();
    thread::scope(|scope| {
        for test in ["one_is_one", "one_is_small", "nothing_leaks"] {
            scope.spawn(move || workbook.run(&format!("hint ex1 {test}")).ends(0).code);
        }
        scope.spawn(|| workbook.run("hint ex2").ends(0).code);
    });
    let progress = workbook.progress();
    assert_eq!(progress["exercises"]["ex1"]["test_hints"].as_array().unwrap().len(), 3);
    assert_eq!(progress["exercises"]["ex2"]["hints"], 1);
}

/// Ends `line` at some moment, again and again, and calls `intact` each time.
#[cfg(unix)]
fn kill_at_any_moment(workbook: &Workbook, line: &str, mut intact: impl FnMut(u32)) {
    for round in 0..60 {
        let mut child = workbook
            .command(line)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(std::time::Duration::from_micros(u64::from(round) * 120));
        // `kill` sends SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        intact(round);
    }
}

#[test]
#[cfg(unix)]
fn a_killed_reset_loses_no_line() {
    let workbook = Workbook::new();
    let mut written = String::from("text 0");
    workbook.write("exercises/ex1_tiny.rs", &written);
    kill_at_any_moment(&workbook, "reset ex1", |round| {
        let file = workbook.read("exercises/ex1_tiny.rs");
        let kept = workbook
            .names("exercises", ".kept-")
            .iter()
            .any(|name| workbook.read(&format!("exercises/{name}")) == written);
        assert!(file == written || (file == STUB && kept), "round {round}: {file}");
        written = format!("text {}", round + 1);
        workbook.write("exercises/ex1_tiny.rs", &written);
    });
    // What a kill has left behind is taken up by the next run.
    workbook.run("reset ex1").ends(0);
    assert!(workbook.names("exercises", ".new").is_empty());
}

#[test]
#[cfg(unix)]
fn a_killed_writer_leaves_the_progress_whole() {
    let workbook = Workbook::new();
    workbook.set_progress(&json!({ "keep": "me", "exercises": { "ex1": { "best": 50.0 } } }));
    kill_at_any_moment(&workbook, "hint ex1", |_| {
        let progress = workbook.progress();
        assert_eq!(progress["keep"], "me");
        assert_eq!(progress["exercises"]["ex1"]["best"], 50.0);
    });
}

#[test]
fn doctor_names_what_is_missing_and_the_command_that_mends_it() {
    let workbook = Workbook::new();
    workbook.write(
        "rust-toolchain.toml",
        "[toolchain]\nchannel = \"1.0.0\" # a version that nobody has\n",
    );
    let answer = workbook.run("doctor");
    answer.fits();
    answer.says("rustc").says("rustup toolchain install 1.0.0");
    answer.says("editor set-up").says("git checkout -- rust-analyzer.toml");
    answer.ends(1).says("mend them first");
}

/// What is committed in `exercises/` is the stub of the course, and `reset`
/// must give back exactly that.
#[test]
fn the_shipped_stubs_are_those_of_the_course() {
    let grader = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(grader.join("stubs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("ex") {
            continue;
        }
        let committed = Command::new("git")
            .args(["show", &format!("HEAD:exercises/{name}")])
            .current_dir(grader)
            .output();
        // Outside of git there is nothing to compare with.
        let Some(committed) = committed.ok().filter(|output| output.status.success()) else {
            continue;
        };
        assert!(
            committed.stdout == fs::read(&path).unwrap(),
            "exercises/{name} and grader/stubs/{name} differ: an author who changes a stub \
             copies it there"
        );
    }
}
