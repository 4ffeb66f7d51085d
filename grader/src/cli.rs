//! The command line: verbs and options, and which module answers them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::context::Context;
use crate::manifest::Exercise;
use crate::process::Cancel;
use crate::run::Settings;
use crate::{check, corpus, doctor, hint, list, miri, next, reset, solution, verify, watch};

/// Exit code for wrong usage and for errors of the grader itself.
pub const USAGE_ERROR: u8 = 2;

pub const USAGE: &str = "\
usage: workbook VERB [EX…] [options]

  check [EX…]          judge exercises; all of them when none is named
      --submission FILE   judge FILE in place of your own file
      --solutions         judge the model solutions
      --no-miri           leave out the stage miri
      --seed N            seed of the property tests
      --format F          human, json or junit
  watch [EX]           judge again at every save
  hint EX [TEST]       the next hint (--level N: a certain one)
  list                 every exercise with its score
  next                 where to go on
  solution EX          the model solution, once yours passes (--spoil: before)
  reset EX             the stub again; your file is kept beside it
  miri [EX…]           your code under Miri (--solutions: the model solutions)
  doctor               what is installed, what is missing, how to get it
  corpus [EX…]         judge the suites themselves (--dir DIR: another corpus)
      --sample N          of each exercise N right ones and N wrong ones
      --format F          human, json or junit
  verify               the course checks itself

An exercise is named as `ex2`, `2` or `circular-buffer`.
Exit code: 0 all reached, 1 something failed, 2 wrong usage or an error here.";

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    #[default]
    Human,
    Json,
    Junit,
}

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub names: Vec<String>,
    pub submission: Option<PathBuf>,
    pub solutions: bool,
    pub no_miri: bool,
    pub seed: Option<u64>,
    pub format: Format,
    pub dir: Option<PathBuf>,
    pub sample: Option<usize>,
    pub spoil: bool,
    pub level: Option<usize>,
}

impl Options {
    /// The options that `watch` hands on to each check.
    fn for_check(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        if self.no_miri {
            arguments.push("--no-miri".to_owned());
        }
        if let Some(seed) = self.seed {
            arguments.push(format!("--seed={seed}"));
        }
        arguments
    }
}

/// A verb with its options.
#[derive(Debug, Clone)]
pub enum Command {
    Help,
    Version,
    Verb(String, Options),
}

const VERBS: [&str; 11] = [
    "check", "watch", "hint", "list", "next", "solution", "reset", "miri", "doctor", "corpus",
    "verify",
];

/// Reads the arguments.
///
/// # Errors
///
/// A text that says what is wrong with them.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut verb: Option<String> = None;
    let mut options = Options::default();
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("submission") => options.submission = Some(value(&mut parser)?.into()),
            Long("sample") => options.sample = Some(number(&mut parser, "--sample")?),
            Long("dir") => options.dir = Some(value(&mut parser)?.into()),
            Long("solutions") => options.solutions = true,
            Long("no-miri") => options.no_miri = true,
            Long("spoil") => options.spoil = true,
            Long("seed") => options.seed = Some(number(&mut parser, "--seed")?),
            Long("level") => options.level = Some(number(&mut parser, "--level")?),
            Long("format") => options.format = format(&value(&mut parser)?)?,
            Value(word) => {
                let word = word.to_string_lossy().into_owned();
                match verb {
                    None => verb = Some(word),
                    Some(_) => options.names.push(word),
                }
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    match verb {
        None => Ok(Command::Help),
        Some(verb) if verb == "help" => Ok(Command::Help),
        Some(verb) if VERBS.contains(&verb.as_str()) => Ok(Command::Verb(verb, options)),
        Some(verb) => Err(unknown_verb(&verb)),
    }
}

fn value(parser: &mut lexopt::Parser) -> Result<OsString, String> {
    parser.value().map_err(|error| error.to_string())
}

fn number<N: std::str::FromStr>(
    parser: &mut lexopt::Parser,
    option: &str,
) -> Result<N, String> {
    let text = value(parser)?.to_string_lossy().into_owned();
    text.parse().map_err(|_| format!("{option} takes a whole number, not `{text}`"))
}

fn format(name: &OsString) -> Result<Format, String> {
    match name.to_str() {
        Some("human") => Ok(Format::Human),
        Some("json") => Ok(Format::Json),
        Some("junit") => Ok(Format::Junit),
        _ => Err(format!("--format is human, json or junit, not `{}`", name.to_string_lossy())),
    }
}

