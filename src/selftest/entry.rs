//! What a lexicon lists, one by one, and the tables without it.

use std::collections::BTreeSet;

use super::Unshown;
use crate::aggregate::conduct;
use crate::model::rules::{ClassIx, Owner, Part, PatternIx, Phrase, RuleIx, RuleSet, Use, Uses, Void};

/// Something that a lexicon lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    /// A term of a rule.
    Term(RuleIx, PatternIx),
    /// A phrase of a rule.
    Phrase(usize),
    /// The words that forbid a phrase of a rule.
    Unless(usize),
    /// A harmless expression of a rule.
    Except(RuleIx, PatternIx),
    /// A word of a cue, by the class that holds it.
    Cue(ClassIx, PatternIx),
    /// The words that void a cue.
    Void(usize),
    /// A word that a part of a phrase may be, or that forbids one, by the class that lists it.
    Member(ClassIx, PatternIx),
    /// What keeps a phrase from voiding its turn, by the phrase, the list and the place there.
    Spared(usize, Sparing, usize),
    /// A word that the search for required elements reads itself, by the class that lists it and the place there.
    Read(ClassIx, usize),
    /// Words by which somebody says that he is who was asked for, by the element, the need and the place there.
    Claim(usize, usize, usize),
}

/// A list of what keeps a phrase from voiding its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sparing {
    /// Words around one of its parts.
    Except,
    /// What the other side has said before.
    Asked,
}

impl Sparing {
    pub(super) const ALL: [Sparing; 2] = [Sparing::Except, Sparing::Asked];

    pub(super) fn words(self, void: &Void) -> &Vec<String> {
        match self {
            Sparing::Except => &void.except,
            Sparing::Asked => &void.unless_asked,
        }
    }

    fn words_mut(self, void: &mut Void) -> &mut Vec<String> {
        match self {
            Sparing::Except => &mut void.except,
            Sparing::Asked => &mut void.unless_asked,
        }
    }
}

/// Every entry that a test can show.
pub(super) fn all(rules: &RuleSet, family: &Family) -> BTreeSet<Entry> {
    let is_cue = |class: ClassIx| rules.cues.iter().any(|cue| cue.class == class);
    let mut of_phrases = vec![false; rules.classes.len()];
    for phrase in &rules.phrases {
        let parts = phrase.parts.iter().flat_map(|part| &part.classes);
        parts.chain(&phrase.unless).for_each(|class| of_phrases[*class] = true);
    }
    // The only word of a part stands and falls with its phrase, the only word that forbids one with that list: entries of their own.
    for phrase in &rules.phrases {
        let parts = phrase.parts.iter().map(|part| &part.classes);
        let lists: Vec<&Vec<ClassIx>> = match phrase.owner {
            Owner::Rule(_) => parts.chain([&phrase.unless]).collect(),
            Owner::Need(..) => parts.collect(),
            Owner::Care(_) | Owner::Voice(_) => Vec::new(),
        };
        for class in lists.into_iter().filter(|classes| classes.len() == 1).flatten() {
            let one = &rules.classes[*class];
            of_phrases[*class] &= !one.name.is_empty() || one.members.len() > 1;
        }
    }
    let is_used = |class: ClassIx| of_phrases[class] || family.around(class).iter().any(|c| of_phrases[*c]);
    let uses = rules.patterns.iter().enumerate().flat_map(|(ix, p)| p.uses.iter().map(move |u| (ix, *u)));
    let listed = uses.filter_map(|(ix, u)| match u {
        Use::Term { rule, .. } => Some(Entry::Term(rule, ix)),
        Use::Except { rule } => Some(Entry::Except(rule, ix)),
        Use::Member { class } if is_cue(class) => Some(Entry::Cue(class, ix)),
        Use::Member { class } => {
            let read = conduct::READ.contains(&&*rules.classes[class].name);
            (lists(rules, class, ix) && is_used(class) && !read).then_some(Entry::Member(class, ix))
        }
    });
    let of_rules = |(_, p): &(usize, &Phrase)| matches!(p.owner, Owner::Rule(_));
    let phrases = rules.phrases.iter().enumerate().filter(of_rules).flat_map(|(ix, phrase)| {
        [Some(Entry::Phrase(ix)), (!phrase.unless.is_empty()).then_some(Entry::Unless(ix))]
    });
    let cues = rules.cues.iter().enumerate();
    let voids = cues.filter_map(|(ix, cue)| cue.void.map(|_| Entry::Void(ix)));
    listed.chain(phrases.flatten()).chain(voids).chain(spared(rules)).chain(read(rules)).collect()
}

