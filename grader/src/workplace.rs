//! Where a submission is judged: the workspace itself, or a scratch copy of it
//! in which one file is another.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use toml::{Table, Value};

use crate::error::{Error, Result};
use crate::manifest::Exercise;

/// A workspace to build in, and the target folder to build into.
#[derive(Debug)]
pub struct Workplace {
    pub root: PathBuf,
    pub target: PathBuf,
    /// Of a scratch copy: what it is a copy of.
    original: Option<PathBuf>,
    /// Held while a scratch copy is in use.
    _lock: Option<File>,
}

/// What a scratch copy holds. No solutions: nothing can include them.
const COPIED: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "build.rs",
    "bindings/sqlite3",
    "csrc",
    "exercises",
    "tests",
    "ui-tests",
];

/// Submissions are small.
const LARGEST_SUBMISSION: u64 = 1 << 20;

impl Workplace {
    /// The workspace of the student.
    pub fn own(root: &Path) -> Workplace {
        Workplace {
            root: root.to_owned(),
            target: target_folder(root),
            original: None,
            _lock: None,
        }
    }

    /// The place of a scratch copy that no other run of the grader uses; what it
    /// holds comes with [`renew`](Self::renew) or [`submit`](Self::submit). Places
    /// are kept from run to run, so only what has changed is built again.
    ///
    /// # Errors
    ///
    /// When the place cannot be made.
    pub fn scratch(root: &Path) -> Result<Workplace> {
        let base = target_folder(root).join("workbook");
        let failed = |e: io::Error| Error::new(format!("cannot make a scratch copy: {e}"));
        for number in 0.. {
            let place = base.join(format!("scratch-{number}"));
            fs::create_dir_all(&place).map_err(failed)?;
            let lock = File::create(place.join("lock")).map_err(failed)?;
            if lock.try_lock().is_err() {
                continue;
            }
            return Ok(Workplace {
                root: place.join("workspace"),
                target: place.join("target"),
                original: Some(root.to_owned()),
                _lock: Some(lock),
            });
        }
        unreachable!("the numbers do not end")
    }

    /// Makes a scratch copy what it is to hold: the submission before may have changed
    /// the suite, or anything else.
    ///
    /// # Errors
    ///
    /// When the copy cannot be made.
    pub fn renew(&self) -> Result<()> {
        let Some(original) = &self.original else { return Ok(()) };
        for name in COPIED {
            mirror(&original.join(name), &self.root.join(name))
                .map_err(|e| Error::new(format!("cannot make a scratch copy: {e}")))?;
        }
        stand_ins(original, &self.root)
    }

    /// Puts a submission in the place of the student's file. For an exercise
    /// with an audit, the audit comes along: `<name>.audit.toml` beside the
    /// submission. True when the exercise has an audit and none was there.
    ///
    /// # Errors
    ///
    /// When `file` is no file that can be judged.
    pub fn submit(&self, exercise: &Exercise, file: &Path) -> Result<bool> {
        let text = read_submission(file)?;
        self.renew()?;
        put(&self.root.join(exercise.file()), text.as_bytes())?;
        if !exercise.points.contains_key("audit") {
            return Ok(false);
        }
        let audit = file.with_extension("audit.toml");
        let place = self.root.join(format!("exercises/{}_audit.toml", exercise.id));
        if audit.exists() {
            put(&place, read_submission(&audit)?.as_bytes())?;
            return Ok(false);
        }
        Ok(true)
    }
}

/// Cargo wants every member of the workspace. Those that a scratch copy does not
/// hold are there by their manifests, with empty targets.
fn stand_ins(root: &Path, copy: &Path) -> Result<()> {
    let manifest = |path: &Path| -> Result<Table> {
        fs::read_to_string(path)
            .map_err(|e| e.to_string())
            .and_then(|text| text.parse::<Table>().map_err(|e| e.to_string()))
            .map_err(|e| Error::new(format!("cannot read {}: {e}", path.display())))
    };
    let workspace = manifest(&root.join("Cargo.toml"))?;
    let members = workspace
        .get("workspace")
        .and_then(|w| w.get("members"))
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for member in members.iter().filter_map(Value::as_str) {
        if COPIED.iter().any(|copied| Path::new(member).starts_with(copied)) {
            continue;
        }
        let place = copy.join(member);
        let own = root.join(member).join("Cargo.toml");
        let failed = |e: io::Error| Error::new(format!("cannot make a scratch copy: {e}"));
        mirror(&own, &place.join("Cargo.toml")).map_err(failed)?;
        for target in targets(&manifest(&own)?) {
            write_if_changed(&place.join(target), b"fn main() {}\n").map_err(failed)?;
        }
    }
    Ok(())
}

/// The files that a package's manifest names, or that cargo looks for.
fn targets(manifest: &Table) -> Vec<String> {
    let path = |target: &Value, otherwise: String| {
        let named = target.get("path").and_then(Value::as_str);
        named.map_or(otherwise, str::to_owned)
    };
    let mut files = Vec::new();
    if let Some(library) = manifest.get("lib") {
        files.push(path(library, String::from("src/lib.rs")));
    }
    for (kind, folder) in [("bin", "src/bin"), ("test", "tests"), ("bench", "benches")] {
        let list = manifest.get(kind).and_then(Value::as_array);
        for target in list.map_or(&[][..], Vec::as_slice) {
            let name = target.get("name").and_then(Value::as_str).unwrap_or("main");
            files.push(path(target, format!("{folder}/{name}.rs")));
        }
    }
    if files.is_empty() {
        files.push(String::from("src/main.rs"));
    }
    files
}

/// Writes a file that must be newer than what was built from its predecessor.
fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    write_if_changed(path, bytes)
        .map_err(|e| Error::new(format!("cannot write {}: {e}", path.display())))
}

