//! The verb `watch`, through the real binary: with keys on a terminal of its
//! own, and without a terminal. A `cargo` in the PATH takes its time, so that a
//! save can come too early for it.

#![cfg(unix)]

mod verbs_fixture;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use verbs_fixture::Workbook;

/// Writes down its number as a process and builds for a long time.
const CARGO: &str =
    "#!/bin/sh\nhere=$(dirname \"$0\")\necho $$ >> \"$here/builds\"\nexec sleep 60\n";

/// More than enough for anything that happens at once.
const PATIENCE: Duration = Duration::from_secs(20);

fn workbook() -> Workbook {
    let workbook = Workbook::new();
    workbook.write("bin/cargo", CARGO);
    // Where the pinned toolchain is asked for, this is it.
    workbook.write("bin/rustc", "#!/bin/sh\ndirname \"$(dirname \"$0\")\"\n");
    for name in ["cargo", "rustc"] {
        let path = workbook.root.join("bin").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    workbook
}

/// The process numbers of the builds that have been started.
fn builds(workbook: &Workbook) -> Vec<String> {
    let text = fs::read_to_string(workbook.root.join("bin/builds")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The sleepers of this test that are alive: a namespace may show other numbers
/// outside, so they are found by the file that they have as their program.
#[cfg(target_os = "linux")]
fn building(workbook: &Workbook) -> usize {
    let mine = workbook.root.to_string_lossy().into_owned();
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let folder = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
            line.starts_with(b"sleep\x0060") && folder.to_string_lossy().starts_with(&mine)
        })
        .count()
}

#[track_caller]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A watch that is running, and what it has printed so far.
struct Watch {
    child: Child,
    screen: Arc<Mutex<String>>,
    terminal: Option<File>,
}

impl Watch {
    /// Without a terminal.
    fn piped(workbook: &Workbook, line: &str) -> Watch {
        let mut command = workbook.command(line);
        command.env("PATH", path(workbook));
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let screen = collect(child.stdout.take().unwrap());
        Watch { child, screen, terminal: None }
    }

    /// On a terminal of 80 columns.
    fn on_terminal(workbook: &Workbook, line: &str) -> Watch {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&controller).unwrap();
        unlockpt(&controller).unwrap();
        let name = ptsname(&controller, Vec::new()).unwrap();
        let terminal =
            rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).unwrap();
        let mut command = workbook.command(line);
        command.env("PATH", path(workbook)).env("TERM", "xterm");
        command.stdin(terminal.try_clone().unwrap());
        command.stdout(terminal.try_clone().unwrap());
        command.stderr(terminal.try_clone().unwrap());
        let child = command.spawn().unwrap();
        let screen = collect(File::from(controller.try_clone().unwrap()));
        // Held open, so that its modes can be looked at afterwards.
        std::mem::forget(terminal);
        Watch { child, screen, terminal: Some(File::from(controller)) }
    }

    fn press(&mut self, key: &str) {
        self.terminal.as_mut().unwrap().write_all(key.as_bytes()).unwrap();
    }

    fn shows(&self, text: &str) -> bool {
        self.screen.lock().unwrap().contains(text)
    }

    #[track_caller]
    fn wait_for(&self, text: &str) {
        wait_until(text, || self.shows(text));
    }

    #[track_caller]
    fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the end of the watch", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }

    /// The terminal takes whole lines and echoes them, as a shell wants it.
    fn terminal_is_in_order(&self) -> bool {
        let modes = tcgetattr(self.terminal.as_ref().unwrap()).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn path(workbook: &Workbook) -> String {
    format!("{}/bin:{}", workbook.root.display(), std::env::var("PATH").unwrap())
}

fn collect(mut source: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let screen = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&screen);
    thread::spawn(move || {
        let mut chunk = [0; 1024];
        while let Ok(count @ 1..) = source.read(&mut chunk) {
            shared.lock().unwrap().push_str(&String::from_utf8_lossy(&chunk[..count]));
        }
    });
    screen
}