/// What the search for required elements reads itself.
fn read(rules: &RuleSet) -> Vec<Entry> {
    let mut read = Vec::new();
    for (ix, class) in rules.classes.iter().enumerate() {
        let included =
            |word: &String| class.included.iter().any(|c| rules.classes[*c].members.contains(word));
        if conduct::READ.contains(&&*class.name) {
            let own = (0..class.members.len()).filter(|word| !included(&class.members[*word]));
            read.extend(own.map(|word| Entry::Read(ix, word)));
        }
    }
    for (element, one) in rules.conduct.iter().enumerate() {
        for (n, need) in one.needs.iter().enumerate() {
            read.extend((0..need.claims.len()).map(|claim| Entry::Claim(element, n, claim)));
        }
    }
    read
}

/// What keeps phrases from voiding their turns.
fn spared(rules: &RuleSet) -> impl Iterator<Item = Entry> {
    let voids = rules.phrases.iter().enumerate().filter_map(|(ix, p)| p.void.as_ref().map(|void| (ix, void)));
    voids.flat_map(|(phrase, void)| {
        let of =
            move |list: Sparing| (0..list.words(void).len()).map(move |ix| Entry::Spared(phrase, list, ix));
        Sparing::ALL.into_iter().flat_map(of)
    })
}

/// Which classes include which.
pub(super) struct Family {
    /// For each class those that include it, near or far.
    around: Vec<Vec<ClassIx>>,
    /// For each class those that it includes, near or far.
    inner: Vec<Vec<ClassIx>>,
}

impl Family {
    pub(super) fn new(rules: &RuleSet) -> Family {
        let mut around: Vec<BTreeSet<ClassIx>> = vec![BTreeSet::new(); rules.classes.len()];
        for outer in 0..rules.classes.len() {
            let mut inner = rules.classes[outer].included.clone();
            while let Some(class) = inner.pop() {
                if around[class].insert(outer) {
                    inner.extend(&rules.classes[class].included);
                }
            }
        }
        let mut inner: Vec<Vec<ClassIx>> = vec![Vec::new(); around.len()];
        for (class, all) in around.iter().enumerate() {
            all.iter().for_each(|outer| inner[*outer].push(class));
        }
        Family { around: around.into_iter().map(|all| all.into_iter().collect()).collect(), inner }
    }

    /// The classes that include a class.
    fn around(&self, class: ClassIx) -> &[ClassIx] {
        &self.around[class]
    }

    /// The classes that list a member of another one: itself, or those that it includes, near or far.
    pub(super) fn listers(&self, rules: &RuleSet, class: ClassIx, member: PatternIx) -> Vec<ClassIx> {
        let all = self.inner[class].iter().copied().chain([class]);
        all.filter(|ix| holds(rules, *ix, member) && lists(rules, *ix, member)).collect()
    }

    /// The classes that lack a member when a class no longer lists it: those that have it from no other one.
    fn lacking(&self, rules: &RuleSet, class: ClassIx, member: PatternIx) -> BTreeSet<ClassIx> {
        let mut lacking = BTreeSet::from([class]);
        loop {
            let has = |c: &ClassIx| holds(rules, *c, member) && !lacking.contains(c);
            let more: Vec<ClassIx> = self.around[class]
                .iter()
                .copied()
                .filter(|c| !lacking.contains(c) && !rules.classes[*c].included.iter().any(has))
                .collect();
            if more.is_empty() {
                return lacking;
            }
            lacking.extend(more);
        }
    }
}

/// Whether a class has a member, its own or by one that it includes.
fn holds(rules: &RuleSet, class: ClassIx, member: PatternIx) -> bool {
    is_of(&rules.patterns[member].uses, Some(class))
}

/// Whether a class lists a member of its itself.
fn lists(rules: &RuleSet, class: ClassIx, member: PatternIx) -> bool {
    !rules.classes[class].included.iter().any(|inner| holds(rules, *inner, member))
}

