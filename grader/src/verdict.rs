//! The verdict on one submission: what every report is made from.

use serde_json::{Value, json};

/// How a test, a stage or a whole exercise ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Pass,
    Fail,
    CompileError,
    Crash,
    Timeout,
    EarlyExit,
    UndefinedBehavior,
    Skipped,
    /// The grader's own fault.
    Error,
}

impl Status {
    /// The word used in machine-readable reports and corpus headers.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::CompileError => "compile_error",
            Status::Crash => "crash",
            Status::Timeout => "timeout",
            Status::EarlyExit => "early_exit",
            Status::UndefinedBehavior => "undefined_behavior",
            Status::Skipped => "skipped",
            Status::Error => "error",
        }
    }
}

/// One test.
#[derive(Clone, Debug)]
pub struct TestVerdict {
    /// Its path in the suite.
    pub name: String,
    pub status: Status,
    /// What was expected, what came; empty for a pass.
    pub message: String,
    /// Wall-clock time of its process.
    pub duration_ms: u64,
}

/// One stage.
#[derive(Clone, Debug)]
pub struct StageVerdict {
    pub stage: &'static str,
    pub status: Status,
    /// Points reached.
    pub score: f64,
    /// Points within reach in this run: 0 for a skipped stage.
    pub max_score: f64,
    /// Why it was skipped, or what went wrong with the stage as a whole.
    pub note: String,
    pub tests: Vec<TestVerdict>,
}

/// One exercise.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub exercise: String,
    pub title: String,
    pub status: Status,
    pub score: f64,
    pub max_score: f64,
    /// Compiler output, or the reason why nothing was run.
    pub message: String,
    pub stages: Vec<StageVerdict>,
}

/// All points of an exercise.
pub const POINTS_TOTAL: u32 = 100;

impl Verdict {
    /// A verdict on a submission that was not run at all.
    pub fn not_run(exercise: &str, title: &str, status: Status, message: String) -> Verdict {
        Verdict {
            exercise: exercise.to_owned(),
            title: title.to_owned(),
            status,
            score: 0.0,
            max_score: f64::from(POINTS_TOTAL),
            message,
            stages: Vec::new(),
        }
    }

    /// The first test that does not pass, in the order in which they ran.
    pub fn first_failure(&self) -> Option<&TestVerdict> {
        self.stages.iter().flat_map(|s| &s.tests).find(|t| t.status != Status::Pass)
    }

    /// Every point that this run could reach is reached.
    pub fn is_pass(&self) -> bool {
        self.status == Status::Pass
    }

    /// The verdict as JSON; see the README for the schema.
    pub fn to_json(&self) -> Value {
        let stages: Vec<Value> = self
            .stages
            .iter()
            .map(|s| {
                let tests: Vec<Value> = s
                    .tests
                    .iter()
                    .map(|t| {
                        json!({
                            "name": t.name,
                            "status": t.status.word(),
                            "message": t.message,
                            "duration_ms": t.duration_ms,
                        })
                    })
                    .collect();
                json!({
                    "stage": s.stage,
                    "status": s.status.word(),
                    "score": rounded(s.score),
                    "max_score": rounded(s.max_score),
                    "note": s.note,
                    "tests": tests,
                })
            })
            .collect();
        json!({
            "schema": 1,
            "exercise": self.exercise,
            "title": self.title,
            "status": self.status.word(),
            "score": rounded(self.score),
            "max_score": rounded(self.max_score),
            "points_total": POINTS_TOTAL,
            "message": self.message,
            "stages": stages,
        })
    }
}

/// Points for a person: one decimal, none where it is zero. What is not whole
/// is never rounded up to the full score.
pub fn points(value: f64) -> String {
    let value = rounded(value);
    match value.as_f64() {
        Some(v) if v.fract() != 0.0 => format!("{v:.1}"),
        Some(v) => format!("{v:.0}"),
        None => String::from("0"),
    }
}

fn rounded(value: f64) -> Value {
    let tenths = (value * 10.0 + 1e-6).floor() / 10.0;
    if tenths.fract() == 0.0 { json!(tenths as i64) } else { json!(tenths) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_never_rounded_up() {
        assert_eq!(points(99.99), "99.9");
        assert_eq!(points(100.0), "100");
        assert_eq!(points(30.0 / 7.0 * 7.0), "30");
        assert_eq!(points(0.0), "0");
    }
}
