//! The judging verbs through the real binary, on submissions that are solved,
//! unsolved, broken and hostile.
//!
//! The exercise is the workbook's own ex1: what is judged here is the grader,
//! with a suite whose verdicts the corpus proves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use serde_json::Value;

/// One scratch copy, one build at a time.
static TURN: Mutex<()> = Mutex::new(());

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn workbook(arguments: &[&str]) -> Output {
    let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file of the given name and content in a folder of its own.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("submissions");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    path
}

/// Judges a file as a submission of ex1 and returns the JSON verdict.
fn judged(path: &Path) -> (Value, Output) {
    let path = path.to_str().expect("a plain path");
    let output =
        workbook(&["check", "ex1", "--no-miri", "--format", "json", "--submission", path]);
    let verdict = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!("not JSON ({e}):\n{}\n{}", text(&output.stdout), text(&output.stderr))
    });
    (verdict, output)
}

fn corpus(name: &str) -> PathBuf {
    root().join("corpus/ex1").join(name)
}

/// The status of one test of a verdict.
fn status_of<'a>(verdict: &'a Value, test: &str) -> &'a str {
    verdict["stages"]
        .as_array()
        .expect("stages")
        .iter()
        .flat_map(|s| s["tests"].as_array().expect("tests"))
        .find(|t| t["name"] == test)
        .unwrap_or_else(|| panic!("no test {test}"))["status"]
        .as_str()
        .expect("a status")
}

