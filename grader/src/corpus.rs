//! `workbook corpus`: judge the suites by submissions whose verdict is known.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use crate::cli::Format;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::judge::{Observer, Task, judge};
use crate::manifest::Exercise;
use crate::miri;
use crate::process::{self, Cancel};
use crate::progress_line::ProgressLine;
use crate::report;
use crate::run::Settings;
use crate::verdict::{Status, Verdict};
use crate::workplace::Workplace;

/// What was asked for.
#[derive(Debug, Default)]
pub struct Request {
    pub exercises: Vec<String>,
    /// Another folder of the layout `exN/{wheats,chaffs,cheats}/*.rs`.
    pub folder: Option<PathBuf>,
    /// Of each exercise judge so many wheats, and so many chaffs that name
    /// different tests; all cheats.
    pub sample: Option<usize>,
    pub format: Format,
    pub settings: Settings,
}

/// What a submission is there to show.
#[derive(Clone, Debug)]
enum Kind {
    /// Correct: must pass everything.
    Wheat,
    /// Wrong: must be rejected by the test it names.
    Chaff { caught_by: String, needs_miri: bool },
    /// Tries to deceive: must get this status.
    Cheat { expect: String, needs: Option<Need> },
}

/// What a cheat needs of the machine, to be without danger for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    ProcessLimit,
    FileFence,
}

impl Need {
    const ALL: [Need; 2] = [Need::ProcessLimit, Need::FileFence];

    /// As the header line says it.
    fn word(self) -> &'static str {
        match self {
            Need::ProcessLimit => "process limit",
            Need::FileFence => "file fence",
        }
    }

    fn is_met(self) -> bool {
        match self {
            Need::ProcessLimit => process::crowds_are_refused(),
            Need::FileFence => process::files_are_fenced(),
        }
    }

    /// Why a cheat is left out where the need is not met.
    fn remark(self) -> &'static str {
        match self {
            Need::ProcessLimit => {
                "nothing here limits how many processes a test starts; Linux from 6.14 on does \
                 in a user namespace, and so does a control group"
            }
            Need::FileFence => {
                "nothing here keeps a test from writing where the user can; Linux from 5.13 on \
                 does (Landlock)"
            }
        }
    }
}

/// One submission of the corpus.
#[derive(Clone, Debug)]
struct Case<'a> {
    exercise: &'a Exercise,
    file: PathBuf,
    kind: Kind,
}

/// What this machine has, beside what every machine has.
#[derive(Clone, Debug)]
struct Means {
    miri: bool,
    /// What a cheat needs and this machine has not.
    lacks: Vec<Need>,
}

/// What came of it.
struct Outcome<'a> {
    case: Case<'a>,
    verdict: Verdict,
    /// Whether the verdict is the right one.
    right: bool,
    /// Whether the named test was the one that rejected it.
    by_name: bool,
    skipped: bool,
    remark: String,
}

