//! Building a suite against a submission.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::error::Error;
use crate::manifest::Exercise;
use crate::process::{self, Cancel, Ending, Limits};
use crate::workplace::{self, Workplace};

/// A suite that was built.
#[derive(Debug)]
pub struct Built {
    /// The test binary.
    pub suite: PathBuf,
    /// The library with the student's module, and its list of files read.
    pub library: PathBuf,
    pub depinfo: PathBuf,
}

/// Why there is no suite.
#[derive(Debug)]
pub enum Failed {
    /// The compiler's own words.
    Compiler(String),
    /// The compiler did not come to an end.
    Timeout(Duration),
    Cancelled,
    Grader(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        Failed::Grader(error)
    }
}

/// The first build has the dependencies to compile, later ones only the
/// student's module and the suite.
const COLD: Duration = Duration::from_secs(900);
const WARM: Duration = Duration::from_secs(60);
/// Address space of cargo and of each rustc.
const MEMORY: u64 = 8 << 30;

/// First without the network and with the lock file as it is; where that cannot
/// be, with the network; where the lock file does not fit, with another.
const ATTEMPTS: [&[&str]; 3] = [&["--offline", "--locked"], &["--locked"], &[]];

/// Cargo knows a changed file by its time. A file that came back from elsewhere
/// (`mv`, `cp -p`, an archive) has an old time and would be judged for what stood
/// there before. Unless this very text was built last, and by nobody but us since,
/// the root of the crate then gets a new time.
fn notice_change(workplace: &Workplace, exercise: &Exercise, solutions: bool) {
    let folder = if solutions { "solutions" } else { "exercises" };
    let file = workplace.root.join(folder).join(format!("{}.rs", exercise.stem));
    let ours = workplace.target.join("workbook/built");
    let seen = ours.join(folder).join(&exercise.stem);
    let Ok(text) = fs::read(&file) else { return };
    let time = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let last = last_build(&workplace.target);
    let known = fs::read(&seen).is_ok_and(|before| before == text);
    if time(&file) <= last && !(known && last <= time(&ours.join("last"))) {
        // Where that is not allowed, nothing can have been built either.
        let _ = File::open(workplace.root.join("exercises/lib.rs"))
            .and_then(|root| root.set_modified(SystemTime::now()));
    }
    if !known {
        let _ = fs::create_dir_all(ours.join(folder));
        let _ = fs::write(&seen, text);
    }
}

/// To be called after each of our own builds.
pub fn mark_built(workplace: &Workplace) {
    // Without the mark something may be built once more than needed.
    let _ = fs::write(workplace.target.join("workbook/built/last"), "");
}

/// When the library was built last, by whomever.
fn last_build(target: &Path) -> Option<SystemTime> {
    let builds = fs::read_dir(target.join("debug/.fingerprint")).ok()?.flatten();
    builds
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("unsafe-workbook-"))
        .filter_map(|entry| {
            fs::metadata(entry.path().join("invoked.timestamp")).ok()?.modified().ok()
        })
        .max()
}