/// Whether what is used so is a member of the class.
pub(super) fn is_of(uses: &Uses, class: Option<ClassIx>) -> bool {
    uses.iter().any(|u| matches!(u, Use::Member { class: of } if Some(*of) == class))
}

/// What an entry is called, and where it stands.
pub(super) fn told(rules: &RuleSet, entry: Entry) -> Unshown {
    let of_pattern = |ix: PatternIx, what: &str| {
        let (file, line) = rules.patterns[ix].origin;
        let entry = [what, rules.patterns[ix].shown()].concat();
        Unshown { file: rules.files[file as usize].clone(), line: line as usize, entry }
    };
    // What several files list is known by the place of the first.
    let of_rule = |rule: RuleIx, ix: PatternIx, what: &str| {
        let (first, file) = (of_pattern(ix, what), &rules.rules[rule].file);
        let line = if first.file == *file { first.line } else { 0 };
        Unshown { file: file.clone(), line, ..first }
    };
    let of_phrase = |ix: usize, what: &str| {
        let phrase = &rules.phrases[ix];
        let entry = [what, &phrase.shown].concat();
        Unshown { file: file_of(rules, phrase.owner).to_owned(), line: phrase.line, entry }
    };
    match entry {
        Entry::Term(rule, ix) => of_rule(rule, ix, ""),
        Entry::Except(rule, ix) => of_rule(rule, ix, "except: "),
        Entry::Cue(_, ix) => of_pattern(ix, "cue: "),
        Entry::Void(ix) => {
            let first = |class| rules.patterns.iter().position(|p| is_of(&p.uses, class));
            let known = first(rules.cues[ix].void).or_else(|| first(Some(rules.cues[ix].class)));
            of_pattern(known.unwrap_or(0), "void: ")
        }
        Entry::Phrase(ix) => of_phrase(ix, ""),
        Entry::Unless(ix) => of_phrase(ix, "unless: "),
        Entry::Member(class, ix) if rules.classes[class].name.is_empty() => {
            let word = rules.patterns[ix].shown();
            let holds =
                |p: &Phrase| p.parts.iter().flat_map(|p| &p.classes).chain(&p.unless).any(|c| *c == class);
            match rules.phrases.iter().position(holds) {
                Some(phrase) => of_phrase(phrase, &[word, " in "].concat()),
                None => of_pattern(ix, ""),
            }
        }
        Entry::Member(class, ix) => of_pattern(ix, &format!("@{}: ", rules.classes[class].name)),
        Entry::Spared(phrase, list, word) => told_spared(rules, phrase, list, word),
        Entry::Read(class, word) => told_read(rules, class, word),
        Entry::Claim(element, need, claim) => {
            let one = &rules.conduct[element];
            let entry = ["claim: ", &one.needs[need].claims[claim]].concat();
            Unshown { file: one.file.clone(), line: 0, entry }
        }
    }
}

/// The same of what keeps a phrase from voiding its turn.
fn told_spared(rules: &RuleSet, phrase: usize, list: Sparing, word: usize) -> Unshown {
    let phrase = &rules.phrases[phrase];
    let word = phrase.void.as_ref().map_or("", |void| &list.words(void)[word]);
    let what = if list == Sparing::Except { "except: " } else { "unless_asked: " };
    let entry = [what, word, " in ", &phrase.shown].concat();
    Unshown { file: file_of(rules, phrase.owner).to_owned(), line: phrase.line, entry }
}

/// The same of a word that the search for required elements reads.
fn told_read(rules: &RuleSet, class: ClassIx, word: usize) -> Unshown {
    let class = &rules.classes[class];
    let entry = format!("@{}: {}", class.name, class.members[word]);
    let known = rules.patterns.iter().find(|p| *p.text == *class.members[word]);
    let (file, line) = known.map_or((0, 0), |p| p.origin);
    Unshown { file: rules.files[file as usize].clone(), line: line as usize, entry }
}

/// The file of what a phrase is for.
fn file_of(rules: &RuleSet, owner: Owner) -> &str {
    match owner {
        Owner::Rule(rule) => &rules.rules[rule].file,
        Owner::Need(element, _) => &rules.conduct[element].file,
        Owner::Care(cue) => &rules.care[cue].file,
        Owner::Voice(voice) => &rules.voices[voice].file,
    }
}

/// The tables, in which one entry at a time can be left out.
pub(super) struct Less {
    rules: RuleSet,
}

