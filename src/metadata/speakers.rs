//! Who is meant by the labels of an input: `0=collector,1=borrower`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxBuildHasher;

use crate::decode::speaker;
use crate::model::error::Error;
use crate::model::notice::Notice;
use crate::model::transcript::{Call, Given, Speaker, Utterance};

/// The word before the number or letter of a channel, which need not be typed.
const CHANNEL: &str = "channel ";

/// Most labels without a role that are told; the first by their order, so that it does not matter which was seen first.
const UNNAMED: usize = 20;

/// The roles that the user names, by label. What was seen of them is counted while turns are read, by any number of threads.
#[derive(Debug, Clone)]
pub struct Speakers(Arc<Named>);

#[derive(Debug)]
struct Named {
    entries: Vec<Entry>,
    unnamed: Mutex<Unnamed>,
}

/// Labels that are not named and have no role of their own, with the files that have them, as hashes.
#[derive(Debug, Default)]
struct Unnamed {
    labels: BTreeMap<String, HashSet<u64, FxBuildHasher>>,
    more: bool,
}

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
        Ok(Speakers(Arc::new(Named { entries, unnamed: Mutex::default() })))
    }

    /// Whether a label is among those that are named.
    pub fn names(&self, label: &str) -> bool {
        self.find(label).is_some()
    }

    /// Gives the turns whose labels are named their roles, whatever the labels say.
    pub fn apply(&self, calls: &mut [Call]) {
        for call in calls {
            let mut others: BTreeSet<&str> = BTreeSet::new();
            for turn in &mut call.turns {
                let Some(label) = turn.voice.as_deref() else { continue };
                match self.find(label) {
                    Some(entry) => entry.tell(turn),
                    None if turn.given != Given::Named => {
                        others.insert(turn.voice.as_deref().unwrap_or_default().trim());
                    }
                    None => {}
                }
            }
            if !others.is_empty() {
                let file = FxBuildHasher.hash_one(&call.file);
                let mut unnamed = self.unnamed();
                others.into_iter().for_each(|label| unnamed.note(label, file));
            }
        }
    }

    fn unnamed(&self) -> MutexGuard<'_, Unnamed> {
        self.0.unnamed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is to say when everything was read: labels that no turn has, labels that name other roles, and labels
    /// that nobody named.
    pub fn notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        for entry in &self.0.entries {
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
        notices.extend(self.unnamed().notices());
        notices
    }

    fn find(&self, label: &str) -> Option<&Entry> {
        // A few labels: looking through them is faster than any table.
        let key = key(label);
        let channel = key.strip_prefix(CHANNEL);
        self.0.entries.iter().find(|e| e.key == key || channel == Some(e.key.as_str()))
    }
}

impl Unnamed {
    fn note(&mut self, label: &str, file: u64) {
        match self.labels.get_mut(label) {
            Some(files) => {
                files.insert(file);
            }
            None => {
                self.labels.entry(label.to_owned()).or_default().insert(file);
            }
        }
        if self.labels.len() > UNNAMED {
            self.labels.pop_last();
            self.more = true;
        }
    }

    fn notices(&self) -> impl Iterator<Item = Notice> {
        let one = |(label, files): (&String, &HashSet<u64, FxBuildHasher>)| {
            let files = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
            format!("`--speakers`: the label `{label}` is not named ({files}): its words tell who speaks")
        };
        let more =
            format!("`--speakers`: more than {UNNAMED} labels are not named: their words tell who speaks");
        let texts = self.labels.iter().map(one).chain(self.more.then_some(more));
        texts.map(|text| Notice::remark("", None, text)).collect::<Vec<_>>().into_iter()
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
