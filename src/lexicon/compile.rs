//! All files of a lexicon → one [`RuleSet`], or every fault found in them.

use rustc_hash::FxHashSet;
use toml::Spanned;

use super::builder::{Builder, Place};
use super::document::{Lines, parse, suggest};
use super::entries::{ClassEntry, CueFile};
use super::files::{File, Files};
use super::{arguable, conduct, policy, rule_file, signs, tables};
use crate::model::arguable::Arguable;
use crate::model::error::{Error, Fault};
use crate::model::messages::Messages;
use crate::model::policy::Policy;
use crate::model::roles::RolePieces;
use crate::model::rules::{
    Boundary, CareCue, ClassIx, ConductElement, Cue, GROUPS, Rule, RuleSet, Scope, Voice,
};

/// What the compiler needs from stages it does not know.
pub struct Helpers<'a> {
    /// The normaliser's form of an entry.
    pub normalise: &'a dyn Fn(&str) -> String,
    /// The same without the spellings of several characters.
    pub fold: &'a dyn Fn(&str) -> String,
    /// Names that `because` may use beside `no-match`.
    pub gates: Vec<&'static str>,
}

/// Builds the tables.
///
/// # Errors
/// [`Error::Rules`] with every fault of every file.
pub fn compile(files: &Files, helpers: &Helpers<'_>) -> Result<RuleSet, Error> {
    let mut b = Builder::new(helpers.normalise, helpers.fold);
    read_classes(files, &mut b);
    let labels = tables::speakers(files, &mut b.faults);
    let rules = rule_file::read_all(files, &mut b, &labels, &helpers.gates);
    let cues = read_cues(files, &mut b);
    let conduct = conduct::read_all(files, &mut b, &labels);
    let care = signs::read_care(files, &mut b, &labels);
    let voices = signs::read_voices(files, &mut b);
    let policy = policy::read(files, &mut b.faults);
    let digits = tables::digits(files, &mut b.faults);
    let arguable = arguable::read(files, helpers.normalise, &labels, &mut b.faults);
    let role_pieces = tables::role_pieces(files, &mut b.faults);
    let messages = tables::messages(files, &mut b.faults);
    tables::check(files, &mut b.faults);
    let Some(policy) = policy.filter(|_| b.faults.is_empty()) else {
        b.faults.sort();
        b.faults.dedup();
        return Err(Error::Rules(b.faults));
    };
    Ok(assemble(
        b,
        Parts {
            rules,
            cues,
            conduct,
            care,
            voices,
            role_pieces,
            arguable,
            policy,
            digits,
            messages,
            hash: files.hash(),
        },
    ))
}

struct Parts {
    rules: Vec<Rule>,
    cues: Vec<Cue>,
    conduct: Vec<ConductElement>,
    care: Vec<CareCue>,
    voices: Vec<Voice>,
    role_pieces: RolePieces,
    arguable: Vec<Arguable>,
    policy: Policy,
    digits: Vec<char>,
    messages: Messages,
    hash: String,
}

fn assemble(mut b: Builder<'_>, parts: Parts) -> RuleSet {
    let (classes, phrases) = (std::mem::take(&mut b.classes), std::mem::take(&mut b.phrases));
    let (patterns, files) = b.into_patterns();
    RuleSet {
        rules: parts.rules,
        classes,
        phrases,
        patterns,
        files,
        cues: parts.cues,
        conduct: parts.conduct,
        care: parts.care,
        voices: parts.voices,
        role_pieces: parts.role_pieces,
        arguable: parts.arguable,
        policy: parts.policy,
        digits: parts.digits,
        messages: parts.messages,
        hash: parts.hash,
    }
}

