//! What every verb starts from: the workspace and its manifest.

use std::env;
use std::path::PathBuf;

use crate::manifest::{self, Exercise, Manifest};
use crate::style::Style;

/// The workspace, its manifest, and what stdout can show.
#[derive(Debug, Clone)]
pub struct Context {
    pub root: PathBuf,
    pub manifest: Manifest,
    pub style: Style,
}

impl Context {
    /// Finds the workspace at or above the current folder and reads its
    /// manifest.
    ///
    /// # Errors
    ///
    /// A text that says what is missing and what to do.
    pub fn load() -> Result<Context, String> {
        let here = env::current_dir().map_err(|error| format!("no current folder: {error}"))?;
        let root = here
            .ancestors()
            .find(|folder| folder.join(manifest::PATH).is_file())
            .ok_or_else(|| {
                format!(
                    "no {} in {} or above it: run this command inside the workbook's folder",
                    manifest::PATH,
                    here.display()
                )
            })?
            .to_path_buf();
        let manifest = Manifest::load(&root)?;
        Ok(Context { root, manifest, style: Style::of_stdout() })
    }

    /// The exercises of these names, all where there is none, each once.
    ///
    /// # Errors
    ///
    /// A text about the first name that no exercise has.
    pub fn exercises(&self, names: &[String]) -> Result<Vec<&Exercise>, String> {
        if names.is_empty() {
            return Ok(self.manifest.exercises.iter().collect());
        }
        let mut found: Vec<&Exercise> = Vec::new();
        for name in names {
            let exercise = self.manifest.find(name).map_err(|unknown| unknown.to_string())?;
            if !found.iter().any(|known| known.id == exercise.id) {
                found.push(exercise);
            }
        }
        Ok(found)
    }

    /// Where cargo builds: `target` below the root, or `CARGO_TARGET_DIR`.
    pub fn target_dir(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
            Some(folder) => self.root.join(folder),
            None => self.root.join("target"),
        }
    }
}
