//! What stands in a finding of counts beside the calls: remarks, and the fingerprint.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::admit::name_of;
use super::calls::CallBook;
use super::conclude::rule_id;
use super::frequency::Episode;
use crate::model::profile::{ProfileRule, Test};
use crate::model::texts::Texts;

/// What a reader must know beside the number.
pub(super) fn notes(book: &CallBook, rule: &ProfileRule, episode: &Episode) -> Vec<String> {
    let mut notes = Vec::new();
    if !book.has_log() && rule.test.counts().is_some() {
        notes.push(format!("at least {}: no call log", episode.count));
    }
    if rule.all_agencies {
        notes.push(format!("at least {}: calls of other agencies are not seen", episode.count));
    }
    if let Test::Distinct { of, .. } = rule.test {
        notes.push(format!("{} different values of {}", episode.count, name_of(of)));
    }
    if episode.open > 0 {
        let n = episode.open;
        notes.push(format!(
            "{n} more in that time not counted: not known who was called, whether it was answered or how long it lasted"
        ));
    }
    notes.extend(episode.note.map(str::to_owned));
    notes
}

/// 16 hexadecimal digits over rule, key and the sorted ids of the calls, each closed by a byte that cannot stand in text.
pub(super) fn fingerprint(rule: &ProfileRule, key: &BTreeMap<&'static str, String>, ids: &Texts) -> String {
    let mut sorted: Vec<&str> = ids.iter().collect();
    sorted.sort_unstable();
    let mut sum = Sha256::new();
    let mut add = |part: &str| {
        sum.update(part.as_bytes());
        sum.update([0xff]);
    };
    add(&rule_id(rule));
    for (name, value) in key {
        add(name);
        add(value);
    }
    sorted.into_iter().for_each(add);
    sum.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}
