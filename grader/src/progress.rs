//! What the student has reached, in one small file: `.workbook/progress.json`.
//!
//! It is keyed by the exercise's name, and whatever a newer version of this
//! program wrote into it is kept. It is replaced as a whole, by a rename, so it
//! is either the old file or the new one whenever somebody looks. A file that
//! cannot be read is set aside under a dated name and never stops a check.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::stamp;

/// The folder of the student's own records, in the workspace root.
pub const FOLDER: &str = ".workbook";
const FILE: &str = "progress.json";

/// What is known about one exercise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// The best score and what that run could reach.
    pub best: f64,
    pub best_max: f64,
    /// The same for the last run.
    pub last: f64,
    pub last_max: f64,
    pub runs: u64,
    /// A run has reached every point that it could reach.
    pub passed: bool,
    /// The first test that failed in the last run.
    pub failing: Option<String>,
    /// How many general hints have been shown.
    pub hints: u64,
    /// The tests whose own hint has been shown.
    pub test_hints: Vec<String>,
}

/// The outcome of one run, as `record` takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub score: f64,
    pub max_score: f64,
    pub passed: bool,
    pub failing: Option<String>,
}

/// The progress file, read whole.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    file: Map<String, Value>,
}

impl Progress {
    /// Reads the file below `root`. A missing one is an empty one; a broken one
    /// is set aside, with one line on stderr.
    pub fn load(root: &Path) -> Progress {
        let path = path(root);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Progress::default();
            }
            Err(error) => {
                eprintln!("warning: cannot read {}: {error}", path.display());
                return Progress::default();
            }
        };
        match serde_json::from_slice(&text) {
            Ok(Value::Object(file)) if exercises_are_readable(&file) => Progress { file },
            _ => {
                set_aside(&path);
                Progress::default()
            }
        }
    }

    /// The record of the exercise `id`; an empty one when there is none.
    pub fn get(&self, id: &str) -> Record {
        let Some(entry) = self.file.get("exercises").and_then(|all| all.get(id)) else {
            return Record::default();
        };
        let number = |key: &str| entry.get(key).and_then(Value::as_f64).unwrap_or(0.0);
        let count = |key: &str| entry.get(key).and_then(Value::as_u64).unwrap_or(0);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Record {
            best: number("best"),
            best_max: number("best_max"),
            last: number("last"),
            last_max: number("last_max"),
            runs: count("runs"),
            passed: entry.get("passed").and_then(Value::as_bool).unwrap_or(false),
            failing: entry.get("failing").and_then(text),
            hints: count("hints"),
            test_hints: entry
                .get("test_hints")
                .and_then(Value::as_array)
                .map(|all| all.iter().filter_map(text).collect())
                .unwrap_or_default(),
        }
    }

    /// Replaces the record of `id`, and keeps every key that is not ours.
    fn set(&mut self, id: &str, record: &Record) {
        self.file.entry("schema").or_insert(json!(1));
        let all = self.file.entry("exercises").or_insert_with(|| json!({}));
        let Some(all) = all.as_object_mut() else { return };
        let entry = all.entry(id).or_insert_with(|| json!({}));
        let Some(entry) = entry.as_object_mut() else { return };
        entry.insert("best".into(), json!(record.best));
        entry.insert("best_max".into(), json!(record.best_max));
        entry.insert("last".into(), json!(record.last));
        entry.insert("last_max".into(), json!(record.last_max));
        entry.insert("runs".into(), json!(record.runs));
        entry.insert("passed".into(), json!(record.passed));
        entry.insert("failing".into(), json!(record.failing));
        entry.insert("hints".into(), json!(record.hints));
        entry.insert("test_hints".into(), json!(record.test_hints));
    }
}

/// Changes the record of `id` under a lock, so that two checks at the same time
/// lose nothing of each other. Progress is a convenience: a failure to keep it
/// is a warning.
pub fn change(root: &Path, id: &str, edit: impl FnOnce(&mut Record)) {
    let write = || -> io::Result<()> {
        let _lock = lock(root)?;
        let mut progress = Progress::load(root);
        let mut record = progress.get(id);
        edit(&mut record);
        progress.set(id, &record);
        let mut text = serde_json::to_vec_pretty(&progress.file)?;
        text.push(b'\n');
        replace(&path(root), &text)
    };
    if let Err(error) = write() {
        eprintln!("warning: progress is not kept: {}: {error}", path(root).display());
    }
}

/// Keeps the outcome of a run of `check`.
pub fn record(root: &Path, id: &str, outcome: &Outcome) {
    change(root, id, |record| {
        record.last = outcome.score;
        record.last_max = outcome.max_score;
        record.runs += 1;
        record.passed |= outcome.passed;
        record.failing.clone_from(&outcome.failing);
        if outcome.score >= record.best {
            record.best = outcome.score;
            record.best_max = outcome.max_score;
        }
    });
}

/// Waits until no other process of this program writes below `root`. The lock
/// ends with the value, or with the process.
///
/// # Errors
///
/// When the student's folder of records cannot be made.
pub fn lock(root: &Path) -> io::Result<File> {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let file = File::create(folder.join("lock"))?;
    file.lock()?;
    Ok(file)
}

/// Writes `content` to `path` so that the file is never half written: into a
/// neighbour first, which then takes its name. The caller holds the [`lock`],
/// so a neighbour that is there is what a killed process has left.
///
/// # Errors
///
/// When the neighbour cannot be written or renamed; `path` is then as it was.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let neighbour = folder.join(format!(".{name}.new"));
    let write = || {
        let mut file = File::create(&neighbour)?;
        file.write_all(content)?;
        file.sync_all()?;
        if let Ok(old) = fs::metadata(path) {
            fs::set_permissions(&neighbour, old.permissions())?;
        }
        fs::rename(&neighbour, path)
    };
    let result = write();
    if result.is_err() {
        let _ = fs::remove_file(&neighbour);
    }
    // The rename itself survives a power cut once the folder is written out;
    // not every system can do that, and none needs it for a kill.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    result
}

/// Where the progress file of the workspace `root` stands.
pub fn path(root: &Path) -> PathBuf {
    root.join(FOLDER).join(FILE)
}

fn exercises_are_readable(file: &Map<String, Value>) -> bool {
    match file.get("exercises") {
        None => true,
        Some(all) => all.as_object().is_some_and(|all| all.values().all(Value::is_object)),
    }
}

/// Renames a file that cannot be read, and says so in one line.
fn set_aside(path: &Path) {
    let aside = stamp::free_name(path, "broken", stamp::now());
    match fs::rename(path, &aside) {
        Ok(()) => eprintln!(
            "warning: the progress file could not be read; it is kept as {} and a new one is begun",
            aside.display()
        ),
        Err(error) => {
            eprintln!("warning: the progress file cannot be read, nor set aside: {error}");
        }
    }
}
