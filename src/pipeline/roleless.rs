//! Calls in which nothing tells who speaks, by file.

use std::collections::BTreeMap;

use crate::model::notice::Notice;
use crate::model::scan::CallOutcome;
use crate::model::transcript::{Call, Speaker};

/// How many calls of each file have turns of nobody that is known.
#[derive(Default)]
pub(super) struct Roleless(BTreeMap<String, u64>);

impl Roleless {
    /// Looks at a judged call.
    pub(super) fn note(&mut self, call: &Call, outcome: &CallOutcome) {
        let record = &outcome.record;
        let open = record.inferred_roles.iter().any(|role| role.role == Speaker::Unknown);
        if !call.turns.is_empty() && (open || !record.roles_known) {
            *self.0.entry(call.file.clone()).or_default() += 1;
        }
    }

    /// One notice a file.
    pub(super) fn notices(&mut self) -> impl Iterator<Item = Notice> {
        std::mem::take(&mut self.0).into_iter().map(|(file, n)| {
            let calls = if n == 1 { "1 call".to_owned() } else { format!("{n} calls") };
            let text = format!(
                "in {calls} nothing tells who speaks, or not of everybody: what is found there is for review; `--speakers` \
                 names them"
            );
            Notice::remark(file, None, text)
        })
    }
}
