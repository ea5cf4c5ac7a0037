//! Who is meant by the labels of an input: `0=collector,1=borrower`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::decode::speaker;
use crate::model::error::Error;
use crate::model::notice::Notice;
use crate::model::transcript::{Call, Given, Speaker, Utterance};

/// The word before the number or letter of a channel, which need not be typed.
const CHANNEL: &str = "channel ";

/// The roles that the user names, by label. What was seen of them is counted while turns are read, by any number of threads.
#[derive(Debug, Clone)]
pub struct Speakers(Arc<[Entry]>);

#[derive(Debug)]
struct Entry {
    /// As typed.
    label: String,
    /// As it is compared.
    key: String,
    role: Speaker,
    /// Turns that have the label.
    turns: AtomicU64,
    /// Of them those whose label names another role.
    against: AtomicU64,
}

impl Speakers {
    /// Reads a map of labels to roles.
    ///
    /// # Errors
    /// When a pair is none, a role is unknown or a label stands twice.
    pub fn parse(text: &str) -> Result<Speakers, Error> {
        let wrong = |message: String| Error::Usage(format!("--speakers: {message}"));
        let mut entries: Vec<Entry> = Vec::new();
        for pair in text.split([',', '\u{ff0c}']) {
            let (label, name) = pair
                .rsplit_once(['=', '\u{ff1d}'])
                .map(|(label, name)| (label.trim(), name.trim()))
                .filter(|(label, name)| !label.is_empty() && !name.is_empty())
                .ok_or_else(|| {
                    wrong(format!("`{}` is no pair such as `0=collector`; commas part them", pair.trim()))
                })?;
            let role =
                role(name).ok_or_else(|| wrong(format!("`{name}` is no role; known are {}", known())))?;
            let key = key(label);
            if entries.iter().any(|e| e.key == key) {
                return Err(wrong(format!("`{label}` stands twice")));
            }
            let (turns, against) = (AtomicU64::new(0), AtomicU64::new(0));
            entries.push(Entry { label: label.to_owned(), key, role, turns, against });
        }
        Ok(Speakers(entries.into()))
    }

    /// Whether a label is among those that are named.
    pub fn names(&self, label: &str) -> bool {
        self.find(label).is_some()
    }

    /// Gives the turns whose labels are named their roles, whatever the labels say.
    pub fn apply(&self, calls: &mut [Call]) {
        for turn in calls.iter_mut().flat_map(|call| &mut call.turns) {
            let named = turn.voice.as_deref().and_then(|label| self.find(label));
            named.into_iter().for_each(|entry| entry.tell(turn));
        }
    }

    /// What there is to say when everything was read: labels that no turn has, and labels that name other roles.
    pub fn notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        for entry in &*self.0 {
            let label = &entry.label;
            if entry.turns.load(Ordering::Relaxed) == 0 {
                let text = format!("`--speakers`: no turn is labelled `{label}`");
                notices.push(Notice::remark("", None, text));
            }
            let against = entry.against.load(Ordering::Relaxed);
            if against > 0 {
                let role = name(entry.role);
                let text = format!(
                    "`--speakers`: the label `{label}` names another role itself ({against} turns): taken as `{role}`"
                );
                notices.push(Notice::remark("", None, text));
            }
        }
        notices
    }

    fn find(&self, label: &str) -> Option<&Entry> {
        // A few labels: looking through them is faster than any table.
        let key = key(label);
        let channel = key.strip_prefix(CHANNEL);
        self.0.iter().find(|e| e.key == key || channel == Some(e.key.as_str()))
    }
}

impl Entry {
    fn tell(&self, turn: &mut Utterance) {
        self.turns.fetch_add(1, Ordering::Relaxed);
        if turn.given == Given::Named && turn.speaker != self.role {
            self.against.fetch_add(1, Ordering::Relaxed);
        }
        turn.speaker = self.role;
        turn.given = Given::Named;
    }
}

fn key(label: &str) -> String {
    label.trim().to_lowercase()
}

/// The role of this name, English or one of the labels that mean it for sure.
fn role(name: &str) -> Option<Speaker> {
    speaker::known(name).filter(|role| role.given == Given::Named).map(|role| role.speaker)
}

fn name(role: Speaker) -> &'static str {
    match role {
        Speaker::Collector => "collector",
        Speaker::Borrower => "borrower",
        Speaker::Contact => "contact",
        Speaker::Unknown => speaker::OTHER,
    }
}

/// All roles, each with a Chinese name.
fn known() -> String {
    let all = [Speaker::Collector, Speaker::Borrower, Speaker::Contact, Speaker::Unknown];
    let one = |role: Speaker| match speaker::example(role) {
        Some(chinese) => format!("{} ({chinese})", name(role)),
        None => name(role).to_owned(),
    };
    all.map(one).join(", ")
}