/// Parses a TOML file of the lexicon; what is wrong becomes a fault.
pub(super) fn toml_of<T: serde::de::DeserializeOwned>(
    file: &File,
    faults: &mut Vec<Fault>,
) -> Option<(T, Lines)> {
    let text = tables::text_of(file, faults)?;
    match parse(&file.shown, text) {
        Ok(value) => Some((value, Lines::of(text))),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

type ClassTable = std::collections::BTreeMap<Spanned<String>, ClassEntry>;

fn read_classes(files: &Files, b: &mut Builder<'_>) {
    let mut tables: Vec<(&File, Lines, ClassTable)> = Vec::new();
    for (_, file) in files.below("cues/classes", ".toml") {
        if let Some((table, lines)) = toml_of::<ClassTable>(file, &mut b.faults) {
            tables.push((file, lines, table));
        }
    }
    tables.sort_by_key(|(file, ..)| file.own);
    let known = tables.iter().filter(|(file, ..)| !file.own).flat_map(|(_, _, table)| table.keys());
    let known: FxHashSet<String> = known.map(|name| name.get_ref().clone()).collect();
    for (file, lines, table) in &tables {
        let place = Place { shown: &file.shown, lines };
        for (name, entry) in table {
            // A file of one's own adds to a built-in class.
            if file.own && known.contains(name.get_ref()) {
                if entry.boundary.is_some() {
                    let message = format!("`boundary` is that of the built-in class `@{}`", name.get_ref());
                    b.faults.push(place.fault(place.line(name), message));
                }
                continue;
            }
            b.declare(name.get_ref(), entry.boundary.unwrap_or(Boundary::Free), place, place.line(name));
        }
    }
    // A class that includes others gets their words as its own.
    for (file, lines, table) in &tables {
        let place = Place { shown: &file.shown, lines };
        for (name, entry) in table {
            let Some(class) = b.class(name.get_ref(), place, place.line(name)) else { continue };
            for included in &entry.classes {
                let included = b.class(included.get_ref(), place, place.line(included));
                b.classes[class].included.extend(included);
            }
            let mut seen: FxHashSet<String> = b.classes[class].members.iter().cloned().collect();
            for (word, line) in words_of(entry, place, &tables, b, 0) {
                if seen.insert(word.clone()) {
                    b.member(class, &word, place, line);
                }
            }
        }
    }
}

/// The words of a class and of the classes it includes, to a depth that no sensible file reaches.
fn words_of(
    entry: &ClassEntry,
    place: Place<'_>,
    tables: &[(&File, Lines, ClassTable)],
    b: &mut Builder<'_>,
    depth: usize,
) -> Vec<(String, usize)> {
    // An included word stands at the line that includes it; finding lines takes long.
    let line = |word| if depth == 0 { place.line(word) } else { 0 };
    let mut words: Vec<(String, usize)> =
        entry.words.iter().map(|w| (w.get_ref().clone(), line(w))).collect();
    for included in &entry.classes {
        let line = place.line(included);
        if depth == 8 {
            b.faults.push(
                place.fault(
                    line,
                    format!("`{}`: classes include one another in a circle", included.get_ref()),
                ),
            );
            continue;
        }
        let bare = included.get_ref().trim_start_matches('@');
        let of = |table: &'_ ClassTable| table.keys().find(|name| name.get_ref() == bare).cloned();
        for inner in tables.iter().filter_map(|(_, _, table)| table.get(&of(table)?)) {
            words.extend(words_of(inner, place, tables, b, depth + 1).into_iter().map(|(w, _)| (w, line)));
        }
    }
    words
}

fn read_cues(files: &Files, b: &mut Builder<'_>) -> Vec<Cue> {
    let mut cues = Vec::new();
    for name in ["negation", "quotation", "question", "notice"] {
        for (_, file) in files.below(&format!("cues/{name}"), ".toml") {
            let Some((parsed, lines)) = toml_of::<CueFile>(file, &mut b.faults) else { continue };
            let place = Place { shown: &file.shown, lines: &lines };
            for entry in parsed.cue {
                let mut classes = Vec::new();
                if !entry.words.is_empty() {
                    classes.push(anonymous(b, &entry.words, place));
                }
                for name in &entry.classes {
                    classes.extend(b.class(name.get_ref(), place, place.line(name)));
                }
                check_groups(&entry.groups, place, b);
                let void = (!entry.void.is_empty()).then(|| anonymous(b, &entry.void, place));
                let groups: Vec<String> = entry.groups.iter().map(|g| g.get_ref().clone()).collect();
                cues.extend(classes.into_iter().map(|class| Cue {
                    kind: parsed.kind,
                    class,
                    reach: entry.reach,
                    scope: entry.scope.unwrap_or(Scope::Clause),
                    after: entry.after,
                    groups: groups.clone(),
                    void,
                }));
            }
        }
    }
    cues
}

fn anonymous(b: &mut Builder<'_>, words: &[Spanned<String>], place: Place<'_>) -> ClassIx {
    let words: Vec<(String, usize)> = words.iter().map(|w| (w.get_ref().clone(), place.line(w))).collect();
    b.anonymous(&words, place)
}

/// Refuses names that are no group.
pub(super) fn check_groups(groups: &[Spanned<String>], place: Place<'_>, b: &mut Builder<'_>) {
    for group in groups.iter().filter(|g| !GROUPS.contains(&g.get_ref().as_str())) {
        let hint = suggest(group.get_ref(), GROUPS);
        b.faults.push(place.fault(place.line(group), format!("unknown group `{}`{hint}", group.get_ref())));
    }
}