#[test]
fn a_solved_exercise_passes() {
    let (verdict, output) = judged(&root().join("solutions/ex1_my_box.rs"));
    assert_eq!(verdict["schema"], 1);
    assert_eq!(verdict["exercise"], "ex1");
    assert_eq!(verdict["status"], "pass");
    assert_eq!(verdict["points_total"], 100);
    assert_eq!(verdict["score"], verdict["max_score"]);
    assert_eq!(verdict["max_score"], 90, "100 less the points of the stage left out");
    assert_eq!(status_of(&verdict, "unit::new_holds_the_value"), "pass");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_unsolved_exercise_scores_nothing() {
    let (verdict, output) = judged(&root().join("grader/stubs/ex1_my_box.rs"));
    assert_eq!(verdict["status"], "fail");
    assert_eq!(verdict["score"], 0);
    let text = verdict.to_string();
    assert!(text.contains("not yet implemented: ex1.2"), "the declared reason is told");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_broken_file_is_a_compile_error() {
    let (verdict, output) = judged(&file("broken.rs", b"pub struct MyBox<T> {\n"));
    assert_eq!(verdict["status"], "compile_error");
    assert_eq!(verdict["score"], 0);
    let message = verdict["message"].as_str().expect("the compiler's words");
    assert!(message.contains("unclosed delimiter"), "{message}");
    assert_eq!(message.matches("error:").count(), 1, "said once: {message}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn one_defect_costs_its_tests_and_no_others() {
    let (verdict, _) = judged(&corpus("chaffs/clone_allocates_first.rs"));
    assert_eq!(verdict["status"], "fail");
    assert_eq!(status_of(&verdict, "memory::a_panicking_clone_leaks_nothing"), "fail");
    assert_eq!(status_of(&verdict, "memory::drop_frees_the_allocation"), "pass");
    assert!(verdict["score"].as_f64() > Some(80.0), "{}", verdict["score"]);
}

#[test]
fn an_early_exit_is_no_pass() {
    for cheat in ["exit_zero", "forged_output"] {
        let (verdict, output) = judged(&corpus(&format!("cheats/{cheat}.rs")));
        assert_eq!(verdict["status"], "early_exit", "{cheat}");
        assert_eq!(verdict["score"], 0, "{cheat}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_crash_is_told_with_its_signal() {
    let (verdict, _) = judged(&corpus("cheats/aborts.rs"));
    assert_eq!(verdict["status"], "crash");
    assert!(verdict.to_string().contains("SIGABRT"));
}

#[test]
fn what_a_test_says_does_not_steer_the_terminal() {
    let cheat = corpus("cheats/terminal_sequences.rs");
    let path = cheat.to_str().expect("a plain path");
    let output = workbook(&["check", "ex1", "--no-miri", "--submission", path]);
    let said = text(&output.stdout);
    assert!(said.contains("all tests pass␍"), "{said}");
    let steers =
        |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    assert_eq!(said.find(steers), None, "{said:?}");
}

#[test]
fn output_without_end_is_ended() {
    let (verdict, _) = judged(&corpus("cheats/floods_the_output.rs"));
    assert_eq!(verdict["status"], "timeout");
    assert_eq!(verdict["score"], 0);
    assert!(verdict.to_string().contains("printed more than 64 MiB"), "{verdict}");
    let stages = verdict["stages"].as_array().expect("stages");
    let programs = stages.iter().find(|stage| stage["stage"] == "compile_fail");
    for test in programs.expect("the programs")["tests"].as_array().expect("tests") {
        let seconds = test["duration_ms"].as_u64().expect("a number") / 1000;
        assert!(seconds < 60, "{seconds} s for a stage that no longer counts");
    }
}

/// Where the kernel counts processes for each namespace, a fork bomb stays small.
#[cfg(target_os = "linux")]
#[test]
fn a_namespace_holds_few_processes() {
    let ask = "readlink /proc/self/ns/pid; cat /proc/sys/kernel/pid_max; uname -r";
    let answers = |command: &mut Command| -> Vec<String> {
        let output = command.arg(ask).output().expect("a shell");
        text(&output.stdout).lines().map(str::to_owned).collect()
    };
    let outside = answers(Command::new("sh").arg("-c"));
    let inside = answers(
        Command::new(env!("CARGO_BIN_EXE_workbook"))
            .args(["__run", "40", "0", "-", "sh", "-c"]),
    );
    let kernel: Vec<u32> =
        inside[2].split(|c: char| !c.is_ascii_digit()).map_while(|n| n.parse().ok()).collect();
    if inside[0] == outside[0] || kernel[..2] < [6, 14][..] {
        eprintln!("skipped: no namespaces here, or none that count their processes");
        return;
    }
    assert_eq!(inside[1], "812", "the highest number of a process in the namespace");
}

/// Inside the fence everything can be read, and one folder be written in.
#[cfg(target_os = "linux")]
#[test]
fn a_test_writes_in_its_own_folder_only() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fence");
    let (own, other) = (place.join("own"), place.join("other"));
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&own).expect("a folder");
    fs::create_dir_all(&other).expect("a folder");
    fs::write(other.join("kept"), "theirs\n").expect("a file");
    let script = "cat other/kept; echo > /dev/null && echo ours > own/new && mkdir own/in && \
                  mv own/new own/in/moved && cat own/in/moved && rm own/in/moved\n\
                  echo changed > other/kept; echo > other/new; rm other/kept; mkdir other/in\n\
                  mv other/kept own/taken; ln other/kept own/linked; : >> other/kept\n\
                  sh -c 'mv own other/moved'";
    let output = Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(["__run", "40", "0", "1"])
        .arg(&own)
        .args(["sh", "-c", script])
        .current_dir(&place)
        .output()
        .expect("the binary runs");
    let refused = text(&output.stderr);
    assert_eq!(text(&output.stdout), "theirs\nours\n", "{refused}");
    if !says_it_has_a_fence(&place) {
        eprintln!("skipped: this kernel keeps no fence");
        return;
    }
    let left: Vec<_> = fs::read_dir(&other).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(fs::read_to_string(other.join("kept")).expect("a file"), "theirs\n");
    assert_eq!(fs::read_dir(&own).expect("a folder").count(), 1, "{refused}");
}

/// Whether a cheat that needs a fence would be judged here.
#[cfg(target_os = "linux")]
fn says_it_has_a_fence(place: &Path) -> bool {
    let cheats = place.join("ex1/cheats");
    fs::create_dir_all(&cheats).expect("a folder");
    let header = "//! cheat: none\n//! expect: compile_error\n//! needs: file fence\n";
    fs::write(cheats.join("harmless.rs"), header).expect("a file");
    let output = workbook(&["corpus", "ex1", "--dir", place.to_str().expect("a plain path")]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}{}", text(&output.stderr));
    !said.contains("skipped: nothing here keeps")
}

/// Where nothing counts processes, a bomb is left out of the corpus: the watch alone
/// is too late for it.
#[cfg(target_os = "linux")]
#[test]
fn what_needs_a_limit_is_left_out_where_there_is_none() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bombs");
    let cheats = folder.join("ex1/cheats");
    fs::create_dir_all(&cheats).expect("a folder");
    let header = "//! cheat: none\n//! expect: pass\n//! needs: process limit\n";
    fs::write(cheats.join("harmless.rs"), header).expect("a file");
    // No namespaces and no control groups, for the commands within alone.
    let bare = "mount --bind \"$1\" /sys/fs/cgroup && mount -o remount,bind,ro /sys/fs/cgroup \
                && echo 0 > /proc/sys/user/max_user_namespaces && shift && exec \"$@\"";
    let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", bare, "sh"])
        .arg(&cheats)
        .arg(env!("CARGO_BIN_EXE_workbook"))
        .args(["corpus", "ex1", "--dir"])
        .arg(&folder)
        .current_dir(root())
        .output();
    let refused = |said: &str| said.contains("unshare:") || said.contains("mount:");
    let Some(output) = output.ok().filter(|o| !refused(&text(&o.stderr))) else {
        eprintln!("skipped: no namespaces can be made here");
        return;
    };
    let said = text(&output.stdout);
    assert!(said.contains("skipped: nothing here limits"), "{said}{}", text(&output.stderr));
    assert!(output.status.success(), "{said}");
}

#[test]
fn rules_are_checked_on_what_was_compiled() {
    for (cheat, says) in [
        ("memcmp_of_its_own", "defines the symbol"),
        ("assembled_symbol", "defines the symbol `memcmp`"),
        ("runs_before_main", ".init_array"),
        ("other_code_under_miri", "under Miri"),
    ] {
        let (verdict, _) = judged(&corpus(&format!("cheats/{cheat}.rs")));
        assert_eq!(verdict["status"], "fail", "{cheat}");
        let message = verdict["message"].as_str().unwrap_or_default();
        assert!(message.contains(says), "{cheat}: {message}");
        assert!(verdict["stages"].as_array().is_some_and(Vec::is_empty), "{cheat} was not run");
    }
    let included = file(
        "included.rs",
        format!("include!({:?});", root().join("corpus/ex1/wheats/std_box.rs")).as_bytes(),
    );
    let (verdict, _) = judged(&included);
    assert_ne!(verdict["status"], "pass", "a file that includes another");
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let refused = |path: &Path, says: &str| {
        let path = path.to_str().expect("a plain path");
        let output = workbook(&["check", "ex1", "--submission", path]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(says), "{message}");
    };
    refused(Path::new("no/such/file.rs"), "cannot read the submission");
    refused(Path::new("exercises"), "not a regular file");
    refused(&file("large.rs", &vec![b' '; 2 << 20]), "the largest that is judged");
    refused(&file("latin1.rs", b"// caf\xe9\n"), "not UTF-8");
    #[cfg(unix)]
    {
        let link = file("target.rs", b"").with_file_name("link.rs");
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(root().join("solutions/ex1_my_box.rs"), &link)
            .expect("a link");
        refused(&link, "symbolic link");
    }
}

#[test]
fn wrong_usage_is_told_what_is_right() {
    let cases: [(&[&str], &str); 4] = [
        (&["chekc"], "did you mean `check`"),
        (&["check", "ex99"], "there is no exercise `ex99`"),
        (&["check", "--format", "yaml", "ex1"], "--format is human, json or junit"),
        (&["check", "--submission", "x.rs"], "--submission judges one file"),
    ];
    for (arguments, says) in cases {
        let output = workbook(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn junit_is_well_formed() {
    let path = root().join("grader/stubs/ex1_my_box.rs");
    let path = path.to_str().expect("a plain path");
    let output =
        workbook(&["check", "ex1", "--no-miri", "--format", "junit", "--submission", path]);
    let xml = text(&output.stdout);
    assert!(xml.starts_with("<?xml"), "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), {
        let closed = xml.matches("</testcase>").count();
        closed + xml.lines().filter(|l| l.contains("<testcase ") && l.ends_with("/>")).count()
    });
    assert!(xml.contains("<failure type=\"assertion\""), "{xml}");
    assert!(xml.contains("classname=\"ex1.unit\""), "{xml}");
}

#[test]
fn a_small_corpus_is_judged() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let _ = fs::remove_dir_all(&folder);
    for (kind, name, from) in [
        ("wheats", "right.rs", "corpus/ex1/wheats/std_box.rs"),
        ("chaffs", "wrong.rs", "corpus/ex1/chaffs/debug_names_the_box.rs"),
        ("cheats", "sly.rs", "corpus/ex1/cheats/memcmp_of_its_own.rs"),
    ] {
        let place = folder.join("ex1").join(kind);
        fs::create_dir_all(&place).expect("a folder");
        fs::copy(root().join(from), place.join(name)).expect("a copy");
    }
    let path = folder.to_str().expect("a plain path").to_owned();
    let output = workbook(&["corpus", "ex1", "--dir", &path]);
    let report = text(&output.stdout);
    assert!(
        report.contains(
            "validity 1/1, thoroughness 1/1, caught by the named test 1/1, cheats seen through 1/1"
        ),
        "{report}"
    );
    assert_eq!(output.status.code(), Some(0), "{report}");

    // A correct submission among the wrong ones: the suite falls short.
    let right = fs::read_to_string(root().join("corpus/ex1/wheats/std_box.rs")).expect("text");
    let header = "//! defect: none\n//! class: logic\n//! stage: stable\n//! shows: nothing\n\
                  //! caught_by: unit::new_holds_the_value\n";
    fs::write(folder.join("ex1/chaffs/wrong.rs"), format!("{header}{right}")).expect("a file");
    let output = workbook(&["corpus", "ex1", "--dir", &path]);
    let report = text(&output.stdout);
    assert!(report.contains("thoroughness 0/1"), "{report}");
    assert_eq!(output.status.code(), Some(1), "{report}");
}

/// What `mv`, `cp -p` and archives bring has an old time, by which cargo would
/// take it for what it built last.
#[test]
fn a_file_that_comes_back_is_judged_anew() {
    let (passes, _) = judged(&corpus("wheats/another_name_inside.rs"));
    assert_eq!(passes["status"], "pass", "{passes}");

    // The scratch copy of that check is a workbook with everything built.
    let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    let program = Path::new(env!("CARGO_BIN_EXE_workbook"));
    let scratch =
        program.ancestors().nth(2).expect("a target folder").join("workbook/scratch-0");
    let exercise = scratch.join("workspace/exercises/ex1_my_box.rs");
    let check = || {
        let output = Command::new(program)
            .args(["check", "ex1", "--no-miri", "--format", "json"])
            .current_dir(scratch.join("workspace"))
            .env("CARGO_TARGET_DIR", scratch.join("target"))
            .output()
            .expect("the binary runs");
        let verdict: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("not JSON ({e}): {}", text(&output.stderr)));
        verdict["score"].clone()
    };
    assert_eq!(check(), 90.0);
    fs::copy(root().join("grader/stubs/ex1_my_box.rs"), &exercise).expect("a copy");
    let an_hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = fs::File::options().write(true).open(&exercise).expect("the copy");
    file.set_modified(an_hour_ago).expect("another time");
    assert_eq!(check(), 0.0);
}
