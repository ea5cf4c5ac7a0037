//! The baseline: findings that were known on the day it was made, by fingerprint. A JSON file with one entry a line, so that
//! a review sees what came and went; it holds no word of a call.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::error::{Error, Fault};

/// Version of the form of the file.
const VERSION: u32 = 1;
/// What the first line begins with.
const HEAD: &str = "cuicha_baseline";

/// One known finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Rule.
    pub rule: String,
    /// Call, where the finding is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// Borrower, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrower_id: Option<String>,
    /// What the finding is known by.
    pub fingerprint: String,
    /// 1-based line in the file of the baseline.
    #[serde(skip)]
    pub line: usize,
}

/// The first line of the file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of the form: 1.
    #[schemars(range(min = 1, max = 1))]
    cuicha_baseline: u32,
}

/// Known findings, and which of them this run has.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// The file, as the user named it.
    pub file: String,
    entries: BTreeMap<String, Known>,
    seen: BTreeSet<String>,
}

impl Baseline {
    /// From entries.
    pub fn of(file: &Path, entries: impl IntoIterator<Item = Known>) -> Baseline {
        let entries = entries.into_iter().map(|k| (k.fingerprint.clone(), k)).collect();
        Baseline { file: file.display().to_string(), entries, seen: BTreeSet::new() }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, or a line is none of a baseline.
    pub fn read(file: &Path) -> Result<Baseline, Error> {
        let text =
            std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
        let shown = file.display().to_string();
        let fault =
            |line: usize, message: String| Error::Rules(vec![Fault { file: shown.clone(), line, message }]);
        let mut lines =
            text.lines().enumerate().map(|(at, l)| (at + 1, l.trim())).filter(|(_, l)| !l.is_empty());
        let head = lines.next().and_then(|(_, line)| serde_json::from_str::<Head>(line).ok());
        match head {
            Some(head) if head.cuicha_baseline == VERSION => {}
            Some(head) => {
                let message =
                    format!("a baseline of version {}: this program reads {VERSION}", head.cuicha_baseline);
                return Err(fault(1, message));
            }
            None => {
                let message = "no baseline: make one with `cuicha baseline create`".to_owned();
                return Err(fault(1, message));
            }
        }
        let mut baseline = Baseline { file: shown.clone(), ..Baseline::default() };
        for (line, text) in lines {
            let known: Known = serde_json::from_str(text)
                .map_err(|e| fault(line, format!("no entry of a baseline: {e}")))?;
            baseline.entries.insert(known.fingerprint.clone(), Known { line, ..known });
        }
        Ok(baseline)
    }

    /// The bytes of the file: sorted, one entry a line.
    pub fn text(&self) -> String {
        let mut sorted: Vec<&Known> = self.entries.values().collect();
        sorted.sort();
        let mut text = format!("{{\"{HEAD}\":{VERSION}}}\n");
        for known in sorted {
            // A struct of texts always becomes JSON.
            text.push_str(&serde_json::to_string(known).unwrap_or_default());
            text.push('\n');
        }
        text
    }

    /// Whether the finding is known; it is then no longer stale.
    pub fn see(&mut self, fingerprint: &str) -> bool {
        let known = self.entries.contains_key(fingerprint);
        if known && !self.seen.contains(fingerprint) {
            self.seen.insert(fingerprint.to_owned());
        }
        known
    }

    /// Entries that no finding had so far, by rule.
    pub fn stale(&self) -> impl Iterator<Item = &Known> {
        let mut stale: Vec<&Known> =
            self.entries.values().filter(|k| !self.seen.contains(&k.fingerprint)).collect();
        stale.sort();
        stale.into_iter()
    }

    /// All entries by fingerprint.
    pub fn entries(&self) -> &BTreeMap<String, Known> {
        &self.entries
    }
}
