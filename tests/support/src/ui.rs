//! Programs that must not, or must, compile against an exercise.

use std::path::Path;

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
