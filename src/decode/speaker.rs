//! What speakers are called in transcripts: `lexicons/tables/speakers.tsv`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::model::transcript::{CalleeRole, Given, Speaker, Utterance, Voice};

/// The table of labels: label, tab, role; a question mark behind the role when the label only mostly means it.
pub const TABLE: &str = include_str!("../../lexicons/tables/speakers.tsv");

static LABELS: LazyLock<FxHashMap<&'static str, Role>> =
    LazyLock::new(|| rows(TABLE).filter_map(row).collect());

/// Who is called by a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Who.
    pub speaker: Speaker,
    /// How sure.
    pub given: Given,
}

/// The role of somebody who is none of those that rules know.
pub const OTHER: &str = "other";
/// Behind a role that a label does not have for sure.
const PRESUMED: char = '?';

/// Lines of a table that hold something, as their two columns.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

fn row((label, role): (&'static str, &'static str)) -> Option<(&'static str, Role)> {
    let name = role.trim().trim_end_matches(PRESUMED);
    let speaker = match name {
        "collector" => Speaker::Collector,
        "borrower" => Speaker::Borrower,
        "contact" => Speaker::Contact,
        OTHER | "unknown" => Speaker::Unknown,
        _ => return None,
    };
    let given = match speaker {
        Speaker::Unknown if name != OTHER => Given::Open,
        _ if name.len() < role.trim().len() => Given::Presumed,
        _ => Given::Named,
    };
    Some((label, Role { speaker, given }))
}

/// The label that the table gives first for somebody who has this role for sure, and that is not of ASCII: for examples.
pub fn example(speaker: Speaker) -> Option<&'static str> {
    let sure = Role { speaker, given: Given::Named };
    let fits = |(label, role): &(&'static str, Role)| *role == sure && !label.is_ascii();
    rows(TABLE).filter_map(row).find(fits).map(|(label, _)| label)
}

/// The label as it is kept with a turn; nothing when it is empty.
pub fn voice(label: &str) -> Option<Voice> {
    let label = label.trim();
    let known = LABELS.get_key_value(label).map(|(known, _)| Voice::Borrowed(*known));
    (!label.is_empty()).then(|| known.unwrap_or_else(|| Voice::Owned(label.to_owned())))
}

/// A turn of whoever has this label.
pub fn turn(label: Option<&str>, text: String) -> Utterance {
    let known = label.and_then(known);
    Utterance {
        text,
        speaker: known.map_or(Speaker::Unknown, |role| role.speaker),
        given: known.map_or(Given::Open, |role| role.given),
        voice: label.and_then(voice),
        ..Utterance::said(Speaker::Unknown, "")
    }
}

/// Who is called so. `None` when the label, even without a number behind it, is not in the table.
pub fn role(label: &str) -> Option<Speaker> {
    known(label).map(|role| role.speaker)
}

/// The same with how sure it is.
pub fn known(label: &str) -> Option<Role> {
    let label = label.trim();
    if let Some(role) = LABELS.get(label) {
        return Some(*role);
    }
    let lower = label.to_lowercase();
    exact(&lower).or_else(|| exact(without_number(&lower))).or_else(|| exact(before_name(&lower)))
}

fn exact(label: &str) -> Option<Role> {
    LABELS.get(label).copied()
}

/// `speaker_01` → `speaker`.
fn without_number(label: &str) -> &str {
    let digit = |c: char| c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c);
    label.trim_end_matches(digit).trim_end_matches(['_', '-', '#', ' '])
}

/// The label before a name or number that is set off, as in `agent-1023`.
fn before_name(label: &str) -> &str {
    label.split(['-', '_', '/', '\u{b7}', '#']).next().unwrap_or_default().trim_end()
}

/// The same for who was called: the collector's side cannot be.
pub fn callee(label: &str) -> CalleeRole {
    match role(label) {
        Some(Speaker::Borrower) => CalleeRole::Borrower,
        Some(Speaker::Contact) => CalleeRole::Contact,
        Some(Speaker::Collector | Speaker::Unknown) | None => CalleeRole::Unknown,
    }
}
