//! What changed between two results of a scan, and what moved that may have changed it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

mod results;

pub use results::{Found, Results};

/// A finding that only one of the two has.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Lone {
    /// Rule.
    pub rule: String,
    /// Call, where it is about one.
    pub call_id: Option<String>,
    /// Borrower, if known.
    pub borrower_id: Option<String>,
    /// 0-based turn, where it is about one.
    pub turn: Option<u64>,
    /// How it comes out.
    pub verdict: String,
    /// What it is known by.
    pub fingerprint: String,
}

/// Something that came out otherwise: what it was, and what it is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Turned {
    /// What.
    #[serde(flatten)]
    pub what: BTreeMap<&'static str, String>,
    /// What changed about it: key → before and after.
    pub changes: BTreeMap<String, [String; 2]>,
}

/// Counts of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Findings that only the new results have.
    pub new: u64,
    /// Findings that only the old ones have.
    pub gone: u64,
    /// Findings that came out otherwise.
    pub changed: u64,
}

/// Whether one of the things that make results is the same.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Moved {
    /// Before; nothing where the file does not tell.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
    /// `same`, `moved` or `unknown`.
    pub state: &'static str,
}

/// Everything that differs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Difference {
    /// Program, lexicon, profile, configuration and input.
    pub moved: BTreeMap<&'static str, Moved>,
    /// By rule.
    pub rules: BTreeMap<String, Counts>,
    /// Findings that only the new results have, by rule and call.
    pub new: Vec<Lone>,
    /// Findings that only the old results have.
    pub gone: Vec<Lone>,
    /// Findings that came out otherwise.
    pub changed: Vec<Turned>,
    /// Calls, borrowers and collectors with another verdict; `-` stands where there was none.
    pub verdicts: Vec<Turned>,
    /// Rules that could be tested in one of the two alone, or for another reason; `-` stands for tested.
    pub not_checked: Vec<Turned>,
}

impl Difference {
    /// From the old results to the new ones.
    pub fn between(old: &Results, new: &Results) -> Difference {
        let mut difference = Difference { moved: moved(old, new), ..Difference::default() };
        let prints: BTreeSet<&String> = old.findings.keys().chain(new.findings.keys()).collect();
        for print in prints {
            let none = Vec::new();
            let before = old.findings.get(print).unwrap_or(&none);
            let after = new.findings.get(print).unwrap_or(&none);
            for (old, new) in before.iter().zip(after) {
                difference.same_finding(print, old, new);
            }
            for found in after.iter().skip(before.len()) {
                difference.rules.entry(found.rule.clone()).or_default().new += 1;
                difference.new.push(lone(print, found));
            }
            for found in before.iter().skip(after.len()) {
                difference.rules.entry(found.rule.clone()).or_default().gone += 1;
                difference.gone.push(lone(print, found));
            }
        }
        difference.verdicts = turned(&old.verdicts, &new.verdicts, "verdict", |(kind, id)| {
            BTreeMap::from([("kind", (*kind).to_owned()), ("id", id.clone())])
        });
        difference.not_checked = turned(&old.not_checked, &new.not_checked, "not_checked", |rule| {
            BTreeMap::from([("rule", rule.clone())])
        });
        difference.new.sort_by(by_rule);
        difference.gone.sort_by(by_rule);
        difference
            .changed
            .sort_by(|a, b| a.what.get("rule").cmp(&b.what.get("rule")).then(a.what.cmp(&b.what)));
        difference
    }

    /// Whether both say the same.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.verdicts.is_empty() && self.not_checked.is_empty()
    }

    fn same_finding(&mut self, print: &str, old: &Found, new: &Found) {
        let keys: BTreeSet<&&str> = old.outcome.keys().chain(new.outcome.keys()).collect();
        let value =
            |found: &Found, key: &str| found.outcome.get(key).cloned().unwrap_or_else(|| "-".to_owned());
        let changes: BTreeMap<String, [String; 2]> = keys
            .into_iter()
            .map(|key| ((*key).to_owned(), [value(old, key), value(new, key)]))
            .filter(|(_, [before, after])| before != after)
            .collect();
        if changes.is_empty() {
            return;
        }
        self.rules.entry(new.rule.clone()).or_default().changed += 1;
        let mut what = BTreeMap::from([("rule", new.rule.clone()), ("fingerprint", print.to_owned())]);
        what.extend(new.call_id.clone().map(|id| ("call_id", id)));
        what.extend(new.borrower_id.clone().map(|id| ("borrower_id", id)));
        self.changed.push(Turned { what, changes });
    }
}

fn lone(print: &str, found: &Found) -> Lone {
    Lone {
        rule: found.rule.clone(),
        call_id: found.call_id.clone(),
        borrower_id: found.borrower_id.clone(),
        turn: found.turn,
        verdict: found.outcome.get("verdict").cloned().unwrap_or_default(),
        fingerprint: print.to_owned(),
    }
}

fn by_rule(a: &Lone, b: &Lone) -> std::cmp::Ordering {
    let key = |l: &Lone| (l.rule.clone(), l.call_id.clone(), l.turn, l.fingerprint.clone());
    key(a).cmp(&key(b))
}

/// Entries of two maps that are not the same.
fn turned<K: Ord + Clone>(
    old: &BTreeMap<K, String>,
    new: &BTreeMap<K, String>,
    name: &str,
    what: impl Fn(&K) -> BTreeMap<&'static str, String>,
) -> Vec<Turned> {
    let keys: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    let value = |map: &BTreeMap<K, String>, key: &K| map.get(key).cloned().unwrap_or_else(|| "-".to_owned());
    let pairs = keys.into_iter().map(|key| (key, [value(old, key), value(new, key)]));
    pairs
        .filter(|(_, [before, after])| before != after)
        .map(|(key, change)| Turned { what: what(key), changes: BTreeMap::from([(name.to_owned(), change)]) })
        .collect()
}

fn moved(old: &Results, new: &Results) -> BTreeMap<&'static str, Moved> {
    let state = |key: &&'static str| {
        let (before, after) =
            (old.prints.get(*key).cloned().flatten(), new.prints.get(*key).cloned().flatten());
        let state = match (&before, &after) {
            (Some(a), Some(b)) if a == b => "same",
            (Some(_), Some(_)) => "moved",
            _ => "unknown",
        };
        (*key, Moved { old: before, new: after, state })
    };
    ["program", "lexicon", "profile", "configuration", "input"].iter().map(state).collect()
}