/// Judges every submission of the corpus.
///
/// # Errors
///
/// When the corpus cannot be read.
pub fn run(context: &Context, request: &Request, cancel: &Cancel) -> Result<ExitCode> {
    let folder = request.folder.clone().unwrap_or_else(|| context.root.join("corpus"));
    let exercises = context.exercises(&request.exercises).map_err(Error::new)?;
    let mut cases = Vec::new();
    for exercise in &exercises {
        let all = read_cases(&folder, exercise)?;
        cases.extend(match request.sample {
            None => all,
            Some(count) => sample(all, count),
        });
    }
    if cases.is_empty() {
        return Err(Error::new(format!(
            "{} holds no submission: expected files like ex1/wheats/name.rs",
            folder.display()
        )));
    }
    let start = Instant::now();
    let is_needed = |need: &Need| {
        cases
            .iter()
            .any(|c| matches!(c.kind, Kind::Cheat { needs, .. } if needs == Some(*need)))
    };
    let lacks = Need::ALL.into_iter().filter(|need| is_needed(need) && !need.is_met());
    let means = Means { miri: miri::absent(&context.root).is_none(), lacks: lacks.collect() };
    let mut outcomes = judge_all(context, request, &cases, &means, cancel)?;
    if cancel.is_cancelled() {
        return Ok(ExitCode::from(130));
    }
    let place = |outcome: &Outcome<'_>| {
        let exercise = exercises.iter().position(|e| e.id == outcome.case.exercise.id);
        (exercise, order(&outcome.case.kind), outcome.case.file.clone())
    };
    outcomes.sort_by_cached_key(place);
    let seconds = start.elapsed().as_secs_f64();
    match request.format {
        Format::Human => human(context, &exercises, &outcomes, seconds),
        Format::Json => println!("{}", json_report(&exercises, &outcomes)),
        Format::Junit => {
            let verdicts: Vec<Verdict> = outcomes
                .iter()
                .map(|o| Verdict { exercise: name(&o.case), ..o.verdict.clone() })
                .collect();
            print!("{}", report::junit::junit(&verdicts));
        }
    }
    let short = outcomes.iter().any(|o| !(o.skipped || o.right && o.by_name));
    Ok(if short { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn order(kind: &Kind) -> u8 {
    match kind {
        Kind::Wheat => 0,
        Kind::Chaff { .. } => 1,
        Kind::Cheat { .. } => 2,
    }
}

/// `ex1/wheats/terse`.
fn name(case: &Case<'_>) -> String {
    let stem = case.file.file_stem().unwrap_or_default().to_string_lossy();
    let folder = match case.kind {
        Kind::Wheat => "wheats",
        Kind::Chaff { .. } => "chaffs",
        Kind::Cheat { .. } => "cheats",
    };
    format!("{}/{folder}/{stem}", case.exercise.id)
}

fn read_cases<'a>(folder: &Path, exercise: &'a Exercise) -> Result<Vec<Case<'a>>> {
    let mut cases = Vec::new();
    for kind in ["wheats", "chaffs", "cheats"] {
        let place = folder.join(&exercise.id).join(kind);
        let Ok(listing) = fs::read_dir(&place) else { continue };
        let mut files: Vec<PathBuf> = listing
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|x| x == "rs"))
            .collect();
        files.sort();
        for file in files {
            let kind = read_kind(kind, &file)?;
            cases.push(Case { exercise, file, kind });
        }
    }
    Ok(cases)
}