/// Builds the suite of `exercise` in `workplace`.
///
/// # Errors
///
/// When the code does not compile, or cargo does not run.
pub fn build(
    workplace: &Workplace,
    exercise: &Exercise,
    solutions: bool,
    colour: bool,
    cancel: &Cancel,
) -> std::result::Result<Built, Failed> {
    notice_change(workplace, exercise, solutions);
    let features = features(exercise, solutions);
    let rendered = if colour { "json-diagnostic-rendered-ansi" } else { "json" };
    let wall = if is_warm(&workplace.target, exercise) { WARM } else { COLD };
    let limits = Limits { wall, memory: Some(MEMORY), processes: 256 };
    let mut messages: Vec<Value> = Vec::new();
    let mut attempts = ATTEMPTS.into_iter();
    let ended = loop {
        let mut command = workplace::command(workplace, "cargo");
        command
            .args(["test", "--no-run", "--no-default-features", "--features", &features])
            .args(["--test", &exercise.stem])
            .arg(format!("--message-format={rendered}"))
            .args(attempts.next().unwrap_or_default());
        messages.clear();
        // Taken as they come: what a process leaves behind is cut in the middle.
        let ended = process::run_watched(command, limits, cancel, &mut |line| {
            messages.extend(serde_json::from_str::<Value>(line).ok());
        })
        .map_err(|e| Error::new(format!("cannot run cargo: {e}")).hint("just doctor"))?;
        let refused = ended.stderr.contains("--offline") || ended.stderr.contains("--locked");
        if !refused || attempts.len() == 0 || !matches!(ended.ending, Ending::Exit(1..)) {
            break ended;
        }
    };
    mark_built(workplace);
    match ended.ending {
        Ending::Timeout => return Err(Failed::Timeout(wall)),
        Ending::Cancelled => return Err(Failed::Cancelled),
        _ => {}
    }
    if ended.ending != Ending::Exit(0) {
        let text = diagnostics(&messages);
        if text.is_empty() {
            // Not the compiler's refusal, but cargo's: offline, a broken lock, …
            return Err(Error::new(format!("cargo could not build:\n{}", ended.stderr.trim()))
                .hint("just doctor")
                .into());
        }
        return Err(Failed::Compiler(text));
    }
    artifacts(&messages)
        .ok_or_else(|| Error::new("cargo built the suite, but did not say where it is").into())
}

/// Whether the dependencies have been compiled, those of this exercise included.
fn is_warm(target: &Path, exercise: &Exercise) -> bool {
    let Ok(listing) = fs::read_dir(target.join("debug/deps")) else { return false };
    if exercise.crates.is_empty() {
        return true;
    }
    let files: Vec<String> =
        listing.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    exercise.crates.iter().all(|name| {
        let library = format!("lib{}-", name.replace('-', "_"));
        files.iter().any(|file| file.starts_with(&library) && file.ends_with(".rlib"))
    })
}

/// The features to build an exercise with.
pub fn features(exercise: &Exercise, solutions: bool) -> String {
    if solutions { format!("{},solutions", exercise.id) } else { exercise.id.clone() }
}

/// The errors among cargo's messages, as the compiler rendered them; warnings
/// only show where there is an error.
fn diagnostics(messages: &[Value]) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for message in messages {
        let diagnostic = &message["message"];
        if message["reason"] == "compiler-message"
            && diagnostic["level"].as_str().is_some_and(|level| level.starts_with("error"))
            && let Some(rendered) = diagnostic["rendered"].as_str()
            && !seen.contains(&rendered)
        {
            seen.push(rendered);
        }
    }
    seen.concat()
}

fn artifacts(messages: &[Value]) -> Option<Built> {
    let of_kind = |kind: &'static str| {
        messages.iter().rev().filter(move |m| {
            m["reason"] == "compiler-artifact"
                && m["target"]["kind"].as_array().is_some_and(|k| k.iter().any(|k| k == kind))
        })
    };
    let suite = of_kind("test").find_map(|m| m["executable"].as_str())?;
    let files: Vec<&str> =
        of_kind("lib").find(|m| m["target"]["name"] == "unsafe_workbook")?["filenames"]
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .collect();
    // The metadata file bears the name under which everything else is kept.
    let metadata = Path::new(files.iter().find(|f| f.ends_with(".rmeta"))?);
    let library = metadata.with_extension("rlib");
    let library = if library.exists() {
        library
    } else {
        PathBuf::from(files.iter().find(|f| f.ends_with(".rlib"))?)
    };
    let name = metadata.file_stem()?.to_str()?.trim_start_matches("lib");
    let depinfo = metadata.with_file_name(format!("{name}.d"));
    Some(Built { suite: PathBuf::from(suite), library, depinfo })
}
