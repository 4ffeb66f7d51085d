//! The manifest, `exercises/workbook.toml`: what exists and what it is worth.

use std::fmt;
use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;

/// Where the manifest stands, below the workspace root.
pub const PATH: &str = "exercises/workbook.toml";
const SCHEMA: u64 = 1;

/// The whole course.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    schema: u64,
    #[serde(rename = "exercise", default)]
    pub exercises: Vec<Exercise>,
}

/// One exercise.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Exercise {
    /// `ex2`: the name of the cargo feature.
    pub id: String,
    /// `ex2_circular_buffer`: the name of the module, its file and its suite.
    pub stem: String,
    pub title: String,
    /// The chapter of the book, below the workspace root; it may not exist yet.
    pub chapter: String,
    /// The points of each stage.
    pub points: IndexMap<String, u32>,
    /// A text that every failing test of the untouched stub shows.
    pub stub_fails: String,
    /// Symbols that the student's module may export.
    #[serde(default)]
    pub allowed_symbols: Vec<String>,
    /// The suite has threads: Miri tries several schedules.
    #[serde(default)]
    pub threads: bool,
    /// Why Miri cannot run the suite; empty where it can.
    #[serde(default)]
    pub without_miri: String,
    /// Crates that this exercise alone needs. They are compiled at its first check.
    #[serde(default)]
    pub crates: Vec<String>,
    /// From a nudge to nearly the solution.
    #[serde(default)]
    pub hints: Vec<String>,
    /// Tests that the untouched stub passes already.
    #[serde(default)]
    pub given: Vec<String>,
    /// Every test of the suite, by its path, with its own hint or "".
    pub tests: IndexMap<String, String>,
}

impl Exercise {
    /// `2` for `ex2`.
    pub fn number(&self) -> &str {
        self.id.strip_prefix("ex").unwrap_or(&self.id)
    }

    /// `circular-buffer` for `ex2_circular_buffer`.
    pub fn name(&self) -> String {
        let rest = self.stem.strip_prefix(&self.id).unwrap_or(&self.stem);
        rest.trim_start_matches('_').replace('_', "-")
    }

    /// The student's file, below the workspace root.
    pub fn file(&self) -> String {
        format!("exercises/{}.rs", self.stem)
    }

    /// The tests of one stage, in the order of the manifest.
    pub fn tests_of<'a>(&'a self, stage: &'a str) -> impl Iterator<Item = &'a str> {
        self.tests.keys().map(String::as_str).filter(move |test| stage_of(test) == stage)
    }

    /// The hint that belongs to one test.
    pub fn hint_for(&self, test: &str) -> Option<&str> {
        self.tests.get(test).map(String::as_str).filter(|hint| !hint.is_empty())
    }

    fn answers_to(&self, name: &str) -> bool {
        let name = name.to_lowercase().replace('_', "-");
        [&self.id, self.number(), &self.name(), &self.stem.replace('_', "-")]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(&name))
    }
}

/// The stages, in the order in which they are run. `control` has no points;
/// `review` and `miri` are no modules of the suite.
pub const STAGES: [&str; 9] = [
    "control",
    "unit",
    "diagnosis",
    "audit",
    "property",
    "memory",
    "compile_fail",
    "review",
    "miri",
];

/// `unit` for `unit::fifo_order`.
pub fn stage_of(test: &str) -> &str {
    test.split("::").next().unwrap_or(test)
}

impl Manifest {
    /// Reads the manifest of the workspace at `root`.
    ///
    /// # Errors
    ///
    /// A text that says what is wrong with the file, and where.
    pub fn load(root: &Path) -> Result<Manifest, String> {
        let path = root.join(PATH);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let manifest: Manifest =
            toml::from_str(&text).map_err(|error| format!("{PATH} is not valid:\n{error}"))?;
        if manifest.schema != SCHEMA {
            return Err(format!(
                "{PATH} has schema {}, this program knows schema {SCHEMA}",
                manifest.schema
            ));
        }
        Ok(manifest)
    }

    /// The exercise that a person means by `name`: `ex2`, `2`,
    /// `circular-buffer`, or the name of its file.
    ///
    /// # Errors
    ///
    /// When there is none; the error displays the nearest one and the list.
    pub fn find(&self, name: &str) -> Result<&Exercise, Unknown<'_>> {
        let wanted = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
        self.exercises
            .iter()
            .find(|exercise| exercise.answers_to(&wanted))
            .ok_or_else(|| Unknown { name: name.to_owned(), manifest: self })
    }
}

/// A name that no exercise has.
#[derive(Debug)]
pub struct Unknown<'a> {
    name: String,
    manifest: &'a Manifest,
}

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no exercise `{}`", self.name)?;
        let wanted = self.name.to_lowercase().replace('_', "-");
        let near = |own: &str| crate::text::distance(&wanted, own);
        let best = self
            .manifest
            .exercises
            .iter()
            .map(|exercise| (near(&exercise.id).min(near(&exercise.name())), exercise))
            .min_by_key(|(distance, _)| *distance);
        if let Some((distance, exercise)) = best
            && distance <= 1 + wanted.len() / 4
        {
            write!(f, "; did you mean `{}` ({})?", exercise.id, exercise.name())?;
        }
        write!(f, "\nthe exercises are:")?;
        for exercise in &self.manifest.exercises {
            write!(f, "\n  {:<4} {:<20} {}", exercise.id, exercise.name(), exercise.title)?;
        }
        Ok(())
    }
}