/// `count` wheats and `count` chaffs of different tests, from all over the list,
/// and every cheat.
fn sample(cases: Vec<Case<'_>>, count: usize) -> Vec<Case<'_>> {
    let mut named = HashSet::new();
    let mut kinds = [Vec::new(), Vec::new(), Vec::new()];
    for case in cases {
        let again = match &case.kind {
            Kind::Chaff { caught_by, .. } => !named.insert(caught_by.clone()),
            Kind::Wheat | Kind::Cheat { .. } => false,
        };
        if !again {
            kinds[usize::from(order(&case.kind))].push(case);
        }
    }
    let [wheats, chaffs, cheats] = kinds;
    [spread(wheats, count), spread(chaffs, count), cheats].concat()
}

/// `count` of the items, at equal distances.
fn spread<T>(items: Vec<T>, count: usize) -> Vec<T> {
    let all = items.len();
    let wanted = |at: &usize| (at * count) / all < ((at + 1) * count) / all;
    items.into_iter().enumerate().filter(|(at, _)| wanted(at)).map(|(_, item)| item).collect()
}

fn read_kind(folder: &str, file: &Path) -> Result<Kind> {
    let text = fs::read_to_string(file)
        .map_err(|e| Error::new(format!("cannot read {}: {e}", file.display())))?;
    let header = |key: &str| {
        text.lines()
            .take_while(|line| line.starts_with("//!"))
            .find_map(|line| line.strip_prefix("//! ")?.strip_prefix(key)?.strip_prefix(':'))
            .map(|value| value.trim().to_owned())
    };
    let needed = |key: &str| {
        header(key).filter(|v| !v.is_empty()).ok_or_else(|| {
            Error::new(format!("{} lacks the header line `//! {key}: …`", file.display()))
        })
    };
    Ok(match folder {
        "wheats" => {
            needed("design")?;
            Kind::Wheat
        }
        "chaffs" => {
            for key in ["defect", "class", "shows"] {
                needed(key)?;
            }
            let stage = needed("stage")?;
            if stage != "stable" && stage != "miri" {
                return Err(Error::new(format!(
                    "{}: `stage` is `stable` or `miri`, not `{stage}`",
                    file.display()
                )));
            }
            Kind::Chaff { caught_by: needed("caught_by")?, needs_miri: stage == "miri" }
        }
        _ => {
            needed("cheat")?;
            let needs = header("needs").map(|word| {
                Need::ALL.into_iter().find(|need| need.word() == word).ok_or_else(|| {
                    let words = Need::ALL.map(|need| format!("`{}`", need.word())).join(" or ");
                    Error::new(format!("{}: `needs` is {words}, not `{word}`", file.display()))
                })
            });
            Kind::Cheat { expect: needed("expect")?, needs: needs.transpose()? }
        }
    })
}

/// Judges in as many scratch copies as there are cores.
fn judge_all<'a>(
    context: &Context,
    request: &Request,
    cases: &[Case<'a>],
    means: &Means,
    cancel: &Cancel,
) -> Result<Vec<Outcome<'a>>> {
    // Submissions side by side, each with one test at a time: builds are long,
    // tests are short.
    let workers = request.settings.jobs.clamp(1, cases.len().max(1));
    let line = ProgressLine::new();
    line.begin("judging");
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    let failure: Mutex<Option<Error>> = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let workplace = match Workplace::scratch(&context.root) {
                    Ok(workplace) => workplace,
                    Err(error) => {
                        if let Ok(mut failure) = failure.lock() {
                            *failure = Some(error);
                        }
                        return;
                    }
                };
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { break };
                    if cancel.is_cancelled() {
                        break;
                    }
                    let outcome = judge_case(request, &workplace, case, means, cancel);
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes.push(outcome);
                    }
                    line.advance(done.fetch_add(1, Ordering::Relaxed) + 1, cases.len());
                }
            });
        }
    });
    if let Some(error) = failure.into_inner().ok().flatten() {
        return Err(error);
    }
    Ok(outcomes.into_inner().unwrap_or_default())
}

struct Silent;
impl Observer for Silent {}

