//! What speakers are called in transcripts: `lexicons/tables/speakers.tsv`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::model::transcript::{CalleeRole, Speaker};

/// The table of labels: label, tab, role.
pub const TABLE: &str = include_str!("../../lexicons/tables/speakers.tsv");

static LABELS: LazyLock<FxHashMap<&'static str, Speaker>> =
    LazyLock::new(|| rows(TABLE).filter_map(row).collect());

/// Lines of a table that hold something, as their two columns.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

fn row((label, role): (&'static str, &'static str)) -> Option<(&'static str, Speaker)> {
    let speaker = match role.trim() {
        "collector" => Speaker::Collector,
        "borrower" => Speaker::Borrower,
        "contact" => Speaker::Contact,
        "unknown" => Speaker::Unknown,
        _ => return None,
    };
    Some((label, speaker))
}

/// Who is called so. `None` when the label, even without a number behind it, is not in the table.
pub fn role(label: &str) -> Option<Speaker> {
    let label = label.trim();
    if let Some(speaker) = LABELS.get(label) {
        return Some(*speaker);
    }
    let lower = label.to_lowercase();
    exact(&lower).or_else(|| exact(without_number(&lower))).or_else(|| exact(before_name(&lower)))
}

fn exact(label: &str) -> Option<Speaker> {
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
