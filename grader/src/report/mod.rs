//! Reports: functions of verdicts, which know nothing of how these came about.

pub mod human;
pub mod junit;

use serde_json::{Value, json};

use crate::verdict::Verdict;

/// One verdict is an object; several stand in `exercises` of one.
pub fn json(verdicts: &[Verdict]) -> String {
    let value = match verdicts {
        [one] => one.to_json(),
        several => {
            let all: Vec<Value> = several.iter().map(Verdict::to_json).collect();
            json!({ "schema": 1, "exercises": all })
        }
    };
    serde_json::to_string_pretty(&value).unwrap_or_default()
}