fn judge_case<'a>(
    request: &Request,
    workplace: &Workplace,
    case: &Case<'a>,
    means: &Means,
    cancel: &Cancel,
) -> Outcome<'a> {
    let exercise = case.exercise;
    if let Kind::Cheat { needs: Some(need), .. } = case.kind
        && means.lacks.contains(&need)
    {
        let remark = need.remark();
        return Outcome {
            case: case.clone(),
            verdict: Verdict::not_run(
                &exercise.id,
                &exercise.title,
                Status::Skipped,
                remark.to_owned(),
            ),
            right: true,
            by_name: true,
            skipped: true,
            remark: remark.to_owned(),
        };
    }
    let needs_miri = matches!(case.kind, Kind::Chaff { needs_miri: true, .. });
    let verdict = match workplace.submit(exercise, &case.file) {
        Ok(without_audit) => {
            let mut leave_out = vec![("review", "left out: the corpus is not about style")];
            // Miri is slow; it runs where it decides.
            if !(means.miri && (needs_miri || matches!(case.kind, Kind::Wheat))) {
                leave_out.push(("miri", "left out"));
            }
            // So are the programs that must not compile: they decide about
            // wheats, and about the chaffs that one of their tests is to catch.
            let by_compiler = match &case.kind {
                Kind::Wheat => true,
                Kind::Chaff { caught_by, .. } => caught_by.starts_with("compile_fail::"),
                Kind::Cheat { .. } => false,
            };
            if !by_compiler {
                leave_out.push(("compile_fail", "left out: it does not decide here"));
            }
            let settings = Settings { jobs: 1, ..request.settings.clone() };
            let task = Task {
                exercise,
                workplace,
                solutions: false,
                without_audit,
                leave_out: &leave_out,
                settings: &settings,
                colour: false,
                cancel,
            };
            judge(&task, &Silent)
        }
        Err(error) => {
            Verdict::not_run(&exercise.id, &exercise.title, Status::Error, error.to_string())
        }
    };
    let failing: Vec<&str> = verdict
        .stages
        .iter()
        .flat_map(|s| &s.tests)
        .filter(|t| t.status != Status::Pass)
        .map(|t| t.name.as_str())
        .collect();
    let reason = || match failing.split_first() {
        None => verdict.message.lines().next().unwrap_or_default().to_owned(),
        Some((first, [])) => (*first).to_owned(),
        Some((first, rest)) => format!("{first} and {} more", rest.len()),
    };
    let ran = !verdict.stages.is_empty();
    let (right, by_name, skipped, remark) = match &case.kind {
        Kind::Wheat => {
            let remark = if verdict.is_pass() {
                String::new()
            } else {
                format!("rejected by {}", reason())
            };
            (verdict.is_pass(), true, false, remark)
        }
        Kind::Chaff { needs_miri: true, .. } if !means.miri => {
            // Natively it must still be a program that runs.
            let remark = if ran { "needs Miri" } else { "needs Miri, and does not even build" };
            (true, true, true, remark.to_owned())
        }
        Kind::Chaff { caught_by, needs_miri } => {
            let rejected =
                ran && verdict.status != Status::Pass && verdict.status != Status::Error;
            let by_miri = *needs_miri && verdict.status == Status::UndefinedBehavior;
            let named = failing.contains(&caught_by.as_str()) || by_miri;
            let remark = match (rejected, named) {
                (true, true) => String::new(),
                (true, false) => format!("not by {caught_by}, but by {}", reason()),
                (false, _) if ran => String::from("accepted"),
                (false, _) => format!("not run ({}): {}", verdict.status.word(), reason()),
            };
            (rejected, named, false, remark)
        }
        Kind::Cheat { expect, .. } => {
            let got = verdict.status.word();
            let right = got == expect;
            let remark = if right { String::new() } else { format!("{got}: {}", reason()) };
            (right, true, false, remark)
        }
    };
    Outcome { case: case.clone(), verdict, right, by_name, skipped, remark }
}

