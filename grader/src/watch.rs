//! `workbook watch [EX]`: judge again at every save.
//!
//! The files are looked at a few times a second, which works on every system
//! and with every way an editor saves. The check runs as a process of its own:
//! the next save ends it, with all that it has started.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::context::Context;
use crate::manifest::Exercise;
use crate::progress::Progress;
use crate::terminal::{self, Keys};
use crate::text::say;
use crate::tool::{self, Stopped};
use crate::{hint, list};

/// How often the files are looked at.
const GLANCE: Duration = Duration::from_millis(50);
/// A save is complete when a file has not changed for this long.
const SETTLED: Duration = Duration::from_millis(200);

/// The exit code after a signal, as shells have it after Ctrl-C.
const INTERRUPTED: u8 = 130;

/// Watches `chosen`; without one, all exercises, and judges the one that was
/// saved: to begin with, the first that is not passed.
pub fn run(ctx: &Context, chosen: Option<&Exercise>, arguments: &[String]) -> ExitCode {
    let exercises: Vec<&Exercise> = match chosen {
        Some(exercise) => vec![exercise],
        None => ctx.manifest.exercises.iter().collect(),
    };
    let progress = Progress::load(&ctx.root);
    let begun = exercises.iter().find(|exercise| !progress.get(&exercise.id).passed);
    let Some(first) = begun.or(exercises.first()).copied() else {
        eprintln!("error: the manifest exercises/workbook.toml lists no exercise");
        return ExitCode::from(2);
    };
    terminal::heed_signals();
    let mut watch = Watch {
        ctx,
        arguments,
        current: first,
        watched: exercises.iter().map(|exercise| Watched::new(ctx, exercise)).collect(),
        check: None,
        keys: Keys::open(),
    };
    watch.start_check();
    while !terminal::is_ended() {
        if let Some(exercise) = watch.saved() {
            watch.current = exercise;
            watch.start_check();
        }
        watch.finished();
        while let Some(key) = watch.keys.as_ref().and_then(Keys::pressed) {
            if !watch.press(key) {
                watch.end();
                return ExitCode::SUCCESS;
            }
        }
        thread::sleep(GLANCE);
    }
    watch.end();
    ExitCode::from(INTERRUPTED)
}

struct Watch<'a> {
    ctx: &'a Context,
    /// Options for each check.
    arguments: &'a [String],
    current: &'a Exercise,
    watched: Vec<Watched<'a>>,
    check: Option<Stopped>,
    keys: Option<Keys>,
}

