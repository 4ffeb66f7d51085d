//! Compiles and runs listings.

use crate::listing::Listing;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a run of all listings found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Listings that were compiled.
    pub compiled: usize,
    /// Programs that were run.
    pub ran: usize,
    /// Runs under a tool (AddressSanitizer, valgrind, Miri).
    pub tool_runs: usize,
    /// What could not be checked, and why.
    pub skipped: Vec<String>,
    /// What is wrong.
    pub faults: Vec<String>,
}

/// The tools of this machine.
#[derive(Debug, Clone)]
pub struct Tools {
    nightly: bool,
    valgrind: bool,
    cc: bool,
    cpp: bool,
    /// The sysroot that Miri needs, when Miri is installed and asked for.
    miri_sysroot: Option<String>,
    /// Miri is the one whose reports stand in the transcripts.
    miri_of_record: bool,
    /// The observations in the headers were made on this kind of machine.
    reference: bool,
}

fn works(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|o| o.status.success())
}

/// The compiler of the Miri that wrote the transcripts and `measured.tsv`;
/// another one words its reports differently, and only its verdicts count.
const MIRI_OF_RECORD: &str = "rustc 1.95.0 ";

fn miri_toolchain() -> String {
    std::env::var("WORKBOOK_MIRI_TOOLCHAIN").unwrap_or_else(|_| "nightly".to_string())
}

impl Tools {
    /// Looks for the tools.
    pub fn find() -> Tools {
        let toolchain = format!("+{}", miri_toolchain());
        let miri_sysroot = if works("cargo", &[&toolchain, "miri", "--version"]) {
            Command::new("cargo")
                .args([&toolchain, "miri", "setup", "--print-sysroot"])
                .output()
                .ok()
                .filter(|o| o.status.success())
                .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_string())
        } else {
            None
        };
        let miri_version = Command::new("rustc").args([&toolchain, "--version"]).output();
        Tools {
            miri_of_record: miri_version
                .is_ok_and(|o| String::from_utf8_lossy(&o.stdout).starts_with(MIRI_OF_RECORD)),
            nightly: works("rustc", &["+nightly", "--version"]),
            valgrind: works("valgrind", &["--version"]),
            cc: works("cc", &["--version"]),
            cpp: works("c++", &["--version"]),
            miri_sysroot,
            reference: cfg!(all(target_arch = "x86_64", target_os = "linux")),
        }
    }

    fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        if self.miri_sysroot.is_none() {
            missing.push(
                "Miri: not installed (rustup component add miri rust-src --toolchain nightly); its verdicts were not checked".to_string(),
            );
        }
        if !self.nightly {
            missing.push("AddressSanitizer: no nightly toolchain".to_string());
        }
        if !self.valgrind {
            missing.push("valgrind: not installed".to_string());
        }
        if !self.cc {
            missing.push(
                "C compiler: not installed; listings with a C side were skipped".to_string(),
            );
        }
        if self.cc && !self.cpp {
            missing.push(
                "C++ compiler: not installed; listings with a C++ side were skipped"
                    .to_string(),
            );
        }
        if !self.reference {
            missing
                .push("observations of undefined programs: made on x86-64 Linux".to_string());
        }
        missing
    }
}

/// Checks the listings whose name contains `filter`; with `bless`, writes the
/// transcripts instead of comparing them.
pub fn check(listings: &[Listing], filter: &str, bless: bool) -> Outcome {
    let tools = Tools::find();
    // Two checks may run in one process: each has a folder of its own.
    static CHECKS: AtomicUsize = AtomicUsize::new(0);
    let scratch = std::env::temp_dir().join(format!(
        "workbook-listings-{}-{}",
        std::process::id(),
        CHECKS.fetch_add(1, Ordering::Relaxed)
    ));
    let mut total = Outcome { skipped: tools.missing(), ..Outcome::default() };
    if let Err(error) = std::fs::create_dir_all(&scratch) {
        total.faults.push(format!("cannot create {}: {error}", scratch.display()));
        return total;
    }
    let chosen: Vec<&Listing> = listings.iter().filter(|l| l.name.contains(filter)).collect();
    let next = AtomicUsize::new(0);
    let sum = Mutex::new(total);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(listing) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut one = One {
                        listing,
                        tools: &tools,
                        scratch: &scratch,
                        bless,
                        outcome: Outcome::default(),
                    };
                    one.check();
                    let mut sum = sum.lock().unwrap_or_else(|e| e.into_inner());
                    sum.compiled += one.outcome.compiled;
                    sum.ran += one.outcome.ran;
                    sum.tool_runs += one.outcome.tool_runs;
                    sum.faults.append(&mut one.outcome.faults);
                }
            });
        }
    });
    let _ = std::fs::remove_dir_all(&scratch);
    let mut total = sum.into_inner().unwrap_or_else(|e| e.into_inner());
    total.faults.sort();
    total
}

