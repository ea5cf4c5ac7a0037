//! What can be gone to on the page: numbered in its order, whatever the ids of the input are.

use std::collections::HashMap;

use super::escape::Esc;
use super::sheets::Sheet;
use super::timeline;
use crate::model::scan::Conclusion;

/// The names of places on the page, of the first of several with one id.
#[derive(Default)]
pub(super) struct Anchors {
    /// By call id.
    pub calls: HashMap<String, String>,
    /// By fingerprint.
    pub findings: HashMap<String, String>,
    /// By borrower id.
    pub borrowers: HashMap<String, String>,
}

impl Anchors {
    pub fn of(sheets: &[Sheet], conclusion: &Conclusion) -> Anchors {
        let mut all = Anchors::default();
        let mut findings = 0;
        for (at, sheet) in sheets.iter().enumerate() {
            all.calls.entry(sheet.record.call_id.clone()).or_insert_with(|| call(at));
            for f in &sheet.findings {
                all.findings.entry(f.fingerprint.clone()).or_insert_with(|| finding(findings));
                findings += 1;
            }
        }
        for (at, row) in timeline::shown(conclusion).map(|(row, _, _)| row).enumerate() {
            all.borrowers.insert(row.id.clone(), borrower(at));
        }
        all
    }
}

/// The name of the call at a place.
pub(super) fn call(at: usize) -> String {
    format!("c{}", at + 1)
}

/// The name of the finding at a place.
pub(super) fn finding(at: usize) -> String {
    format!("f{}", at + 1)
}

/// The name of the borrower at a place.
pub(super) fn borrower(at: usize) -> String {
    format!("b{}", at + 1)
}

/// Text, escaped, as a link within the page where there is something to go to.
pub(super) fn linked(text: &str, anchor: Option<&String>) -> String {
    match anchor {
        Some(anchor) => format!("<a href=\"#{anchor}\">{}</a>", Esc(text)),
        None => Esc(text).to_string(),
    }
}