#[test]
fn every_save_starts_a_check_and_ends_the_one_before() {
    let workbook = workbook();
    let watch = Watch::piped(&workbook, "watch ex1 --no-miri");
    watch.wait_for("watching exercises/ex1_tiny.rs");
    wait_until("the first build", || builds(&workbook).len() == 1);

    // Written in place.
    workbook.write("exercises/ex1_tiny.rs", "// one\n");
    wait_until("the second build", || builds(&workbook).len() == 2);
    // Written beside it and renamed, as many editors do.
    workbook.write("exercises/ex1_tiny.rs.new", "// two\n");
    let file = workbook.root.join("exercises/ex1_tiny.rs");
    fs::rename(workbook.root.join("exercises/ex1_tiny.rs.new"), &file).unwrap();
    wait_until("the third build", || builds(&workbook).len() == 3);
    // Away for a moment.
    fs::remove_file(&file).unwrap();
    thread::sleep(Duration::from_millis(600));
    assert_eq!(builds(&workbook).len(), 3, "a file that is away is not judged");
    fs::write(&file, "// three\n").unwrap();
    wait_until("the fourth build", || builds(&workbook).len() == 4);

    #[cfg(target_os = "linux")]
    wait_until("the end of all but the last", || building(&workbook) == 1);
    drop(watch);
    #[cfg(target_os = "linux")]
    wait_until("the end of the last, after SIGKILL", || building(&workbook) == 0);
}

#[test]
fn several_writes_in_a_row_are_one_save() {
    let workbook = workbook();
    let _watch = Watch::piped(&workbook, "watch ex1");
    wait_until("the first build", || !builds(&workbook).is_empty());
    // On a machine that is too busy the writes are not in a row: once more.
    for _ in 0..20 {
        let before = builds(&workbook).len();
        let mut longest = Duration::ZERO;
        for part in 0..8 {
            let start = Instant::now();
            workbook.write("exercises/ex1_tiny.rs", &format!("// {before}, part {part}\n"));
            thread::sleep(Duration::from_millis(40));
            longest = longest.max(start.elapsed());
        }
        wait_until("the next build", || builds(&workbook).len() > before);
        thread::sleep(Duration::from_millis(600));
        if longest < Duration::from_millis(100) {
            assert_eq!(builds(&workbook).len(), before + 1);
            return;
        }
    }
}

#[test]
fn without_a_name_the_saved_exercise_is_judged() {
    let workbook = workbook();
    let watch = Watch::piped(&workbook, "watch");
    watch.wait_for("watching exercises/ex1_tiny.rs");
    wait_until("the first build", || builds(&workbook).len() == 1);
    workbook.write("exercises/ex3_audit.toml", "# filled in\n");
    watch.wait_for("watching exercises/ex3_audit.rs");
}

#[test]
fn keys_bring_hint_list_next_and_the_end() {
    let workbook = workbook();
    let mut watch = Watch::on_terminal(&workbook, "watch ex1");
    watch.wait_for("watching exercises/ex1_tiny.rs");
    wait_until("keys one by one", || !watch.terminal_is_in_order());
    watch.press("h");
    watch.wait_for("Think of a number.");
    watch.press("h");
    watch.wait_for("It is smaller than two.");
    watch.press("l");
    watch.wait_for("0 of 3 passed");
    watch.press("n");
    watch.wait_for("watching exercises/ex2_circular_buffer.rs");
    watch.press("q");
    assert_eq!(watch.ended().code(), Some(0));
    assert!(watch.terminal_is_in_order());
}

#[test]
fn the_terminal_is_given_back_at_every_end() {
    for end in ["\u{3}", "\u{4}"] {
        let workbook = workbook();
        let mut watch = Watch::on_terminal(&workbook, "watch ex1");
        wait_until("keys one by one", || !watch.terminal_is_in_order());
        watch.press(end);
        assert_eq!(watch.ended().code(), Some(0));
        assert!(watch.terminal_is_in_order(), "after the key {end:?}");
    }
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::HUP] {
        let workbook = workbook();
        let mut watch = Watch::on_terminal(&workbook, "watch ex1");
        wait_until("keys one by one", || !watch.terminal_is_in_order());
        let pid = rustix::process::Pid::from_child(&watch.child);
        rustix::process::kill_process(pid, signal).unwrap();
        assert_eq!(watch.ended().code(), Some(130));
        assert!(watch.terminal_is_in_order(), "after {signal:?}");
    }
}
