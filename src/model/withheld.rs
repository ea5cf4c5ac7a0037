//! Outcomes without the words of a call: ids, rules, offsets and hashes only, for logs and dashboards.

use super::accepted::Accepted;
use super::finding::Finding;
use super::scan::{CallOutcome, CallRecord, Care, Conclusion};

/// What stands in the place of a remark that may quote the input.
const WITHHELD: &str = "withheld (--text none)";
/// What the classifier's findings say they matched: no word of a call.
const CLASSIFIER: &str = "classifier";

impl CallOutcome {
    /// The same without words, names of agencies and remarks.
    pub fn without_text(&self) -> CallOutcome {
        CallOutcome {
            record: self.record.without_text(),
            findings: self.findings.iter().map(Finding::without_text).collect(),
            care: self.care.iter().map(Care::without_text).collect(),
        }
    }
}

impl CallRecord {
    /// The labels of speakers may be names of people.
    fn without_text(&self) -> CallRecord {
        let mut record = self.clone();
        record.inferred_roles.iter_mut().for_each(|role| role.voice = None);
        record
    }
}

impl Finding {
    fn without_text(&self) -> Finding {
        let matched = if self.matched == CLASSIFIER { CLASSIFIER } else { "" };
        Finding {
            quote: String::new(),
            matched: matched.to_owned(),
            agency: None,
            notes: Vec::new(),
            text: "".into(),
            marks: Vec::new(),
            around: [None, None],
            context: Vec::new(),
            accepted: self.accepted.as_ref().map(Accepted::without_text),
            ..self.clone()
        }
    }
}

impl Accepted {
    fn without_text(&self) -> Accepted {
        Accepted { reason: None, author: None, ..self.clone() }
    }
}

impl Care {
    fn without_text(&self) -> Care {
        Care { quote: String::new(), answer: self.answer.as_ref().map(|_| String::new()), ..self.clone() }
    }
}

impl Conclusion {
    /// The same without numbers, names of agencies and the words of remarks; their places stay.
    pub fn without_text(mut self) -> Conclusion {
        for finding in &mut self.frequency {
            finding.key.retain(|part, _| *part == "collector");
            if let Some(accepted) = &mut finding.accepted {
                *accepted = accepted.without_text();
                // A remark holds the reason.
                finding.notes.clear();
            }
        }
        for notice in &mut self.notices {
            WITHHELD.clone_into(&mut notice.message);
        }
        self.notices.dedup();
        for entry in &mut self.stale {
            WITHHELD.clone_into(&mut entry.remark);
        }
        for audit in &mut self.audits {
            audit.agency = None;
            audit.notes.clear();
        }
        self
    }
}