struct One<'a> {
    listing: &'a Listing,
    tools: &'a Tools,
    scratch: &'a Path,
    bless: bool,
    outcome: Outcome,
}

impl One<'_> {
    fn fault(&mut self, what: impl AsRef<str>) {
        self.outcome.faults.push(format!("{}: {}", self.listing.name, what.as_ref()));
    }

    fn check(&mut self) {
        let l = self.listing;
        let objects = match l.get("c") {
            None => Vec::new(),
            Some(_) if !self.tools.cc => return,
            Some(files) if !self.tools.cpp && files.split_whitespace().any(is_cpp) => return,
            Some(files) => {
                let mut objects = Vec::new();
                for file in files.split_whitespace() {
                    match self.compile_c(file) {
                        Ok(object) => objects.push(object),
                        Err(report) => return self.fault(format!("cc: {report}")),
                    }
                }
                objects
            }
        };
        let build = self.rustc("debug", &objects, &[]);
        self.outcome.compiled += 1;
        let report = normalise(&String::from_utf8_lossy(&build.1.stderr));
        if let Some(codes) = l.get("compile-fail") {
            if build.1.status.success() {
                return self.fault("compiles, and must not");
            }
            for code in codes.split(',').map(str::trim) {
                let shown = report.contains(&format!("error[{code}]"))
                    || report.contains(code)
                    || report.contains(&code.replace('_', "-"));
                if !shown {
                    self.fault(format!("rustc does not mention {code}:\n{report}"));
                }
            }
            self.transcript("rustc", &report);
            return;
        }
        if !build.1.status.success() {
            return self.fault(format!("does not compile:\n{report}"));
        }
        match l.get("warns") {
            Some(lint) if !report.contains(lint) => {
                self.fault(format!("rustc does not warn of {lint}:\n{report}"));
            }
            Some(_) => self.transcript("rustc", &report),
            None if !report.trim().is_empty() => self.fault(format!("rustc warns:\n{report}")),
            None => {}
        }
        if let Some(verdict @ ("ok" | "panic" | "abort")) = l.get("run") {
            let (seen, shown) = self.run(&build.0, false);
            if seen != verdict {
                self.fault(format!("run: expected {verdict}, saw {seen}:\n{shown}"));
            }
            if !shown.trim().is_empty() {
                self.transcript("run", &shown);
            }
        }
        if let Some(verdict) = l.get("release") {
            let (program, built) = self.rustc(
                "release",
                &objects,
                &["-Copt-level=3", "-Cdebug-assertions=off", "-Coverflow-checks=off"],
            );
            if !built.status.success() {
                self.fault("does not compile with optimisation");
            } else {
                let (seen, shown) = self.run(&program, false);
                if seen != verdict {
                    self.fault(format!("release: expected {verdict}, saw {seen}:\n{shown}"));
                }
                self.transcript("release", &shown);
            }
        }
        if self.tools.reference {
            self.observe(&build.0, &objects);
        }
        self.miri();
    }

    /// The observations of an undefined program.
    fn observe(&mut self, debug: &Path, objects: &[PathBuf]) {
        let l = self.listing;
        if let Some(expected) = l.get("debug") {
            let (seen, shown) = self.run(debug, false);
            self.compare("debug", expected, &seen, &shown);
        }
        if let Some(expected) = l.get("optimised") {
            let (program, _) = self.rustc(
                "optimised",
                objects,
                &["-Copt-level=3", "-Cdebug-assertions=off", "-Coverflow-checks=off"],
            );
            let (seen, shown) = self.run(&program, false);
            self.compare("optimised", expected, &seen, &shown);
        }
        if let Some(expected) = l.get("asan").filter(|_| self.tools.nightly) {
            let (program, built) =
                self.rustc("asan", objects, &["-Zsanitizer=address", "-Cdebuginfo=1"]);
            if !built.status.success() {
                return self.fault("does not build with AddressSanitizer");
            }
            let (seen, shown) = self.run(&program, false);
            self.outcome.tool_runs += 1;
            let seen = if shown.contains("AddressSanitizer") || shown.contains("LeakSanitizer")
            {
                "report".into()
            } else {
                seen
            };
            self.compare("asan", expected, &seen, &shown);
        }
        if let Some(expected) = l.get("valgrind").filter(|_| self.tools.valgrind) {
            // valgrind knows the instructions of a plain build; release-like code
            // keeps Rust's own debug checks from ending the program first.
            let (program, _) = self.rustc(
                "valgrind",
                objects,
                &["-Cdebug-assertions=off", "-Coverflow-checks=off", "-Cdebuginfo=1"],
            );
            let (seen, shown) = self.run(&program, true);
            self.outcome.tool_runs += 1;
            let seen = if shown.contains("==") { "report".into() } else { seen };
            self.compare("valgrind", expected, &seen, &shown);
        }
    }

    fn compare(&mut self, tool: &str, expected: &str, seen: &str, shown: &str) {
        let right = match expected {
            "silent" => seen == "ok",
            word @ ("panic" | "abort" | "signal") => seen == word,
            part => shown.contains(part),
        };
        if !right {
            self.fault(format!("{tool}: expected `{expected}`, saw `{seen}`:\n{shown}"));
        }
        if expected != "silent" {
            self.transcript(tool, shown);
        }
    }

    fn compile_c(&self, file: &str) -> Result<PathBuf, String> {
        let object =
            self.scratch.join(format!("{}.o", flat(&format!("{}-{file}", self.listing.name))));
        let (compiler, standard) =
            if is_cpp(file) { ("c++", "-std=c++17") } else { ("cc", "-std=c11") };
        let output = Command::new(compiler)
            .args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c", "-o"])
            .arg(&object)
            .arg(file)
            .current_dir(crate::book_dir().join("listings"))
            .output()
            .map_err(|e| e.to_string())?;
        if output.status.success() {
            Ok(object)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    fn rustc(&self, mode: &str, objects: &[PathBuf], flags: &[&str]) -> (PathBuf, Output) {
        let program = self.scratch.join(format!("{}-{mode}", flat(&self.listing.name)));
        let mut command = Command::new("rustc");
        if flags.iter().any(|f| f.starts_with("-Z")) {
            command.arg("+nightly").env_remove("RUSTUP_TOOLCHAIN");
        }
        command
            .arg("--edition")
            .arg(self.listing.get("edition").unwrap_or("2024"))
            .args(["-Cdebuginfo=0", "--crate-name", "listing", "--color=never", "-Adead_code"])
            .args(flags)
            .arg("-o")
            .arg(&program);
        if let Some(flags) = self.listing.get("flags") {
            command.args(flags.split_whitespace());
        }
        for object in objects {
            command.arg(format!("-Clink-arg={}", object.display()));
        }
        if self.listing.get("c").is_some_and(|files| files.split_whitespace().any(is_cpp)) {
            command.arg(if cfg!(target_os = "macos") { "-lc++" } else { "-lstdc++" });
        }
        // Explanations would name the version of the compiler.
        let output = command
            .arg(&self.listing.name)
            .current_dir(crate::book_dir().join("listings"))
            .output()
            .expect("rustc can be started");
        (program, output)
    }

    /// Runs a program: a word for its end, and what it printed.
    fn run(&mut self, program: &Path, valgrind: bool) -> (String, String) {
        let mut command = if valgrind {
            let mut command = Command::new("valgrind");
            command
                .args([
                    "--quiet",
                    "--leak-check=full",
                    "--show-leak-kinds=definite",
                    "--errors-for-leak-kinds=definite",
                    "--error-exitcode=99",
                ])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        let output = command
            .env("RUST_BACKTRACE", "0")
            .env(
                "ASAN_OPTIONS",
                "symbolize=1:allow_addr2line=1:detect_leaks=1:fast_unwind_on_malloc=0",
            )
            .current_dir(self.scratch)
            .output()
            .expect("the program can be started");
        self.outcome.ran += 1;
        let mut shown = String::from_utf8_lossy(&output.stdout).into_owned();
        shown.push_str(&String::from_utf8_lossy(&output.stderr));
        (word(&output), normalise(&shown))
    }

    fn miri(&mut self) {
        let Some(sysroot) = self.tools.miri_sysroot.clone() else { return };
        let Some((stacked, tree)) = self.listing.miri() else { return };
        for (model, expected, flag) in
            [("stacked", stacked, None), ("tree", tree, Some("-Zmiri-tree-borrows"))]
        {
            let mut command = Command::new("rustup");
            command.args([
                "run",
                &miri_toolchain(),
                "miri",
                "--sysroot",
                &sysroot,
                "--edition",
            ]);
            command.arg(self.listing.get("edition").unwrap_or("2024"));
            command.args([
                // The directories of the listings have the names of some of them.
                "--crate-name",
                "listing",
                "--color=never",
                "-Zmiri-symbolic-alignment-check",
                "-Zmiri-address-reuse-cross-thread-rate=0",
            ]);
            command.args(flag).arg(&self.listing.name);
            command.current_dir(crate::book_dir().join("listings")).env("RUST_BACKTRACE", "0");
            let Ok(output) = command.output() else {
                return self.fault("Miri cannot be started");
            };
            self.outcome.tool_runs += 1;
            let report = normalise(&String::from_utf8_lossy(&output.stderr));
            let seen = if report.contains("Undefined Behavior") {
                "ub"
            } else if report.contains("memory leaked") {
                "leak"
            } else if report.contains("unsupported operation") {
                "unsupported"
            } else if report.contains("abnormal termination") {
                "abort"
            } else if report.contains("panicked at") {
                "panic"
            } else if output.status.success() {
                "ok"
            } else {
                "something else"
            };
            if seen != expected {
                self.fault(format!(
                    "Miri, {model}: expected {expected}, saw {seen}:\n{report}"
                ));
            }
            if seen != "ok" {
                self.transcript(&format!("miri-{model}"), &report);
            }
        }
    }

    fn transcript(&mut self, kind: &str, shown: &str) {
        let path = self.listing.transcript(kind);
        let shown = format!("{}\n", shown.trim_end());
        if kind.starts_with("miri") && !self.tools.miri_of_record {
            return;
        }
        if self.bless {
            if let Some(dir) = path.parent() {
                let _ = std::fs::create_dir_all(dir);
            }
            if crate::text(&path) != shown
                && let Err(error) = std::fs::write(&path, &shown)
            {
                self.fault(format!("cannot write {}: {error}", path.display()));
            }
        } else if !path.exists() {
            self.fault(format!("no transcript {kind}; `just listings --bless` writes it"));
        } else if !alike(&crate::text(&path), &shown)
            && (self.tools.reference || kind == "rustc")
        {
            self.fault(format!(
                "{kind} differs from its transcript; now it is:\n{shown}\nbut the tree has:\n{}",
                crate::text(&path)
            ));
        }
    }
}

/// The same transcript? Where no symbolizer is installed, frames are missing.
fn alike(recorded: &str, shown: &str) -> bool {
    let bare = |text: &str| {
        let lines: Vec<&str> =
            text.lines().filter(|l| !l.starts_with("    in listing::")).collect();
        lines.join("\n")
    };
    recorded == shown || !shown.contains("    in listing::") && bare(recorded) == bare(shown)
}

fn flat(name: &str) -> String {
    name.replace(['/', '.'], "_")
}

fn word(output: &Output) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = output.status.signal() {
            return if signal == 6 { "abort".into() } else { "signal".into() };
        }
    }
    match output.status.code() {
        Some(0) => "ok".into(),
        Some(101) => "panic".into(),
        Some(code) => format!("exit {code}"),
        None => "signal".into(),
    }
}

