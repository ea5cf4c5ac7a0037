//! Findings about the suppressions themselves: who suppresses too much, for too long or for nothing is told of too.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Entry, Share, Suppressions};
use crate::finding::fingerprint;
use crate::model::accepted::Audit;
use crate::model::finding::Verdict;
use crate::model::rules::Severity;

/// Everything that is wrong with the file, in its order.
pub(super) fn all(
    suppressions: &Suppressions,
    shares: &BTreeMap<Option<String>, Share>,
    today: Date,
) -> Vec<Audit> {
    let mut found: Vec<Audit> =
        suppressions.entries.iter().filter_map(|entry| of_entry(suppressions, entry, today)).collect();
    let over = shares.iter().filter(|(_, share)| {
        share.suppressed > 0 && share.suppressed as f64 > suppressions.max_share * share.all as f64
    });
    found.extend(over.map(|(agency, share)| too_many(suppressions, agency.as_deref(), *share)));
    found
}

fn of_entry(suppressions: &Suppressions, entry: &Entry, today: Date) -> Option<Audit> {
    let scope = entry.scope();
    let (rule, verdict, count, note) = if entry.expires < today {
        let note =
            format!("expired on {}: {scope}; renew it with a new reason or take it out", entry.expires);
        ("suppression/expired", Verdict::Violation, entry.missed, note)
    } else if entry.used == 0 {
        ("suppression/unused", Verdict::Review, 0, format!("suppresses nothing: {scope}; take it out"))
    } else {
        return None;
    };
    let print = fingerprint([rule, &scope, &entry.expires.to_string()]);
    Some(Audit {
        severity: if verdict == Verdict::Violation { Severity::Major } else { Severity::Minor },
        count,
        of: None,
        agency: None,
        ..plain(suppressions, rule, verdict, entry.line, print, note)
    })
}

fn too_many(suppressions: &Suppressions, agency: Option<&str>, share: Share) -> Audit {
    let percent = |x: f64| (x * 1000.0).round() / 10.0;
    let (is, most) = (share.suppressed as f64 / share.all as f64, suppressions.max_share);
    let of = agency.map_or_else(|| "of calls of no known agency".to_owned(), |name| format!("of {name}"));
    let note = format!(
        "{} of {} findings {of} are suppressed, {} %: max_share allows {} %",
        share.suppressed,
        share.all,
        percent(is),
        percent(most)
    );
    let print = fingerprint(["suppression/share", agency.unwrap_or_default()]);
    Audit {
        agency: agency.map(str::to_owned),
        count: share.suppressed,
        of: Some(share.all),
        ..plain(suppressions, "suppression/share", Verdict::Violation, suppressions.share_line, print, note)
    }
}

fn plain(
    suppressions: &Suppressions,
    rule: &'static str,
    verdict: Verdict,
    line: usize,
    fingerprint: String,
    note: String,
) -> Audit {
    Audit {
        rule,
        group: "suppression",
        severity: Severity::Major,
        verdict,
        score: 1.0,
        file: suppressions.file.clone(),
        line,
        agency: None,
        count: 0,
        of: None,
        fingerprint,
        notes: vec![note],
    }
}
