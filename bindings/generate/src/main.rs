//! Makes the declarations of exercise 11 from SQLite's header.
//!
//! `--check` compares instead of writing. Exit code 3: libclang is not there.

use std::env;
use std::error::Error;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const FILE: &str = "bindings/sqlite3/src/bindings.rs";
const WRAPPER: &str = "bindings/sqlite3/wrapper.h";

/// Everything that a wrapper of this size may want. Functions with a `va_list`,
/// of which there is no portable declaration, are left out, and so is UTF-16.
const FUNCTIONS: [&str; 9] = [
    "sqlite3_(open|open_v2|close|close_v2|exec|free|malloc64|realloc64|msize)",
    "sqlite3_(errcode|extended_errcode|extended_result_codes|errmsg|errstr)",
    "sqlite3_(prepare_v2|prepare_v3|step|reset|finalize|clear_bindings)",
    "sqlite3_bind_(blob|blob64|double|int|int64|null|text|text64|zeroblob|zeroblob64)",
    "sqlite3_bind_parameter_(count|index|name)",
    "sqlite3_column_(blob|bytes|count|double|int|int64|name|text|type)",
    "sqlite3_(data_count|db_handle|sql|stmt_busy|stmt_readonly|next_stmt|get_autocommit)",
    "sqlite3_(changes64|total_changes64|last_insert_rowid|busy_timeout|interrupt|limit)",
    "sqlite3_(libversion|libversion_number|threadsafe|memory_used|initialize|shutdown|config\
     |auto_extension|cancel_auto_extension|set_authorizer|create_function_v2)",
];

const TYPES: &str = "sqlite3_(destructor_type|mem_methods)";

const CONSTANTS: [&str; 3] = [
    // Result codes and their extended forms.
    "SQLITE_(OK|ERROR|INTERNAL|PERM|ABORT|BUSY|LOCKED|NOMEM|READONLY|INTERRUPT|IOERR|CORRUPT\
     |NOTFOUND|FULL|CANTOPEN|PROTOCOL|EMPTY|SCHEMA|TOOBIG|CONSTRAINT|MISMATCH|MISUSE|NOLFS|AUTH\
     |FORMAT|RANGE|NOTADB|NOTICE|WARNING|ROW|DONE)(_.*)?",
    "SQLITE_(INTEGER|FLOAT|TEXT|BLOB|NULL|UTF8)",
    "SQLITE_(OPEN|PREPARE|LIMIT|CONFIG)_.*",
];

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let check = env::args().any(|argument| argument == "--check");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.ancestors().nth(2).ok_or("the tool lies in bindings/generate")?;
    // bindgen loads libclang when it is first used, and panics where there is none.
    panic::set_hook(Box::new(|_| {}));
    let clang = panic::catch_unwind(bindgen::clang_version);
    drop(panic::take_hook());
    if clang.is_err() {
        eprintln!("libclang not found (apt-get install libclang-dev, brew install llvm)");
        return Ok(ExitCode::from(3));
    }
    let made = generate(root, &header_folder(root)?)?;
    let file = root.join(FILE);
    if !check {
        fs::write(file, made)?;
        return Ok(ExitCode::SUCCESS);
    }
    if fs::read_to_string(file)? == made {
        return Ok(ExitCode::SUCCESS);
    }
    Err(format!("{FILE} is not what bindgen makes of the header: run `just bindings`").into())
}

fn generate(root: &Path, headers: &Path) -> Result<String, Box<dyn Error>> {
    let mut builder = bindgen::Builder::default()
        .header(root.join(WRAPPER).to_str().ok_or("the path is UTF-8")?)
        .clang_arg(format!("-I{}", headers.display()))
        .rust_target(bindgen::RustTarget::stable(85, 0).map_err(|e| e.to_string())?)
        .rust_edition(bindgen::RustEdition::Edition2024)
        .default_macro_constant_type(bindgen::MacroTypeVariation::Signed)
        .use_core()
        .allowlist_type(TYPES)
        .generate_comments(false)
        .disable_header_comment()
        .raw_line("// Made by `just bindings`. Do not edit.")
        .formatter(bindgen::Formatter::None);
    for functions in FUNCTIONS {
        builder = builder.allowlist_function(functions);
    }
    for constants in CONSTANTS {
        builder = builder.allowlist_var(constants);
    }
    let text = builder.generate()?.to_string();
    rustfmt(root, &text)
}

/// Formats by the rules of the workspace.
fn rustfmt(root: &Path, text: &str) -> Result<String, Box<dyn Error>> {
    let file = env::temp_dir().join(format!("bindings-{}.rs", std::process::id()));
    fs::write(&file, text)?;
    let status = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .arg(&file)
        .status()?;
    let formatted = fs::read_to_string(&file);
    fs::remove_file(&file)?;
    if !status.success() {
        return Err("rustfmt failed".into());
    }
    Ok(formatted?)
}

/// Where the `sqlite3.h` lies that belongs to the linked library.
fn header_folder(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--all-features", "--locked"])
        .current_dir(root)
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let packages = metadata["packages"].as_array().ok_or("cargo lists packages")?;
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "libsqlite3-sys")
        .and_then(|package| package["manifest_path"].as_str())
        .ok_or("the workspace depends on libsqlite3-sys")?;
    Ok(Path::new(manifest).with_file_name("sqlite3"))
}
