//! Programs that must not, or must, compile against an exercise.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Every program in `ui-tests/<id>/fail/` is refused by the compiler, in the
/// words of the `.stderr` file beside it.
///
/// `mode` is `exercises` or `solutions`: a guard program first proves that the
/// programs are compiled against that one.
///
/// # Panics
///
/// When a program compiles, is refused for another reason, or is missing.
pub fn assert_refused(id: &str, mode: &str) {
    let cases = trybuild::TestCases::new();
    cases.compile_fail(format!("ui-tests/guard/{mode}.rs"));
    cases.compile_fail(format!("{}/*.rs", folder(id, "fail")));
}

/// Every program in `ui-tests/<id>/pass/` compiles and runs.
///
/// # Panics
///
/// When a program does not compile, does not run to its end, or is missing.
pub fn assert_accepted(id: &str) {
    let cases = trybuild::TestCases::new();
    cases.pass(format!("{}/*.rs", folder(id, "pass")));
}

/// The folder, if there is a program in it: an empty one would pass in silence.
fn folder(id: &str, kind: &str) -> String {
    let folder = format!("ui-tests/{id}/{kind}");
    let programs = Path::new(&folder)
        .read_dir()
        .unwrap_or_else(|e| panic!("cannot list {folder}: {e}"))
        .filter(|entry| {
            entry.as_ref().is_ok_and(|e| e.path().extension().is_some_and(|x| x == "rs"))
        })
        .count();
    assert!(programs > 0, "{folder} holds no program: nothing would be tested");
    folder
}

/// Every program in `ui-tests/<id>/bounds/` is refused by the compiler with the
/// error code that its first line names (`//@ error: E0277`), at the line that
/// ends in `//~`, and nowhere else.
///
/// For errors that the compiler explains with a piece of the student's own code,
/// such as the bound that a closure does not meet: their words differ from
/// student to student, so only code and line count.
///
/// # Panics
///
/// When a program compiles, is refused elsewhere or for another reason.
pub fn assert_refused_with_code(id: &str, mode: &str) {
    let Checked { programs, output, .. } = compile_folder(id, mode, "bounds", Words::Short);
    for Program { name, text, errors } in programs {
        let code = text.lines().find_map(|line| line.strip_prefix("//@ error: "));
        let code = code.unwrap_or_else(|| panic!("{name} names no error code"));
        let line =
            1 + text.lines().position(|line| line.ends_with("//~")).expect("a marked line");
        assert!(
            !errors.is_empty(),
            "expected the compiler to refuse {name}.rs with {code}, but it compiles:\n\n{text}\n\
             {}",
            if output.contains(": error") { "" } else { &output }
        );
        for error in errors {
            let expected = error.contains(&format!("{name}.rs:{line}:"))
                && error.contains(&format!("error[{code}]"));
            assert!(expected, "expected {code} at line {line} of {name}.rs, saw: {error}");
        }
    }
}

/// What the compiler says when a type has a field that is visible where an unknown
/// one was asked for.
const VISIBLE_FIELD: &str = "available field";

/// No type has a field that other crates see, whatever its name.
///
/// The programs in `ui-tests/<id>/private/` ask for a field that there is not, in lines
/// that end in `//~`: the compiler then lists the fields that could have been meant,
/// and lists none. Lines that end in `//~ visible` ask the same of a type with a field
/// that is visible, which shows that the compiler would say so.
///
/// # Panics
///
/// When a field is visible, or the compiler does not answer as described.
pub fn assert_fields_are_private(id: &str, mode: &str) {
    let Checked { programs, output, .. } = compile_folder(id, mode, "private", Words::Full);
    let answers: Vec<&str> = output.split("\nerror").collect();
    for Program { name, text, .. } in programs {
        for (number, line) in text.lines().enumerate() {
            let visible = line.ends_with("//~ visible");
            if !(visible || line.ends_with("//~")) {
                continue;
            }
            let place = format!("{name}.rs:{}:", number + 1);
            let answer = answers.iter().find(|a| a.contains(&place) && a.contains("[E0609]"));
            let Some(answer) = answer else {
                panic!("expected an unknown field at {place}, the compiler says:\n\n{output}");
            };
            assert!(
                answer.contains(VISIBLE_FIELD) == visible,
                "expected no field that everybody can read and change; asked for one that does \
                 not exist, the compiler says what there is:\n\nerror{answer}"
            );
        }
    }
}