fn is_cpp(file: &str) -> bool {
    file.ends_with(".cpp")
}

/// Takes out what changes from run to run: addresses, process and thread
/// numbers, borrow tags, allocation numbers, paths.
pub fn normalise(text: &str) -> String {
    let mut lines = Vec::new();
    let mut in_report = false;
    let mut in_backtrace = false;
    for line in text.lines() {
        // A panic that cannot unwind always shows one, whatever is asked for; its
        // frames are those of the standard library.
        if in_backtrace {
            in_backtrace = line.starts_with(' ');
            if in_backtrace {
                continue;
            }
        }
        if line == "stack backtrace:" {
            in_backtrace = true;
            lines.push(String::from("stack backtrace: …"));
            continue;
        }
        // ThreadSanitizer, AddressSanitizer: `==123==ERROR` and shadow dump.
        if line.starts_with("Shadow bytes around") || line.starts_with("SUMMARY:") {
            in_report = line.starts_with("Shadow bytes");
            if line.starts_with("SUMMARY:") {
                let kind: Vec<&str> = line.split_whitespace().take(3).collect();
                if !line.contains("byte(s) leaked") {
                    lines.push(kind.join(" "));
                }
            }
            continue;
        }
        if in_report {
            if line.contains("ABORTING") {
                in_report = false;
            }
            continue;
        }
        let trimmed = line.trim_start();
        // Of a stack, the frames of the listing: the others change with the version.
        let valgrind = line
            .strip_prefix("==")
            .and_then(|rest| rest.split_once("==    "))
            .map(|(_, rest)| rest);
        let is_frame = trimmed.starts_with('#')
            || valgrind
                .is_some_and(|rest| rest.starts_with("at 0x") || rest.starts_with("by 0x"));
        if is_frame {
            for mark in [" in listing::", ": listing::"] {
                if let Some((_, rest)) = line.split_once(mark) {
                    lines.push(format!("    in {}", frame(&format!("listing::{rest}"))));
                }
            }
            continue;
        }
        lines.push(mask(line));
    }
    let mut text = lines.join("\n");
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    text
}