/// What stands where a file with code must be, when it is none. A link would be
/// judged for what somebody else wrote.
pub fn no_regular_file(meta: &fs::Metadata) -> Option<&'static str> {
    match meta.is_symlink() {
        true => Some("a symbolic link"),
        false => (!meta.is_file()).then_some("not a regular file"),
    }
}

/// Reads a submission: a regular file of text, of a sensible size.
fn read_submission(file: &Path) -> Result<String> {
    let named = file.display();
    let meta = fs::symlink_metadata(file)
        .map_err(|e| Error::new(format!("cannot read the submission {named}: {e}")))?;
    if let Some(what) = no_regular_file(&meta) {
        return Err(Error::new(format!(
            "the submission {named} is {what}; it must be a file with the code"
        )));
    }
    if meta.len() > LARGEST_SUBMISSION {
        return Err(Error::new(format!(
            "the submission {named} has {} bytes; the largest that is judged has {LARGEST_SUBMISSION}",
            meta.len()
        )));
    }
    let bytes = fs::read(file)
        .map_err(|e| Error::new(format!("cannot read the submission {named}: {e}")))?;
    String::from_utf8(bytes).map_err(|e| {
        Error::new(format!(
            "the submission {named} is not UTF-8 text (byte {})",
            e.utf8_error().valid_up_to()
        ))
    })
}

/// Makes `to` the same as `from`, writing only what differs: an unchanged file
/// keeps its time, so nothing is built again for its sake.
fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    if from.is_dir() {
        if fs::symlink_metadata(to).is_ok_and(|meta| !meta.is_dir()) {
            fs::remove_file(to)?;
        }
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(to)? {
            let entry = entry?;
            if !from.join(entry.file_name()).exists() {
                if entry.file_type()?.is_dir() {
                    fs::remove_dir_all(entry.path())?;
                } else {
                    fs::remove_file(entry.path())?;
                }
            }
        }
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            mirror(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    write_if_changed(to, &fs::read(from)?)
}

/// What stands there may come from a submission that was judged before: a link would
/// be written through, a pipe never be read to its end.
fn write_if_changed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path)?,
        Ok(meta) if no_regular_file(&meta).is_some() => fs::remove_file(path)?,
        Ok(_) if fs::read(path).is_ok_and(|old| old == bytes) => return Ok(()),
        _ => {}
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

/// The target folder that cargo uses for the workspace.
pub fn target_folder(root: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}

/// What a judged process may know of the environment: enough for cargo to run,
/// nothing that changes a verdict.
const INHERITED: [&str; 14] = [
    "PATH",
    "HOME",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "TMPDIR",
    "LANG",
    "USER",
    "SystemRoot",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "TEMP",
    "TMP",
];

/// A command with a clean environment, in this workplace.
pub fn command(workplace: &Workplace, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir(&workplace.root);
    for name in INHERITED {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    if let Some((cargo, path)) = &*TOOLCHAIN {
        command.env("PATH", path).env("CARGO", cargo);
    }
    if workplace.original.is_some() {
        // Each submission is another program, built once: nothing to build upon, and
        // nobody to debug it.
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
    }
    command
        .env("CARGO_TARGET_DIR", &workplace.target)
        .env("RUST_BACKTRACE", "0")
        .env("CARGO_TERM_QUIET", "true");
    command
}

/// The cargo that built this program, which is that of `rust-toolchain.toml`, and
/// a path on which its folder comes first, where the cargo of the path is only
/// rustup's way there. That detour costs more than most tests.
static TOOLCHAIN: LazyLock<Option<(&Path, OsString)>> = LazyLock::new(|| {
    let has = |folder: &Path, tool: &str| {
        folder.join(format!("{tool}{}", env::consts::EXE_SUFFIX)).is_file()
    };
    let path = env::var_os("PATH")?;
    let on_path = env::split_paths(&path).find(|folder| has(folder, "cargo"))?;
    let cargo = Path::new(option_env!("CARGO")?);
    let folder = cargo.parent()?;
    if !(has(&on_path, "rustup") && cargo.is_file() && has(folder, "rustc")) {
        return None;
    }
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&path));
    Some((cargo, env::join_paths(folders).ok()?))
});

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_a_submission_left_in_a_copy_is_replaced() {
        let place = env::temp_dir().join(format!("workbook-mirror-{}", std::process::id()));
        let (from, to, outside) = (place.join("from"), place.join("to"), place.join("outside"));
        let plant = |name: &str| std::os::unix::fs::symlink(&outside, to.join(name));
        fs::create_dir_all(from.join("folder")).expect("a folder");
        fs::create_dir_all(to.join("file")).expect("a folder in place of a file");
        fs::create_dir_all(&outside).expect("a folder");
        fs::write(outside.join("theirs"), "theirs").expect("a file");
        fs::write(from.join("file"), "ours").expect("a file");
        fs::write(from.join("link"), "ours").expect("a file");
        fs::write(from.join("pipe"), "ours").expect("a file");
        fs::write(from.join("folder/inside"), "ours").expect("a file");
        plant("link").expect("a link in place of a file");
        plant("folder").expect("a link in place of a folder");
        let pipe = Command::new("mkfifo").arg(to.join("pipe")).status();
        assert!(pipe.expect("every Unix has it").success());

        mirror(&from, &to).expect("a copy");
        for name in ["file", "link", "pipe", "folder/inside"] {
            let text = fs::read_to_string(to.join(name)).expect("a file again");
            assert_eq!(text, "ours", "{name}");
        }
        let left: Vec<_> = fs::read_dir(&outside).expect("it is there").flatten().collect();
        assert_eq!(left.len(), 1, "what a link led to is as it was");
        fs::remove_dir_all(&place).expect("ours to remove");
    }
}
