//! The records of the machine contract: what JSON and JSON Lines have in common. `schema` is 1; a changed key is a new schema.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{About, definition};
use crate::model::scan::{Conclusion, PartyRecord};

/// Version of the contract.
pub(super) const SCHEMA: u32 = 1;

/// A record with its type, as the first key.
#[derive(Serialize)]
pub(super) struct Typed<'a, T: Serialize> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(flatten)]
    pub record: &'a T,
}

/// A borrower's record, or a collector's, under the key of its kind.
#[derive(Serialize)]
pub(super) struct Party<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    borrower_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collector_id: Option<&'a str>,
    #[serde(flatten)]
    record: &'a PartyRecord,
}

impl<'a> Party<'a> {
    pub fn borrower(record: &'a PartyRecord, typed: bool) -> Party<'a> {
        let kind = typed.then_some("borrower");
        Party { kind, borrower_id: Some(&record.id), collector_id: None, record }
    }

    pub fn collector(record: &'a PartyRecord, typed: bool) -> Party<'a> {
        let kind = typed.then_some("collector");
        Party { kind, borrower_id: None, collector_id: Some(&record.id), record }
    }
}

/// 16 hexadecimal digits over some texts.
fn fingerprint(parts: &[String]) -> String {
    let mut sum = Sha256::new();
    parts.iter().for_each(|part| sum.update(part.as_bytes()));
    sum.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Totals, versions and definitions of the run.
pub(super) fn summary(about: &About<'_>, conclusion: &Conclusion) -> Value {
    let rules: BTreeMap<String, Value> =
        about.profile.rules.iter().map(|r| (format!("frequency/{}", r.id), definition::json(r))).collect();
    let timezone = about.profile.timezone.iana_name().unwrap_or("fixed offset");
    let seconds = about.profile.effective_min_seconds;
    // Everything that was set, the lexicon aside: what the profile defines, and what the run was asked for.
    let configuration =
        [json!([about.profile.name, timezone, seconds, rules, conclusion.settings]).to_string()];
    let prints = json!({
        "input": conclusion.input,
        "configuration": fingerprint(&configuration),
        "settings": conclusion.settings,
    });
    json!({
        "type": "summary",
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "lexicon": about.rules.hash,
        "profile": about.profile.name,
        "run": prints,
        "timezone": timezone,
        "effective_min_seconds": seconds,
        "definitions": rules,
        "counts_are_lower_bounds": true,
        "totals": conclusion.totals,
        "connected_without_transcript": conclusion.without_transcript,
        "not_checked": conclusion.not_checked,
    })
}