impl<'a> Watch<'a> {
    /// The exercise whose save has just been completed. A running check ends as
    /// soon as a save begins.
    fn saved(&mut self) -> Option<&'a Exercise> {
        let mut saved = None;
        for watched in &mut self.watched {
            match watched.look() {
                Look::Same => {}
                Look::Changing => {
                    if let Some(mut check) = self.check.take() {
                        check.stop();
                    }
                }
                Look::Saved => saved = Some(watched.exercise),
            }
        }
        saved
    }

    fn start_check(&mut self) {
        self.check = None;
        self.clear();
        let style = &self.ctx.style;
        say!("{}", style.dim(format!("watching exercises/{}.rs", self.current.stem)));
        let mut command = match env::current_exe() {
            Ok(program) => Command::new(program),
            Err(_) => Command::new("workbook"),
        };
        command
            .arg("check")
            .arg(&self.current.id)
            .args(self.arguments)
            .current_dir(&self.ctx.root)
            .stdin(Stdio::null());
        tool::own_group(&mut command);
        match command.spawn() {
            Ok(child) => self.check = Some(Stopped(child)),
            Err(error) => eprintln!("error: the check cannot be started: {error}"),
        }
    }

    /// Says what can be done once the check has ended.
    fn finished(&mut self) {
        let Some(check) = &mut self.check else { return };
        if let Ok(Some(_)) = check.0.try_wait() {
            self.check = None;
            self.footer();
        }
    }

    fn footer(&self) {
        let style = &self.ctx.style;
        if self.keys.is_some() {
            let text = "waiting for a save   h hint   l list   n next   q quit";
            say!("\n{}", style.dim(text));
        } else {
            say!("\nwaiting for a save (Ctrl-C ends)");
        }
    }

    /// Does what `key` stands for; `false` ends the watch.
    fn press(&mut self, key: char) -> bool {
        match key {
            // Ctrl-C and Ctrl-D arrive as keys.
            'q' | 'Q' | '\u{3}' | '\u{4}' => return false,
            'h' | 'H' => {
                self.new_line();
                hint::run(self.ctx, self.current, &hint::Request::default());
                self.still_waiting();
            }
            'l' | 'L' => {
                self.new_line();
                list::run(self.ctx);
                self.still_waiting();
            }
            'n' | 'N' => self.next(),
            _ => {}
        }
        true
    }

    /// Leaves the line on which a check shows how far it is.
    fn new_line(&self) {
        match (&self.check, self.ctx.style.colour()) {
            (Some(_), true) => print!("\r\u{1b}[2K"),
            _ => say!(),
        }
        let _ = std::io::stdout().flush();
    }

    fn still_waiting(&self) {
        if self.check.is_none() {
            self.footer();
        }
    }

    /// Ends the check, if one is running.
    fn end(&mut self) {
        if let Some(mut check) = self.check.take() {
            check.stop();
            say!();
        }
    }

    /// Goes to the first exercise that is not passed, from here on.
    fn next(&mut self) {
        let progress = Progress::load(&self.ctx.root);
        let all = &self.ctx.manifest.exercises;
        let here = all.iter().position(|exercise| exercise.id == self.current.id).unwrap_or(0);
        let later = all[here + 1..].iter().chain(&all[..here]);
        let Some(exercise) = later.into_iter().find(|e| !progress.get(&e.id).passed) else {
            say!("\nEvery other exercise is passed.");
            return;
        };
        if !self.watched.iter().any(|watched| watched.exercise.id == exercise.id) {
            self.watched = vec![Watched::new(self.ctx, exercise)];
        }
        self.current = exercise;
        self.start_check();
    }

    /// A fresh screen, where there is one.
    fn clear(&self) {
        let dumb = env::var("TERM").is_ok_and(|term| term == "dumb");
        if self.keys.is_some() && std::io::stdout().is_terminal() && !dumb {
            print!("\u{1b}[2J\u{1b}[3J\u{1b}[H");
        } else {
            say!();
        }
        let _ = std::io::stdout().flush();
    }
}

/// The files of one exercise that a student changes.
struct Watched<'a> {
    exercise: &'a Exercise,
    files: Vec<PathBuf>,
    seen: Vec<Option<Trace>>,
    changed: Option<Instant>,
}

/// What tells one state of a file from another. The content is part of it:
/// some file systems count time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trace {
    modified: Option<SystemTime>,
    content: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Same,
    /// A save has begun: wait until it is complete.
    Changing,
    Saved,
}

impl<'a> Watched<'a> {
    fn new(ctx: &Context, exercise: &'a Exercise) -> Watched<'a> {
        let folder = ctx.root.join("exercises");
        let files = vec![
            folder.join(format!("{}.rs", exercise.stem)),
            folder.join(format!("{}_audit.toml", exercise.id)),
        ];
        let seen = files.iter().map(|file| trace(file)).collect();
        Watched { exercise, files, seen, changed: None }
    }

    fn look(&mut self) -> Look {
        let now: Vec<Option<Trace>> = self.files.iter().map(|file| trace(file)).collect();
        if now != self.seen {
            self.seen = now;
            self.changed = Some(Instant::now());
            return Look::Changing;
        }
        match self.changed {
            // The module is away while an editor renames: its return is the save.
            Some(_) if self.seen[0].is_none() => Look::Changing,
            Some(since) if since.elapsed() >= SETTLED => {
                self.changed = None;
                Look::Saved
            }
            Some(_) => Look::Changing,
            None => Look::Same,
        }
    }
}

fn trace(file: &Path) -> Option<Trace> {
    let content = fs::read(file).ok()?;
    let modified = file.metadata().and_then(|data| data.modified()).ok();
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    Some(Trace { modified, content: hasher.finish() })
}
