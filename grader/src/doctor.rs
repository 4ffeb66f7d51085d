//! `workbook doctor`: what is installed, what is missing, and the command that
//! mends it. It changes nothing and needs no network.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use crate::context::Context;
use crate::text::say;
use crate::{editor, miri, text, tool};

/// No answer within this time counts as none.
const PATIENCE: Duration = Duration::from_secs(20);

/// How much depends on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Without it no exercise can be judged.
    Essential,
    /// Without it a stage is skipped, or a recipe does not run.
    Useful,
}

/// One line of the answer.
#[derive(Debug)]
struct Finding {
    name: &'static str,
    need: Need,
    state: State,
}

#[derive(Debug)]
enum State {
    /// There, with what it says of itself.
    There(String),
    /// Missing: what that means, and the command that mends it.
    Missing { why: String, mend: String },
}

pub fn run(ctx: &Context) -> ExitCode {
    let findings = examine(&ctx.root);
    let style = &ctx.style;
    for finding in &findings {
        let name = format!("{:<14}", finding.name);
        match &finding.state {
            State::There(what) => {
                say!("{} {name} {}", style.green(style.tick()), text::cut(what, 60));
            }
            State::Missing { why, mend } => {
                let mark = match finding.need {
                    Need::Essential => style.red(style.cross()),
                    Need::Useful => style.yellow("-"),
                };
                let text =
                    text::hanging(&" ".repeat(17), &format!("missing: {why}"), text::WIDTH);
                say!("{mark} {name} {}", text.trim_start());
                say!("{:17}mend: {}", "", style.bold(mend));
            }
        }
    }
    say!();
    let missing = |need| {
        findings
            .iter()
            .filter(|finding| {
                finding.need == need && matches!(finding.state, State::Missing { .. })
            })
            .count()
    };
    match (missing(Need::Essential), missing(Need::Useful)) {
        (0, 0) => say!("Everything is there.\nnext: `just next`"),
        (0, useful) => say!(
            "Everything essential is there; {useful} useful thing(s) could be added.\n\
             next: `just next`"
        ),
        (essential, _) => {
            say!("{essential} essential thing(s) are missing: mend them first, from the top.");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// What is asked for, how much depends on it, and how to find out.
type Question = (&'static str, Need, fn(&Path) -> State);

/// Asks all tools at the same time: each question starts a process or two.
fn examine(root: &Path) -> Vec<Finding> {
    let questions: [Question; 13] = [
        ("rustc", Need::Essential, rustc),
        ("cargo", Need::Essential, cargo),
        ("C compiler", Need::Essential, c_compiler),
        ("crates", Need::Useful, crates),
        ("clippy", Need::Useful, clippy),
        ("nightly", Need::Useful, nightly),
        ("Miri", Need::Useful, miri_tool),
        ("rust-src", Need::Useful, rust_src),
        ("just", Need::Useful, just),
        ("mdbook", Need::Useful, mdbook),
        ("git", Need::Useful, git),
        ("rust-analyzer", Need::Useful, rust_analyzer),
        ("editor set-up", Need::Useful, editor_settings),
    ];
    thread::scope(|scope| {
        let asked: Vec<_> = questions
            .into_iter()
            .map(|(name, need, question)| (name, need, scope.spawn(move || question(root))))
            .collect();
        asked
            .into_iter()
            .map(|(name, need, answer)| Finding {
                name,
                need,
                state: answer.join().unwrap_or_else(|_| State::Missing {
                    why: "the question itself failed".to_owned(),
                    mend: "just doctor".to_owned(),
                }),
            })
            .collect()
    })
}

/// The first line that the tool prints, or the last line of its complaint.
fn ask(root: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    // A question must not make rustup download anything, nor follow the
    // toolchain that `cargo run` has put into the environment.
    command.args(arguments).current_dir(root).env("RUSTUP_AUTO_INSTALL", "0");
    for name in ["RUSTUP_TOOLCHAIN", "RUSTC", "CARGO", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    let finished = match tool::run(command, PATIENCE) {
        Ok(finished) => finished,
        Err(error) => return Err(format!("`{program}` cannot be started: {error}")),
    };
    let first = |text: &str| {
        text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
    };
    match finished.status {
        None => Err(format!("`{program}` gave no answer within {} s", PATIENCE.as_secs())),
        Some(status) if status.success() => Ok(first(&finished.stdout)),
        Some(_) => Err(first(&finished.stderr)),
    }
}

/// The channel that `rust-toolchain.toml` pins.
fn pinned(root: &Path) -> Option<String> {
    let text = std::fs::read_to_string(root.join("rust-toolchain.toml")).ok()?;
    let table: toml::Table = toml::from_str(&text).ok()?;
    Some(table.get("toolchain")?.get("channel")?.as_str()?.to_owned())
}

fn rustc(root: &Path) -> State {
    let pinned = pinned(root).unwrap_or_else(|| "stable".to_owned());
    let mend = format!("rustup toolchain install {pinned} -c rustfmt -c clippy");
    match ask(root, "rustc", &["--version"]) {
        Ok(version) if version.split_whitespace().nth(1) == Some(&pinned) => {
            State::There(version)
        }
        Ok(version) => State::Missing {
            why: format!("the course is pinned to {pinned}, this is {version}"),
            mend,
        },
        Err(_) if ask(root, "rustup", &["--version"]).is_err() => State::Missing {
            why: "neither rustc nor rustup answers".to_owned(),
            mend: "see https://rustup.rs".to_owned(),
        },
        Err(why) => State::Missing { why, mend },
    }
}

fn cargo(root: &Path) -> State {
    let pinned = pinned(root).unwrap_or_else(|| "stable".to_owned());
    match ask(root, "cargo", &["--version"]) {
        Ok(version) => State::There(version),
        Err(why) => State::Missing { why, mend: format!("rustup toolchain install {pinned}") },
    }
}

fn clippy(root: &Path) -> State {
    match ask(root, "cargo", &["clippy", "--version"]) {
        Ok(version) => State::There(version),
        Err(_) => State::Missing {
            why: "the stage `review` is skipped without it".to_owned(),
            mend: "rustup component add clippy".to_owned(),
        },
    }
}

fn nightly(root: &Path) -> State {
    let toolchain = miri::toolchain();
    match ask(root, "rustc", &[&format!("+{toolchain}"), "--version"]) {
        Ok(version) => State::There(version),
        Err(_) => State::Missing {
            why: "Miri and the sanitizers need it".to_owned(),
            mend: format!("rustup toolchain install {toolchain}"),
        },
    }
}

fn miri_tool(root: &Path) -> State {
    let toolchain = miri::toolchain();
    match ask(root, "cargo", &[&format!("+{toolchain}"), "miri", "--version"]) {
        Ok(version) => State::There(version),
        Err(_) => State::Missing {
            why: "the stage `miri` is skipped without it; it finds what no test can".to_owned(),
            mend: miri::install_command(),
        },
    }
}

fn rust_src(root: &Path) -> State {
    let toolchain = miri::toolchain();
    let mend = format!("rustup component add rust-src --toolchain {toolchain}");
    let why = "Miri builds its standard library from it, once".to_owned();
    match ask(root, "rustc", &[&format!("+{toolchain}"), "--print", "sysroot"]) {
        Ok(sysroot) => {
            let library =
                Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/src/lib.rs");
            match library.is_file() {
                true => State::There(format!("of {toolchain}")),
                false => State::Missing { why, mend },
            }
        }
        Err(_) => State::Missing { why, mend },
    }
}

/// The linker that rustc calls, and the compiler of the C programs.
fn c_compiler(root: &Path) -> State {
    if cfg!(windows) {
        return State::There("comes with the toolchain's build tools".to_owned());
    }
    let program = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    match ask(root, &program, &["--version"]) {
        Ok(version) => State::There(version),
        Err(_) => State::Missing {
            why: format!("rustc links with it; `{program}` does not answer"),
            mend: system_command("build-essential"),
        },
    }
}

/// What installs a tool of the system; macOS has them all in one.
fn system_command(package: &str) -> String {
    match env::consts::OS {
        "macos" => "xcode-select --install".to_owned(),
        _ => format!("sudo apt install {package}"),
    }
}

/// Whether the build works without a network.
fn crates(root: &Path) -> State {
    let mut arguments = vec!["metadata", "--offline", "--locked", "--format-version", "1"];
    let host = ask_host(root);
    if let Some(host) = &host {
        arguments.extend(["--filter-platform", host]);
    }
    match ask(root, "cargo", &arguments) {
        Ok(_) => State::There("all of Cargo.lock is here: checks work offline".to_owned()),
        Err(why) => State::Missing {
            why: format!(
                "not all of Cargo.lock is here, so the next build needs the network ({})",
                why.trim_start_matches("error: ")
            ),
            mend: "cargo fetch --locked".to_owned(),
        },
    }
}

fn ask_host(root: &Path) -> Option<String> {
    let mut command = Command::new("rustc");
    command.args(["-vV"]).current_dir(root).env("RUSTUP_AUTO_INSTALL", "0");
    command.env_remove("RUSTUP_TOOLCHAIN");
    let finished = tool::run(command, PATIENCE).ok()?;
    finished.stdout.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

fn just(root: &Path) -> State {
    match ask(root, "just", &["--version"]) {
        Ok(version) => State::There(version),
        Err(_) => State::Missing {
            why: "the short commands of this course are its recipes; `cargo run -p grader --` does the same".to_owned(),
            mend: "cargo install --locked just".to_owned(),
        },
    }
}

fn mdbook(root: &Path) -> State {
    match ask(root, "mdbook", &["--version"]) {
        Ok(version) => State::There(version),
        Err(_) => State::Missing {
            why: "the book can be read as plain Markdown in book/src, too".to_owned(),
            mend: "cargo install --locked mdbook".to_owned(),
        },
    }
}

fn git(root: &Path) -> State {
    match ask(root, "git", &["--version"]) {
        Ok(version) => State::There(version),
        Err(_) => State::Missing {
            why: "exercise 10 compares its answers with those of git where it is there"
                .to_owned(),
            mend: match cfg!(windows) {
                true => "winget install Git.Git".to_owned(),
                false => system_command("git"),
            },
        },
    }
}

fn rust_analyzer(root: &Path) -> State {
    if let Ok(version) = ask(root, "rust-analyzer", &["--version"]) {
        return State::There(version);
    }
    // Editors bring their own.
    let extensions = home().map(|home| home.join(".vscode/extensions"));
    let bundled =
        extensions.and_then(|folder| std::fs::read_dir(folder).ok()).is_some_and(|all| {
            all.flatten().any(|entry| {
                entry.file_name().to_string_lossy().starts_with("rust-lang.rust-analyzer")
            })
        });
    match bundled {
        true => State::There("in Visual Studio Code".to_owned()),
        false => State::Missing {
            why: "an editor shows types and errors with it; many bring their own".to_owned(),
            mend: "rustup component add rust-analyzer".to_owned(),
        },
    }
}

fn home() -> Option<PathBuf> {
    env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from)
}

fn editor_settings(root: &Path) -> State {
    let missing = editor::missing(root);
    let Some(first) = missing.first() else {
        return State::There("rust-analyzer keeps out of the way of a check".to_owned());
    };
    State::Missing {
        why: format!("{} lacks `{}`", first.file, first.setting),
        mend: format!("git checkout -- {}", first.file),
    }
}
