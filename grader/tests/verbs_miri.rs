//! The verb `miri`, through the real binary, with a `cargo` in the PATH that
//! prints what Miri prints. No Miri is needed.

#![cfg(unix)]

mod verbs_fixture;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use verbs_fixture::{Answer, Workbook};

/// Answers as the files in its folder `plan` say, and writes down its calls.
const CARGO: &str = r#"#!/bin/sh
here=$(dirname "$0")
echo "$* | $MIRIFLAGS | $CARGO_TARGET_DIR" >> "$here/calls"
case "$*" in
    *"miri --version") run=version ;;
    *"miri setup") run=setup ;;
    *)
        case "$MIRIFLAGS" in *tree-borrows*) run=tree ;; *) run=stacked ;; esac
        case "$MIRIFLAGS" in
            *symbolic*seeds*) run=$run-seeds ;;
            *symbolic*) ;;
            *) run=$run-concrete ;;
        esac
        case "$*$run" in *seeds*) ;; *--exact*) run=$run-rest ;; esac
        ;;
esac
cat "$here/plan/$run.out" 2>/dev/null
cat "$here/plan/$run.err" >&2 2>/dev/null
exit $(cat "$here/plan/$run.code" 2>/dev/null || echo 0)
"#;

const CLEAN: &str = "\nrunning 3 tests\n\
    test control::comparisons_can_fail ... ok\n\
    test memory::threads_agree ... ok\n\
    test unit::front_sees_the_oldest ... ok\n\n\
    test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.80s\n\n";

/// Up to the test in which Miri stops.
const BEGUN: &str = "\nrunning 3 tests\n\
    test control::comparisons_can_fail ... ok\n\
    test memory::threads_agree ... ok\n\
    test unit::front_sees_the_oldest ... ";

macro_rules! report {
    ($name:literal) => {
        include_str!(concat!("miri_reports/", $name, ".txt"))
    };
}

/// A workbook, and the cargo that it gets to see.
struct Setting(Workbook);

impl Setting {
    /// Miri is there and finds nothing.
    fn new() -> Setting {
        let workbook = Workbook::new();
        workbook.write("bin/cargo", CARGO);
        let cargo = workbook.root.join("bin/cargo");
        fs::set_permissions(cargo, fs::Permissions::from_mode(0o755)).unwrap();
        let setting = Setting(workbook);
        setting.plan("version", "miri 0.1.0 (e50aa6fba 2026-05-19)\n", "", 0);
        setting.plan("stacked", CLEAN, "", 0);
        setting.plan("tree", CLEAN, "", 0);
        setting
    }

    fn plan(&self, run: &str, out: &str, err: &str, code: i32) -> &Setting {
        self.0.write(&format!("bin/plan/{run}.out"), out);
        self.0.write(&format!("bin/plan/{run}.err"), err);
        self.0.write(&format!("bin/plan/{run}.code"), &code.to_string());
        self
    }

    fn command(&self, line: &str) -> Command {
        let mut command = self.0.command(line);
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{}/bin:{path}", self.0.root.display()));
        command
    }

    fn run(&self, line: &str) -> Answer {
        Answer::of(&self.command(line).output().unwrap())
    }

    /// The calls of `cargo miri test`, as `arguments | MIRIFLAGS | target`.
    fn calls(&self) -> Vec<String> {
        let calls = self.0.read("bin/calls");
        let mut calls: Vec<String> =
            calls.lines().filter(|call| call.contains(" test ")).map(str::to_owned).collect();
        // The models run at the same time.
        calls.sort_by_key(|call| call.contains("-Zmiri-tree-borrows"));
        calls
    }
}

#[test]
fn both_models_run_the_suite_with_the_agreed_flags() {
    let setting = Setting::new();
    let answer = setting.run("miri ex2");
    answer.ends(0).fits().says("Stacked Borrows  pass").says("Tree Borrows     pass");
    let target = setting.0.root.join("target/miri");
    let call =
        "+nightly miri test --no-default-features --features ex2 --test ex2_circular_buffer";
    assert_eq!(
        setting.calls(),
        [
            format!("{call} | -Zmiri-symbolic-alignment-check | {}", target.display()),
            format!(
                "{call} | -Zmiri-tree-borrows -Zmiri-symbolic-alignment-check | {}",
                target.display()
            ),
        ]
    );
}

