//! A workbook in miniature, for the verbs that build nothing.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

pub const STUB: &str = "//! The stub.\n\npub fn one() -> u32 {\n    todo!()\n}\n";
pub const SOLUTION: &str = "//! # Exercise 1\n//!\n//! One is one, because it says so.\n\n\
    // SAFETY: there is nothing unsafe here.\npub fn one() -> u32 {\n    1\n}\n";

const MANIFEST: &str = r#"
schema = 1

[[exercise]]
id = "ex1"
stem = "ex1_tiny"
title = "Tiny: the smallest exercise"
chapter = "book/src/ex1_tiny.md"
points = { unit = 60, memory = 40 }
stub_fails = "not yet implemented"
hints = ["Think of a number.", "It is smaller than two.", "Return 1."]
[exercise.tests]
"control::comparisons_can_fail" = ""
"unit::one_is_one" = "The function must return one."
"unit::one_is_small" = "Anything below two is small."
"memory::nothing_leaks" = "Nothing is allocated, so nothing is to be freed."

[[exercise]]
id = "ex2"
stem = "ex2_circular_buffer"
title = "CircularBuffer: a queue in raw memory with a title that is long"
chapter = "book/src/missing.md"
points = { unit = 100 }
stub_fails = "not yet implemented"
hints = ["Only one hint."]
[exercise.tests]
"control::comparisons_can_fail" = ""
"unit::front_sees_the_oldest" = ""
"memory::threads_agree" = ""

[[exercise]]
id = "ex3"
stem = "ex3_audit"
title = "An audit"
chapter = "book/src/ex3_audit.md"
points = { unit = 50, audit = 50 }
stub_fails = "not yet implemented"
threads = true
hints = []
[exercise.tests]
"unit::repaired" = ""
"memory::threads_agree" = ""
"#;

/// A folder of its own for each test, removed at the end.
pub struct Workbook {
    pub root: PathBuf,
}

impl Workbook {
    pub fn new() -> Workbook {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("verbs-{}-{count}", std::process::id()));
        let workbook = Workbook { root };
        workbook.write("exercises/workbook.toml", MANIFEST);
        workbook.write("book/src/ex1_tiny.md", "# Tiny\n");
        for (stem, text) in
            [("ex1_tiny", STUB), ("ex2_circular_buffer", STUB), ("ex3_audit", STUB)]
        {
            for folder in ["exercises", "grader/stubs"] {
                workbook.write(&format!("{folder}/{stem}.rs"), text);
            }
            workbook.write(&format!("solutions/{stem}.rs"), SOLUTION);
        }
        for folder in ["exercises", "grader/stubs"] {
            workbook.write(&format!("{folder}/ex3_audit.toml"), "# the audit\n");
        }
        workbook
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Names in `folder` that contain `part`, sorted.
    pub fn names(&self, folder: &str, part: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.root.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains(part))
            .collect();
        names.sort();
        names
    }

    /// The command line, ready to run; no colours and no terminal.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
        command.args(line.split_whitespace()).current_dir(&self.root);
        command.env_remove("CARGO_TARGET_DIR").env_remove("WORKBOOK_MIRI_TOOLCHAIN");
        command.env("LC_ALL", "C.UTF-8");
        command
    }

    pub fn run(&self, line: &str) -> Answer {
        Answer::of(&self.command(line).output().unwrap())
    }

    pub fn progress(&self) -> Value {
        serde_json::from_str(&self.read(".workbook/progress.json")).unwrap()
    }

    pub fn set_progress(&self, value: &Value) {
        self.write(".workbook/progress.json", &value.to_string());
    }
}

impl Drop for Workbook {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Answer {
    pub fn of(output: &Output) -> Answer {
        let answer = Answer {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        };
        assert!(!answer.out.contains('\u{1b}'), "colours in a pipe: {:?}", answer.out);
        answer
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Answer {
        assert!(self.out.contains(text), "`{text}` is missing in {self:#?}");
        self
    }

    #[track_caller]
    pub fn complains(&self, text: &str) -> &Answer {
        assert!(self.err.contains(text), "`{text}` is missing in {self:#?}");
        self
    }

    #[track_caller]
    pub fn ends(&self, code: i32) -> &Answer {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// No line is longer than a terminal of 80 columns.
    #[track_caller]
    pub fn fits(&self) -> &Answer {
        for line in self.out.lines().chain(self.err.lines()) {
            assert!(line.chars().count() <= 80, "too long: {line}");
        }
        self
    }
}