/// Every program in `ui-tests/<id>/pass/` compiles. Nothing is linked or run, which
/// saves a second build of what the exercise links.
///
/// # Panics
///
/// When a program does not compile, or is missing.
pub fn assert_compiles(id: &str, mode: &str) {
    let Checked { programs, success, output } = compile_folder(id, mode, "pass", Words::Short);
    for Program { name, text, errors } in programs {
        assert!(errors.is_empty(), "expected {name}.rs to compile:\n\n{text}\n{errors:?}");
    }
    assert!(success, "expected these programs to compile:\n\n{output}");
}

/// A program and what the compiler has against it, line by line.
struct Program {
    name: String,
    text: String,
    errors: Vec<String>,
}

/// What the compiler says of a folder of programs.
struct Checked {
    programs: Vec<Program>,
    success: bool,
    output: String,
}

/// How much the compiler says of an error.
#[derive(Clone, Copy, PartialEq)]
enum Words {
    /// A line.
    Short,
    /// All it knows.
    Full,
}

/// Lets the compiler check all programs of a folder.
fn compile_folder(id: &str, mode: &str, kind: &str, words: Words) -> Checked {
    let folder = folder(id, kind);
    let root = std::env::current_dir().expect("tests run in the folder of their package");
    let features = if mode == "solutions" { "\", \"solutions" } else { "" };
    let mut manifest = format!(
        "[package]\nname = \"{kind}-{id}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         publish = false\nautobins = false\n\n[workspace]\n\n[dependencies.unsafe-workbook]\n\
         path = {root:?}\ndefault-features = false\nfeatures = [\"{id}{features}\"]\n"
    );
    let mut programs = Vec::new();
    for entry in Path::new(&folder).read_dir().expect("just listed") {
        let path = root.join(entry.expect("just listed").path());
        if path.extension().is_some_and(|x| x == "rs") {
            let name = path.file_stem().expect("it has an extension").to_owned();
            let name = name.into_string().expect("names of cases are plain");
            manifest += &format!("\n[[bin]]\nname = \"{name}\"\npath = {path:?}\n");
            programs.push((name, path));
        }
    }
    let target = target_folder().join("tests").join("bounds");
    let project = target.join(format!("{id}-{mode}-{kind}"));
    std::fs::create_dir_all(&project).expect("the target folder is writable");
    std::fs::write(project.join("Cargo.toml"), manifest).expect("the project is writable");
    std::fs::copy(root.join("Cargo.lock"), project.join("Cargo.lock"))
        .expect("the package has a Cargo.lock");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--offline", "--quiet", "--bins", "--keep-going"])
        .arg(if words == Words::Short {
            "--message-format=short"
        } else {
            "--message-format=human"
        })
        .arg("--color=never")
        .env("CARGO_TARGET_DIR", target.join("target"))
        .env_remove("WORKBOOK_RECORD")
        .current_dir(&project)
        .output()
        .expect("cargo can be started");
    let success = output.status.success();
    let output = String::from_utf8_lossy(&output.stderr).into_owned();
    let of_program = |name: &str| -> Vec<String> {
        let place = format!("{name}.rs:");
        let is_ours = |line: &&str| line.contains(": error") && line.contains(&place);
        output.lines().filter(is_ours).map(str::to_owned).collect()
    };
    let programs = programs.into_iter().map(|(name, path)| Program {
        errors: of_program(&name),
        text: std::fs::read_to_string(path).expect("just listed"),
        name,
    });
    Checked { programs: programs.collect(), success, output }
}

/// The target folder that this test binary lies in.
fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("the path of this test binary");
    program.ancestors().nth(3).expect("it lies in target/debug/deps").to_owned()
}