#[test]
fn tests_with_threads_are_tried_under_several_seeds() {
    let setting = Setting::new();
    let all = "\nrunning 2 tests\ntest memory::threads_agree ... ok\ntest unit::repaired ... ok\n\n\
        test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
    let one = "\nrunning 1 test\ntest memory::threads_agree ... ok\n\n\
        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 1s\n";
    setting.plan("stacked", all, "", 0).plan("tree", all, "", 0);
    setting.plan("stacked-seeds", &one.repeat(8), "", 0);
    setting.plan("tree-seeds", &one.repeat(7), "", 0);
    let answer = setting.run("miri ex3");
    answer.says("Stacked Borrows  pass");
    answer
        .ends(2)
        .says("Tree Borrows     error")
        .says("expected the harness to finish 8 time(s)");
    let calls = setting.calls();
    assert_eq!(calls.len(), 4, "{calls:?}");
    assert!(
        calls[1].contains("--test ex3_audit -- --exact memory::threads_agree |"),
        "{calls:?}"
    );
    assert!(
        calls[1].contains("-Zmiri-many-seeds=0..8 -Zmiri-address-reuse-cross-thread-rate=0")
    );
}

#[test]
fn solutions_and_another_toolchain_can_be_asked_for() {
    let setting = Setting::new();
    let mut command = setting.command("miri ex2 --solutions");
    command.env("WORKBOOK_MIRI_TOOLCHAIN", "nightly-2026-05-19");
    Answer::of(&command.output().unwrap()).ends(0);
    let calls = setting.calls();
    assert!(calls[0].starts_with("+nightly-2026-05-19 miri test"), "{calls:?}");
    assert!(calls[0].contains("--features ex2,solutions "), "{calls:?}");
}

#[test]
fn undefined_behaviour_is_told_first_in_words_then_as_miri_put_it() {
    let setting = Setting::new();
    setting.plan("stacked", BEGUN, report!("stacked_tag_gone"), 1);
    let answer = setting.run("miri ex2");
    answer.ends(1).says("undefined behaviour").says("Tree Borrows     pass");
    answer.says("in test unit::front_sees_the_oldest");
    answer.says("exercises/ex2_circular_buffer.rs:57:18");
    answer.says("from here on it is invalid, because of a read through another pointer");
    answer.says("`just hint ex2`");
    let words = answer.out.find("claimed by another").unwrap();
    let raw = answer.out.find("error: Undefined Behavior: attempting a write").unwrap();
    assert!(words < raw, "{}", answer.out);
    assert!(!answer.out.contains("test failed, to rerun"), "{}", answer.out);
}

#[test]
fn every_recorded_report_gets_an_answer() {
    for (name, report, verdict) in [
        ("use after free", report!("use_after_free"), "undefined behaviour"),
        ("double free", report!("double_free"), "undefined behaviour"),
        ("uninitialized", report!("uninitialized"), "undefined behaviour"),
        ("data race", report!("data_race"), "undefined behaviour"),
        ("leak", report!("leak"), "fail"),
        ("abort", report!("abort"), "crash"),
    ] {
        let setting = Setting::new();
        setting.plan("stacked", BEGUN, report, 1).plan("tree", BEGUN, report, 1);
        let answer = setting.run("miri ex2");
        answer.ends(1).says(verdict).says("means: ").says("to do: ");
        assert_eq!(answer.out.matches("to do: ").count(), 1, "told twice: {name}");
    }
}

#[test]
fn a_program_that_ends_before_its_tests_is_no_pass() {
    let setting = Setting::new();
    setting.plan("stacked", BEGUN, "", 0);
    setting.run("miri ex2").ends(2).says("the program ended before its tests did");
}

#[test]
fn a_tally_that_the_manifest_does_not_expect_is_no_pass() {
    let setting = Setting::new();
    setting.plan("stacked", &CLEAN.replace("ok. 3 passed", "ok. 2 passed"), "", 0);
    setting
        .run("miri ex2")
        .ends(2)
        .says("expected 3 tests to run, the harness reports 2 passed");
    setting.plan("stacked", &CLEAN.repeat(2), "", 0);
    setting.run("miri ex2").ends(2).says("it finished 2 time(s)");
}