/// `listing::main (x.rs:4)` or `listing::main /…/listings/pointers/x.rs:4:29` as
/// `listing::main, x.rs:4`.
fn frame(frame: &str) -> String {
    let Some((function, place)) = frame.rsplit_once(' ') else { return frame.to_string() };
    let place = place.trim_matches(['(', ')']);
    let place = place.rsplit_once('/').map_or(place, |(_, file)| file);
    let mut parts = place.split(':');
    let (file, line) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    format!("{function}, {file}:{line}")
}

fn mask(line: &str) -> String {
    // The sources of the standard library stand in the toolchain, or are named
    // by commit.
    let installed = line.find("/lib/rustlib/src/rust/library/").map(|at| {
        let start = line[..at].rfind(' ').map_or(0, |space| space + 1);
        format!("{}/rustc/HASH{}", &line[..start], &line[at + "/lib/rustlib/src/rust".len()..])
    });
    let line = installed.as_deref().unwrap_or(line);
    let unhashed = line.find("/rustc/").and_then(|at| {
        let rest = &line[at + 7..];
        let end = rest.find('/')?;
        rest[..end]
            .chars()
            .all(|c| c.is_ascii_hexdigit())
            .then(|| format!("{}/rustc/HASH{}", &line[..at], &rest[end..]))
    });
    let line = unhashed.as_deref().unwrap_or(line);
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("0x") {
            let digits = after.chars().take_while(char::is_ascii_hexdigit).count();
            if digits >= 6 {
                out.push_str("0x…");
                rest = &after[digits..];
                continue;
            }
        }
        if let Some(after) = rest.strip_prefix("==") {
            let digits = after.chars().take_while(char::is_ascii_digit).count();
            if digits > 0 && after[digits..].starts_with("==") {
                out.push_str("==PID==");
                rest = &after[digits + 2..];
                continue;
            }
        }
        let mut masked = false;
        for (before, after_mark, mark) in [("thread '", ")", " ("), ("<", ">", "")] {
            // `thread 'main' (123) panicked` and borrow tags `<123>`.
            if before == "thread '" && rest.starts_with(before) {
                if let Some(end) = rest[before.len()..].find('\'') {
                    let head = before.len() + end + 1;
                    let tail = &rest[head..];
                    if let Some(number) = tail.strip_prefix(mark) {
                        let digits = number.chars().take_while(char::is_ascii_digit).count();
                        if digits > 0 && number[digits..].starts_with(after_mark) {
                            out.push_str(&rest[..head]);
                            rest = &number[digits + 1..];
                            masked = true;
                        }
                    }
                }
            } else if before == "<" && rest.starts_with('<') {
                let digits = rest[1..].chars().take_while(char::is_ascii_digit).count();
                if digits > 0 && rest[1 + digits..].starts_with('>') {
                    out.push_str("<TAG>");
                    rest = &rest[digits + 2..];
                    masked = true;
                }
            }
        }
        if masked {
            continue;
        }
        if let Some(after) = rest.strip_prefix("alloc") {
            let digits = after.chars().take_while(char::is_ascii_digit).count();
            if digits > 0 {
                out.push_str("allocN");
                rest = &after[digits..];
                continue;
            }
        }
        let next = rest.chars().next().map_or(1, char::len_utf8);
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    out.trim_end().to_string()
}