fn unknown_verb(verb: &str) -> String {
    let nearest = VERBS.iter().min_by_key(|known| crate::text::distance(verb, known));
    match nearest {
        Some(known) if crate::text::distance(verb, known) <= 2 => {
            format!("there is no verb `{verb}`; did you mean `{known}`?")
        }
        _ => format!("there is no verb `{verb}`"),
    }
}

/// Does what was asked for.
pub fn run(command: Command) -> ExitCode {
    let (verb, options) = match command {
        Command::Help => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Command::Version => {
            println!("workbook {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        Command::Verb(verb, options) => (verb, options),
    };
    let ctx = match Context::load() {
        Ok(ctx) => ctx,
        Err(message) => return refuse(&message),
    };
    if matches!(verb.as_str(), "check" | "corpus" | "verify") {
        // Ctrl-C ends the processes under test first, then this one.
        crate::terminal::heed_signals();
    }
    let answer = match verb.as_str() {
        "watch" => at_most_one(&ctx, &verb, &options)
            .map(|chosen| watch::run(&ctx, chosen, &options.for_check())),
        "hint" => hint_request(&options)
            .and_then(|(name, request)| Ok(hint::run(&ctx, named(&ctx, &name)?, &request))),
        "list" => Ok(list::run(&ctx)),
        "next" => Ok(next::run(&ctx)),
        "solution" => one(&ctx, &verb, &options)
            .map(|exercise| solution::run(&ctx, exercise, options.spoil)),
        "reset" => one(&ctx, &verb, &options).map(|exercise| reset::run(&ctx, exercise)),
        "miri" => several(&ctx, &options)
            .map(|exercises| miri::run(&ctx, &exercises, options.solutions)),
        "doctor" => Ok(doctor::run(&ctx)),
        "check" => {
            check::run(&ctx, &check_request(options), &CANCEL).map_err(|e| e.to_string())
        }
        "corpus" => {
            let request = corpus::Request {
                settings: settings(&options),
                exercises: options.names,
                folder: options.dir,
                sample: options.sample,
                format: options.format,
            };
            corpus::run(&ctx, &request, &CANCEL).map_err(|e| e.to_string())
        }
        _ => verify::run(&ctx, &options.names, &CANCEL).map_err(|e| e.to_string()),
    };
    answer.unwrap_or_else(|message| refuse(&message))
}

/// Set by Ctrl-C: every process of the grader ends, then the grader.
static CANCEL: Cancel = Cancel::new();

fn settings(options: &Options) -> Settings {
    Settings { seed: options.seed, ..Settings::default() }
}

fn check_request(options: Options) -> check::Request {
    check::Request {
        settings: settings(&options),
        exercises: options.names,
        submission: options.submission,
        format: options.format,
        no_miri: options.no_miri,
        solutions: options.solutions,
    }
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(USAGE_ERROR)
}

fn named<'a>(ctx: &'a Context, name: &str) -> Result<&'a Exercise, String> {
    ctx.manifest.find(name).map_err(|unknown| unknown.to_string())
}

fn several<'a>(ctx: &'a Context, options: &Options) -> Result<Vec<&'a Exercise>, String> {
    ctx.exercises(&options.names)
}

fn one<'a>(ctx: &'a Context, verb: &str, options: &Options) -> Result<&'a Exercise, String> {
    match options.names.as_slice() {
        [name] => named(ctx, name),
        [] => Err(format!("`{verb}` needs an exercise: `just {verb} ex1`")),
        _ => Err(format!("`{verb}` takes one exercise at a time")),
    }
}

fn at_most_one<'a>(
    ctx: &'a Context,
    verb: &str,
    options: &Options,
) -> Result<Option<&'a Exercise>, String> {
    match options.names.is_empty() {
        true => Ok(None),
        false => one(ctx, verb, options).map(Some),
    }
}

fn hint_request(options: &Options) -> Result<(String, hint::Request), String> {
    let request = |test| hint::Request { test, level: options.level };
    match options.names.as_slice() {
        [name] => Ok((name.clone(), request(None))),
        [name, test] => Ok((name.clone(), request(Some(test.clone())))),
        [] => Err("`hint` needs an exercise: `just hint ex1`".to_owned()),
        _ => Err("`hint` takes an exercise and at most one test".to_owned()),
    }
}