impl Less {
    pub(super) fn new(rules: &RuleSet) -> Less {
        Less { rules: rules.clone() }
    }

    /// What comes of the tables without an entry.
    pub(super) fn without<T>(&mut self, entry: Entry, family: &Family, ask: impl FnOnce(&RuleSet) -> T) -> T {
        let before = self.leave_out(entry, family);
        let answer = ask(&self.rules);
        self.put_back(entry, before);
        answer
    }

    /// Leaves an entry out; gives what was there.
    fn leave_out(&mut self, entry: Entry, family: &Family) -> Before {
        let less = &mut self.rules;
        match entry {
            Entry::Phrase(ix) => Before::Parts(std::mem::take(&mut less.phrases[ix].parts)),
            Entry::Unless(ix) => Before::Classes(std::mem::take(&mut less.phrases[ix].unless)),
            Entry::Void(ix) => Before::Void(less.cues[ix].void.take()),
            Entry::Spared(phrase, list, ix) => {
                let words = less.phrases[phrase].void.as_mut().map(|void| list.words_mut(void));
                Before::Word(words.map(|words| words.remove(ix)))
            }
            Entry::Claim(element, need, ix) => {
                Before::Word(Some(less.conduct[element].needs[need].claims.remove(ix)))
            }
            Entry::Read(class, ix) => {
                let word = less.classes[class].members[ix].clone();
                let known = less.patterns.iter().position(|p| *p.text == *word);
                let lacking = known.map_or_else(BTreeSet::new, |known| family.lacking(less, class, known));
                let without = |of: ClassIx| {
                    let members = &mut less.classes[of].members;
                    let kept = members.iter().filter(|member| **member != word).cloned().collect();
                    (of, std::mem::replace(members, kept))
                };
                Before::Members(lacking.into_iter().map(without).collect())
            }
            Entry::Term(_, ix) | Entry::Except(_, ix) | Entry::Cue(_, ix) | Entry::Member(_, ix) => {
                let lacking = match entry {
                    Entry::Member(class, _) => family.lacking(less, class, ix),
                    _ => BTreeSet::new(),
                };
                let is = |u: &Use| match (*u, entry) {
                    (Use::Term { rule, .. }, Entry::Term(of, _)) => rule == of,
                    (Use::Except { rule }, Entry::Except(of, _)) => rule == of,
                    (Use::Member { class }, Entry::Cue(of, _)) => class == of,
                    (Use::Member { class }, Entry::Member(..)) => lacking.contains(&class),
                    _ => false,
                };
                let uses = &mut less.patterns[ix].uses;
                let kept: Vec<Use> = uses.iter().filter(|u| !is(u)).copied().collect();
                Before::Uses(std::mem::replace(uses, Uses::Several(kept.into())))
            }
        }
    }

    fn put_back(&mut self, entry: Entry, before: Before) {
        let less = &mut self.rules;
        match (entry, before) {
            (Entry::Phrase(ix), Before::Parts(parts)) => less.phrases[ix].parts = parts,
            (Entry::Unless(ix), Before::Classes(classes)) => less.phrases[ix].unless = classes,
            (Entry::Void(ix), Before::Void(void)) => less.cues[ix].void = void,
            (
                Entry::Term(_, ix) | Entry::Except(_, ix) | Entry::Cue(_, ix) | Entry::Member(_, ix),
                Before::Uses(uses),
            ) => less.patterns[ix].uses = uses,
            (Entry::Spared(phrase, list, ix), Before::Word(Some(word))) => {
                if let Some(void) = &mut less.phrases[phrase].void {
                    list.words_mut(void).insert(ix, word);
                }
            }
            (Entry::Claim(element, need, ix), Before::Word(Some(word))) => {
                less.conduct[element].needs[need].claims.insert(ix, word);
            }
            (Entry::Read(..), Before::Members(classes)) => {
                classes.into_iter().for_each(|(class, members)| less.classes[class].members = members);
            }
            _ => {}
        }
    }
}

/// What was there before an entry was left out.
enum Before {
    Parts(Vec<Part>),
    Classes(Vec<ClassIx>),
    Uses(Uses),
    Void(Option<ClassIx>),
    Word(Option<String>),
    Members(Vec<(ClassIx, Vec<String>)>),
}