fn human(context: &Context, exercises: &[&Exercise], outcomes: &[Outcome<'_>], seconds: f64) {
    let style = context.style;
    for exercise in exercises {
        let ours: Vec<&Outcome<'_>> =
            outcomes.iter().filter(|o| o.case.exercise.id == exercise.id).collect();
        if ours.is_empty() {
            continue;
        }
        println!("{}  {}", style.bold(&exercise.id), style.bold(&exercise.title));
        for outcome in &ours {
            let name = name(&outcome.case);
            let name = name.split_once('/').map_or(name.as_str(), |(_, rest)| rest);
            let said = match &outcome.case.kind {
                _ if outcome.skipped => format!("skipped: {}", outcome.remark),
                _ if !outcome.remark.is_empty() => outcome.remark.clone(),
                Kind::Wheat => String::from("accepted"),
                Kind::Chaff { caught_by, .. } => format!("rejected by {caught_by}"),
                Kind::Cheat { expect, .. } => format!("seen through: {expect}"),
            };
            let mark = match () {
                () if outcome.skipped => style.yellow("-"),
                () if outcome.right && outcome.by_name => style.green(style.tick()),
                () => style.red(style.cross()),
            };
            println!("  {mark} {name}\n      {said}");
        }
        matrix(exercise, &ours);
        println!("  {}", style.bold(figures(&ours)));
        println!();
    }
    let judged = outcomes.len();
    println!(
        "{judged} submissions in {seconds:.0} s ({:.0} a minute)",
        judged as f64 * 60.0 / seconds.max(0.001)
    );
}

/// Which test rejects which chaff: a line per test that rejects any, the chaffs
/// by number in the order above.
fn matrix(exercise: &Exercise, ours: &[&Outcome<'_>]) {
    let chaffs: Vec<&&Outcome<'_>> =
        ours.iter().filter(|o| matches!(o.case.kind, Kind::Chaff { .. })).collect();
    if chaffs.is_empty() {
        return;
    }
    println!("\n  kill matrix: tests by chaffs in the order above, x = rejects, X = named");
    let mut rows: BTreeMap<usize, (String, String)> = BTreeMap::new();
    for (position, test) in exercise.tests.keys().enumerate() {
        let cells: String = chaffs
            .iter()
            .map(|o| {
                let fails = o
                    .verdict
                    .stages
                    .iter()
                    .flat_map(|s| &s.tests)
                    .any(|t| t.name == *test && t.status != Status::Pass);
                let named =
                    matches!(&o.case.kind, Kind::Chaff { caught_by, .. } if caught_by == test);
                match (fails, named) {
                    (true, true) => 'X',
                    (true, false) => 'x',
                    (false, _) => '.',
                }
            })
            .collect();
        if cells.contains(['x', 'X']) {
            rows.insert(position, (cells, test.clone()));
        }
    }
    for (cells, test) in rows.values() {
        println!("  {cells}  {test}");
    }
}

fn figures(ours: &[&Outcome<'_>]) -> String {
    let of = |wanted: fn(&Kind) -> bool| {
        ours.iter().filter(move |o| wanted(&o.case.kind) && !o.skipped).collect::<Vec<_>>()
    };
    let wheats = of(|k| matches!(k, Kind::Wheat));
    let chaffs = of(|k| matches!(k, Kind::Chaff { .. }));
    let cheats = of(|k| matches!(k, Kind::Cheat { .. }));
    let right = |list: &[&&Outcome<'_>]| list.iter().filter(|o| o.right).count();
    let named = chaffs.iter().filter(|o| o.right && o.by_name).count();
    let skipped = ours.iter().filter(|o| o.skipped).count();
    let mut text = format!(
        "validity {}/{}, thoroughness {}/{}, caught by the named test {named}/{}",
        right(&wheats),
        wheats.len(),
        right(&chaffs),
        chaffs.len(),
        chaffs.len()
    );
    if !cheats.is_empty() {
        text += &format!(", cheats seen through {}/{}", right(&cheats), cheats.len());
    }
    if skipped > 0 {
        text += &format!(", skipped {skipped}");
    }
    text
}

fn json_report(exercises: &[&Exercise], outcomes: &[Outcome<'_>]) -> String {
    let list: Vec<Value> = exercises
        .iter()
        .map(|exercise| {
            let ours: Vec<&Outcome<'_>> =
                outcomes.iter().filter(|o| o.case.exercise.id == exercise.id).collect();
            let submissions: Vec<Value> = ours
                .iter()
                .map(|o| {
                    json!({
                        "name": name(&o.case),
                        "right": o.right,
                        "by_named_test": o.by_name,
                        "skipped": o.skipped,
                        "remark": o.remark,
                        "verdict": o.verdict.to_json(),
                    })
                })
                .collect();
            json!({ "exercise": exercise.id, "figures": figures(&ours), "submissions": submissions })
        })
        .collect();
    serde_json::to_string_pretty(&json!({ "schema": 1, "corpus": list })).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_comes_from_all_over_the_list() {
        let list: Vec<usize> = (0..10).collect();
        assert_eq!(spread(list.clone(), 2), [4, 9]);
        assert_eq!(spread(list.clone(), 3), [3, 6, 9]);
        assert_eq!(spread(list.clone(), 10), list);
        assert_eq!(spread(list.clone(), 99), list);
        assert!(spread(list, 0).is_empty());
        assert!(spread(Vec::<usize>::new(), 3).is_empty());
    }
}
