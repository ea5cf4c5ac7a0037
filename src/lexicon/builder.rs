//! Gathers words, classes and phrases from all files into the tables of a [`RuleSet`].

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashMap;
use toml::Spanned;

use super::document::{Lines, suggest};
use super::entries::{PhraseEntry, VoidEntry};
use crate::model::error::Fault;
use crate::model::rules::{
    Basis, Boundary, Class, ClassIx, FULL_WEIGHT, Owner, Part, Pattern, Phrase, Use, Uses, Void,
};

/// Most characters between two parts of a phrase that names no gap.
const DEFAULT_GAP: usize = 8;

/// The file that is being read, for messages.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub shown: &'a str,
    pub lines: &'a Lines,
}

impl Place<'_> {
    pub(super) fn line<T>(&self, at: &Spanned<T>) -> usize {
        self.lines.line(at.span().start)
    }

    pub(super) fn fault(&self, line: usize, message: impl Into<String>) -> Fault {
        Fault { file: self.shown.to_owned(), line, message: message.into() }
    }
}

/// Tables in the making, and everything that is wrong so far.
pub(super) struct Builder<'a> {
    normalise: &'a dyn Fn(&str) -> String,
    fold: &'a dyn Fn(&str) -> String,
    patterns: Vec<Pattern>,
    /// Where each of them stands, by the hash of its text or, where another one has that, by the next number that is free.
    pattern_ix: FxHashMap<u64, u32>,
    files: Vec<String>,
    pub classes: Vec<Class>,
    class_ix: BTreeMap<String, ClassIx>,
    pub phrases: Vec<Phrase>,
    pub faults: Vec<Fault>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        normalise: &'a dyn Fn(&str) -> String,
        fold: &'a dyn Fn(&str) -> String,
    ) -> Builder<'a> {
        Builder {
            normalise,
            fold,
            patterns: Vec::new(),
            pattern_ix: FxHashMap::default(),
            files: Vec::new(),
            classes: Vec::new(),
            class_ix: BTreeMap::new(),
            phrases: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Adds one spelling with what it stands for; an empty one is a fault.
    pub(super) fn pattern(&mut self, text: &str, what: Use, place: Place<'_>, line: usize) {
        let plain = (self.normalise)(text.trim());
        if plain.trim().is_empty() {
            self.faults.push(place.fault(line, format!("`{text}`: an empty term matches everywhere")));
            return;
        }
        let Some(ix) = self.known(&plain) else {
            return self.add(text, plain, what, place, line);
        };
        let pattern = &mut self.patterns[ix as usize];
        if pattern.uses.iter().any(|u| same_use(u, &what)) {
            // A class may get a word twice through the classes it includes; a rule gets a term twice by mistake only.
            // A spelling that a table makes the same as another is right by itself: the table may come after the term.
            let spelled = (self.fold)(text.trim()) != *pattern.text;
            if spelled || matches!(what, Use::Member { .. }) {
                return;
            }
            let message = format!("`{text}` stands here twice (in the same or another spelling)");
            self.faults.push(place.fault(line, message));
            return;
        }
        pattern.uses.push(what);
    }

    /// The pattern with this text.
    fn known(&self, plain: &str) -> Option<u32> {
        let mut key = hash(plain);
        loop {
            let ix = *self.pattern_ix.get(&key)?;
            if *self.patterns[ix as usize].text == *plain {
                return Some(ix);
            }
            key = key.wrapping_add(1);
        }
    }

    /// Adds a pattern that is not known yet.
    fn add(&mut self, text: &str, plain: String, what: Use, place: Place<'_>, line: usize) {
        let mut key = hash(&plain);
        while self.pattern_ix.contains_key(&key) {
            key = key.wrapping_add(1);
        }
        self.pattern_ix.insert(key, self.patterns.len() as u32);
        if self.files.last().is_none_or(|file| file != place.shown) {
            self.files.push(place.shown.to_owned());
        }
        self.patterns.push(Pattern {
            spelled: (text != plain).then(|| text.into()),
            text: plain.into(),
            uses: Uses::One(what),
            origin: (self.files.len() as u32 - 1, u32::try_from(line).unwrap_or(u32::MAX)),
        });
    }

    /// Declares a class; its members come later, so that classes may name one another in any order.
    pub(super) fn declare(
        &mut self,
        name: &str,
        boundary: Boundary,
        place: Place<'_>,
        line: usize,
    ) -> ClassIx {
        if let Some(ix) = self.class_ix.get(name) {
            self.faults.push(place.fault(line, format!("class `@{name}` is defined twice")));
            return *ix;
        }
        let (members, included) = (Vec::new(), Vec::new());
        self.classes.push(Class { name: name.to_owned(), boundary, members, included });
        self.class_ix.insert(name.to_owned(), self.classes.len() - 1);
        self.classes.len() - 1
    }

    /// Adds a member to a class.
    pub(super) fn member(&mut self, class: ClassIx, word: &str, place: Place<'_>, line: usize) {
        self.classes[class].members.push(word.to_owned());
        self.pattern(word, Use::Member { class }, place, line);
    }

    /// A class without a name of its own: the words stand where they are used.
    pub(super) fn anonymous(&mut self, words: &[(String, usize)], place: Place<'_>) -> ClassIx {
        self.classes.push(Class {
            name: String::new(),
            boundary: Boundary::Free,
            members: Vec::new(),
            included: Vec::new(),
        });
        let class = self.classes.len() - 1;
        for (word, line) in words {
            self.member(class, word, place, *line);
        }
        class
    }

    /// The class with this name, with or without `@`; an unknown one is a fault.
    pub(super) fn class(&mut self, name: &str, place: Place<'_>, line: usize) -> Option<ClassIx> {
        let bare = name.strip_prefix('@').unwrap_or(name);
        let found = self.class_ix.get(bare).copied();
        if found.is_none() {
            let hint = suggest(bare, self.class_ix.keys().map(String::as_str));
            self.faults.push(place.fault(line, format!("unknown class `@{bare}`{hint}")));
        }
        found
    }

    /// Adds single words and phrases that belong to `owner`.
    pub(super) fn evidence(
        &mut self,
        owner: Owner,
        terms: &[Spanned<String>],
        phrases: &[PhraseEntry],
        place: Place<'_>,
    ) {
        if !terms.is_empty() {
            let words: Vec<(String, usize)> =
                terms.iter().map(|t| (t.get_ref().clone(), place.line(t))).collect();
            let class = self.anonymous(&words, place);
            let shown = words[0].0.clone();
            let parts = vec![Part { classes: vec![class], gap: 0 }];
            let line = words[0].1;
            let phrase = Phrase {
                owner,
                shown,
                parts,
                unless: Vec::new(),
                weight: FULL_WEIGHT,
                any_order: false,
                void: None,
                line,
            };
            self.phrases.push(phrase);
        }
        for entry in phrases {
            self.phrase(owner, entry, place);
        }
    }

    /// Adds one phrase.
    pub(super) fn phrase(&mut self, owner: Owner, entry: &PhraseEntry, place: Place<'_>) {
        let line = place.line(&entry.parts);
        let written = entry.parts.get_ref();
        let gaps = match (&entry.gaps, entry.gap) {
            (Some(_), Some(_)) => Err("`gap` and `gaps` cannot stand together".to_owned()),
            (Some(gaps), None) if gaps.len() + 1 == written.len() => Ok(gaps.clone()),
            (Some(gaps), None) => Err(format!(
                "{} parts need {} gaps, not {}",
                written.len(),
                written.len().saturating_sub(1),
                gaps.len()
            )),
            (None, gap) => Ok(vec![gap.unwrap_or(DEFAULT_GAP); written.len().saturating_sub(1)]),
        };
        let gaps = match gaps {
            Ok(gaps) if !written.is_empty() => gaps,
            Ok(_) => return self.faults.push(place.fault(line, "a phrase needs at least one part")),
            Err(message) => return self.faults.push(place.fault(line, message)),
        };
        let weight = entry.weight.unwrap_or(FULL_WEIGHT);
        self.check_weight(weight, place, line);
        let mut parts = Vec::new();
        for (i, part) in written.iter().enumerate() {
            let gap = if i == 0 { 0 } else { gaps[i - 1] };
            parts.push(Part { classes: self.alternatives(part, place, line), gap });
        }
        let unless = entry.unless.iter().flat_map(|u| self.alternatives(u, place, line)).collect();
        let shown = written.join(" … ");
        let (any_order, void) = (entry.any_order, None);
        self.phrases.push(Phrase { owner, shown, parts, unless, weight, any_order, void, line });
    }

    /// A word as texts are read.
    pub(super) fn normalised(&self, word: &str) -> String {
        (self.normalise)(word)
    }

    /// The clauses that something rests on; one without an id, or that ends before it begins, is a fault.
    pub(super) fn clauses(&mut self, written: Vec<Spanned<Basis>>, place: Place<'_>) -> Vec<Basis> {
        for clause in &written {
            let (line, clause) = (place.line(clause), clause.get_ref());
            if clause.id.trim().is_empty() {
                self.faults.push(place.fault(line, "a clause needs an `id`"));
            }
            if let (Some(first), Some(last)) = (clause.from, clause.until)
                && last < first
            {
                let message = format!("the clause ends on {last}, before it begins on {first}");
                self.faults.push(place.fault(line, message));
            }
        }
        written.into_iter().map(Spanned::into_inner).collect()
    }

    /// A word that claims something, as texts are read; an empty one is a fault.
    pub(super) fn claim(&mut self, word: &Spanned<String>, place: Place<'_>) -> String {
        let plain = (self.normalise)(word.get_ref());
        if plain.trim().is_empty() {
            let message = format!("`{}`: an empty term matches everywhere", word.get_ref());
            self.faults.push(place.fault(place.line(word), message));
        }
        plain
    }

    /// Adds a phrase in whose turn nothing shows a need.
    pub(super) fn void(&mut self, owner: Owner, entry: VoidEntry, place: Place<'_>) {
        let known = self.phrases.len();
        let all = |words: &[String]| words.iter().map(|word| self.normalised(word)).collect();
        let (unless_asked, except): (Vec<String>, Vec<String>) =
            (all(&entry.unless_asked), all(&entry.except));
        let VoidEntry { parts, gap, gaps, unless, heard, within, unheard, back, other, .. } = entry;
        let line = place.line(&parts);
        if heard > parts.get_ref().len() {
            self.faults.push(place.fault(line, format!("`heard` is {heard}, but there are fewer parts")));
        }
        for word in unless_asked.iter().chain(&except).filter(|word| word.trim().is_empty()) {
            self.faults.push(place.fault(line, format!("`{word}`: an empty term matches everywhere")));
        }
        let void = Void { heard, within, unheard, unless_asked, except, back, other };
        let phrase = PhraseEntry { parts, gap, gaps, unless, weight: Some(0.0), any_order: false };
        self.phrase(owner, &phrase, place);
        for added in &mut self.phrases[known..] {
            added.void = Some(void.clone());
        }
    }

    pub(super) fn check_weight(&mut self, weight: f32, place: Place<'_>, line: usize) {
        if !(0.0..=1.0).contains(&weight) {
            self.faults.push(place.fault(line, format!("weight {weight} is not between 0 and 1")));
        }
    }

    /// `@a|@b|literal` → classes.
    fn alternatives(&mut self, part: &str, place: Place<'_>, line: usize) -> Vec<ClassIx> {
        for (wide, sign) in [('\u{ff5c}', '|'), ('\u{ff20}', '@')] {
            if part.contains(wide) {
                self.faults.push(place.fault(line, format!("`{part}`: write `{sign}` for `{wide}`")));
            }
        }
        let (named, literal): (Vec<&str>, Vec<&str>) = part.split('|').partition(|a| a.starts_with('@'));
        let mut classes: Vec<ClassIx> =
            named.into_iter().filter_map(|n| self.class(n, place, line)).collect();
        if !literal.is_empty() {
            let words: Vec<(String, usize)> = literal.into_iter().map(|w| (w.to_owned(), line)).collect();
            classes.push(self.anonymous(&words, place));
        }
        classes
    }

    /// The patterns by text, and the files that they stand in.
    pub(super) fn into_patterns(self) -> (Vec<Pattern>, Vec<String>) {
        let mut patterns = self.patterns;
        patterns.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        (patterns, self.files)
    }
}

/// Equal texts have the same; keyed alike in each run.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether two uses of one text are the same entry, whatever its weight and boundary.
fn same_use(a: &Use, b: &Use) -> bool {
    match (a, b) {
        (Use::Term { rule: a, .. }, Use::Term { rule: b, .. }) => a == b,
        (a, b) => a == b,
    }
}