#[test]
fn a_failing_assertion_under_miri_is_a_failure() {
    let setting = Setting::new();
    let failed = "\nrunning 3 tests\ntest control::comparisons_can_fail ... ok\n\
        test memory::threads_agree ... FAILED\ntest unit::front_sees_the_oldest ... ok\n\n\
        failures:\n\n---- memory::threads_agree stdout ----\n\n\
        thread 'memory::threads_agree' panicked at tests/ex2_circular_buffer.rs:9:5:\n\
        expected 8 pushes, saw 7\n\n\nfailures:\n    memory::threads_agree\n\n\
        test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
    setting.plan("stacked", failed, "error: test failed, to rerun pass `--test ex2`\n", 101);
    let answer = setting.run("miri ex2");
    answer.ends(1).says("fail").says("memory::threads_agree").says("expected 8 pushes, saw 7");
}

#[test]
fn what_miri_cannot_run_is_left_out_and_named() {
    let setting = Setting::new();
    let rest = "\nrunning 2 tests\ntest control::comparisons_can_fail ... ok\n\
        test memory::threads_agree ... ok\n\n\
        test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 1s\n";
    setting.plan("stacked", BEGUN, report!("unsupported"), 1).plan("stacked-rest", rest, "", 0);
    let answer = setting.run("miri ex2");
    answer.ends(2).says("skipped").says("unit::front_sees_the_oldest").says("`strcat`");
    let rest = "-- --exact control::comparisons_can_fail memory::threads_agree |";
    assert!(setting.calls()[1].contains(rest), "{:?}", setting.calls());

    // What the rest does is judged all the same.
    setting.plan("stacked-rest", BEGUN, report!("double_free"), 1);
    setting.run("miri ex2").ends(1).says("memory was freed twice");
}

#[test]
fn code_that_aligns_by_arithmetic_is_judged_by_real_addresses() {
    let setting = Setting::new();
    setting.plan("stacked", BEGUN, report!("misaligned"), 1);
    setting.plan("stacked-concrete", &CLEAN.repeat(4), "", 0);
    setting.run("miri ex2").ends(0).says("Stacked Borrows  pass");
    assert!(setting.calls()[1].contains("| -Zmiri-many-seeds=0..4 -Zmiri-address-reuse"));

    setting.plan("stacked-concrete", BEGUN, report!("misaligned"), 1);
    setting.run("miri ex2").ends(1).says("a pointer was not aligned for its type");
}

#[test]
fn code_that_does_not_compile_is_shown_with_the_compilers_words() {
    let setting = Setting::new();
    let words = "error[E0308]: mismatched types\n --> exercises/ex2_circular_buffer.rs:3:5\n  |\n\
        3 |     todo\n  |     ^^^^ expected `u32`\n\n\
        error: could not compile `unsafe-workbook` (lib) due to 1 previous error\n";
    setting.plan("stacked", "", words, 101).plan("tree", "", words, 101);
    setting
        .run("miri ex2")
        .ends(1)
        .says("compile error")
        .says("error[E0308]: mismatched types");
}

#[test]
fn without_miri_the_command_that_installs_it_is_shown() {
    let setting = Setting::new();
    let component = "error: 'cargo-miri' is not installed for the toolchain \
        'nightly-x86_64-unknown-linux-gnu'.\nhelp: run `rustup component add ...`\n";
    setting.plan("version", "", component, 1);
    setting
        .run("miri ex2")
        .ends(2)
        .fits()
        .says("skipped")
        .says("rustup component add miri --toolchain nightly");

    let toolchain = "error: toolchain 'nightly-x86_64-unknown-linux-gnu' is not installed\n";
    setting.plan("version", "", toolchain, 1);
    setting.run("miri ex2").ends(2).says("rustup toolchain install nightly --component miri");
    assert!(!setting.0.read("bin/calls").contains("miri test"));
}

#[test]
fn a_library_that_cannot_be_built_is_no_fault_of_the_student() {
    let setting = Setting::new();
    setting.plan("setup", "", "fatal error: failed to build sysroot\n", 1);
    setting.run("miri ex2").ends(2).says("skipped").says("cargo +nightly miri setup");
}
