//! What a person must know of how a call was judged: what could not be looked at and why, and roles that were inferred.

use super::About;
use super::shared::speaker;
use crate::model::scan::CallRecord;
use crate::model::transcript::Speaker;

/// Which rules were not tested on a call, and why.
pub(super) fn not_checked(about: &About<'_>, record: &CallRecord) -> Vec<String> {
    let one = |(group, why): (&&str, &String)| {
        about.voice.fill(
            "side.not-checked",
            &[&about.voice.say(&format!("group.{group}")), &about.voice.remark(why)],
        )
    };
    record.not_checked.iter().map(one).collect()
}

/// Whom the voices were taken for by what they say.
fn roles(about: &About<'_>, record: &CallRecord) -> Option<String> {
    let voice = about.voice;
    let one = |r: &crate::model::roles::InferredRole| {
        let label = r.voice.clone().unwrap_or_else(|| voice.say("side.in-turns"));
        let role = voice.say(&format!("role.{}", speaker(r.role)));
        match r.role {
            Speaker::Unknown => format!("{label}: {role}"),
            _ => format!("{label}: {role} ({:.2})", r.confidence),
        }
    };
    let all: Vec<String> = record.inferred_roles.iter().map(one).collect();
    (!all.is_empty()).then(|| voice.fill("side.roles", &[&all.join(&voice.say("side.separator"))]))
}

/// All of it.
pub(super) fn doubts(about: &About<'_>, record: &CallRecord) -> Vec<String> {
    not_checked(about, record).into_iter().chain(roles(about, record)).collect()
}
