//! A glance at a short turn of a speaker who is known: nearly all turns are, and in nearly all of them nothing of weight stands.
//!
//! No more is looked for than such a speaker's words can decide. From each place of the rarest part of a phrase it is asked
//! whether the parts beside it stand near enough, and so on: hardly ever they do. Only what remains is searched for as
//! everywhere else.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::hesitation::Bare;
use super::prefixes::{Alphabet, Prefixes};
use super::rarity::Rarity;
use super::{Located, MOST_OCCURRENCES, Matcher, kinds};
use crate::model::candidate::{Occurrence, PhraseMatch};
use crate::model::effort::spend;
use crate::model::rules::{Owner, PatternIx, RuleSet, Use};
use crate::model::sounds::Sounds;
use crate::model::span::NormSpan;
use crate::model::transcript::Speaker;

mod evidence;
mod outline;
mod proof;
mod sheet;
mod sought;
mod window;

pub use evidence::Evidence;
use evidence::{Begun, bit};
use outline::Outlines;
use sheet::{By, Marks, Place, Sheet};
use sought::{Anchored, Sought};

/// Longest text in bytes, so that a place fits into one number.
const LONGEST: usize = 1 << 11;

/// No pattern.
const NONE: u32 = u32::MAX;

/// The parts of all phrases and what is looked for in whose words. Immutable; shared by all threads.
pub(super) struct Glance {
    /// What phrases are made of.
    phrases: Outlines,
    /// By speaker, and whether he has spoken so often that he shows no element any more that must come early.
    watches: BTreeMap<(Speaker, bool), Watch>,
    /// Longest text in bytes in which each occurrence is sure to be counted.
    longest: usize,
}

/// What is looked for in the words of one speaker.
struct Watch {
    sought: Sought,
    /// The words that the phrases are made of, where they are few; else all patterns are looked for.
    few: Option<Few>,
    /// Whether anything asks if such a speaker refuses further calls.
    refusals: bool,
}

/// Some of the patterns, and the refusals.
struct Few {
    prefixes: Prefixes,
    /// For each word its pattern, [`NONE`] if it is none, and whether it is a refusal.
    words: Vec<(u32, bool)>,
}

/// A turn to glance at.
pub struct Turn<'a> {
    /// Who speaks, given by the input.
    pub speaker: Speaker,
    /// What is said, normalised.
    pub text: &'a str,
    /// Whether evidence for required elements is looked for.
    pub needs: bool,
    /// Whether it comes too late for those that must come early.
    pub late: bool,
    /// How characters sound, if the turn is read for what stands there by its sound.
    pub sounds: Option<&'a Sounds>,
}

/// What a glance tells.
#[derive(Debug, Default)]
pub struct Seen {
    /// What was located; all occurrences are there if something of weight may be.
    pub located: Located,
    /// Whether a term or a phrase of a rule may stand there.
    pub weighty: bool,
    /// Whether it may stand there by its sound or with fillers inside.
    pub heard: bool,
    /// Evidence for required elements.
    pub evidence: Evidence,
}

thread_local! {
    static SHEET: RefCell<Sheet> = RefCell::default();
}

impl Glance {
    /// `kind`: the kind of each phrase. `words`: the patterns, and behind them further refusals, with their characters; which
    /// of all are `refusals`.
    pub(super) fn new(
        (rules, rarity): (&RuleSet, &Rarity),
        kind: &dyn Fn(usize) -> u8,
        concerned: &BTreeSet<Speaker>,
        words: (&[&str], &Alphabet),
        refusals: &[usize],
    ) -> Glance {
        let (phrases, standing) = Outlines::new(rules, rarity);
        let watch = |(speaker, late): (Speaker, bool)| {
            let concerned = concerned.contains(&speaker);
            let wanted = wanted((speaker, late), rules, kind, concerned);
            let few = (!concerned).then(|| Few::new(rules, &wanted, words, refusals));
            let sought = Sought::new(&phrases, &standing, &wanted);
            let refusals = speaker != Speaker::Collector;
            ((speaker, late), Watch { sought, few, refusals })
        };
        let speakers = [Speaker::Collector, Speaker::Borrower, Speaker::Contact];
        let watches = speakers.iter().flat_map(|s| [(*s, false), (*s, true)]).map(watch).collect();
        // As many patterns end at a place as the longest has characters at most.
        let most = rules.patterns.iter().map(|p| p.text.chars().count()).max().unwrap_or(1);
        let longest = LONGEST.min(MOST_OCCURRENCES / most.max(1));
        Glance { phrases, watches, longest }
    }

    /// Notes which phrases of these kinds may stand in the text, and what evidence may begin where: whether that stands there
    /// is asked when it is needed. `anywhere`: whether what stands otherwise than listed may lie farther apart than it is said to;
    /// `left_out`: by so many bytes.
    fn outlined(
        &self,
        text: &str,
        (sought, asked): (&Sought, u8),
        (anywhere, left_out): (bool, usize),
        sheet: &mut Sheet,
    ) {
        sheet.begun.clear();
        sheet.outlined.clear();
        let by_sound = By { text, heard: true, left_out };
        let as_listed = By { text, heard: false, left_out: 0 };
        // Evidence stands as listed.
        let (mut listed, mut counted) = (0, 0);
        for begins in 0..sheet.begins.len() {
            let at = usize::from(sheet.begins[begins]);
            let (place, stands) = (sheet.marked[at].place, sheet.marked[at].stands);
            listed += sheet.marked[counted..at].iter().filter(|m| !m.place.is_heard()).count() as u8;
            counted = at;
            for anchored in sought.anchored(stands) {
                let Anchored { phrase, kind, .. } = *anchored;
                let anywhere = anywhere && kind == kinds::RULE;
                if kind & asked == 0 || !anchored.may_hold(&sheet.present, place.bit(), anywhere) {
                    continue;
                }
                let ix = phrase as usize;
                if kind & kinds::SHOWN > 0 {
                    if !place.is_heard() {
                        let (need, shows) = (self.phrases.need(ix), kind == kinds::NEED);
                        sheet.begun.push(Begun { phrase, need, shows, at: listed });
                    }
                    continue;
                }
                let by = if kind == kinds::RULE { &by_sound } else { &as_listed };
                if !sheet.outlined.contains(&(kind, ix)) && sheet.marks().holds(&self.phrases, ix, at, by) {
                    sheet.outlined.push((kind, ix));
                }
            }
        }
        sheet.outlined.sort_unstable_by_key(|(_, ix)| *ix);
    }
}

/// For each phrase its kind, if a speaker's words decide it, or else 0.
fn wanted(
    (speaker, late): (Speaker, bool),
    rules: &RuleSet,
    kind: &dyn Fn(usize) -> u8,
    concerned: bool,
) -> Vec<u8> {
    let is_wanted = |owner| match owner {
        Owner::Rule(_) => concerned,
        Owner::Need(element, need) => {
            let element = &rules.conduct[element];
            element.needs[need].speaker == speaker && !(late && element.first_turns > 0)
        }
        Owner::Care(cue) => rules.care[cue].speakers.contains(&speaker),
        Owner::Voice(_) => false,
    };
    (0..rules.phrases.len()).map(|ix| if is_wanted(rules.phrases[ix].owner) { kind(ix) } else { 0 }).collect()
}

impl Few {
    fn new(
        rules: &RuleSet,
        wanted: &[u8],
        (words, alphabet): (&[&str], &Alphabet),
        refusals: &[usize],
    ) -> Few {
        let mut used = vec![false; rules.classes.len()];
        for phrase in rules.phrases.iter().zip(wanted).filter(|(_, kind)| **kind > 0).map(|(p, _)| p) {
            let classes = phrase.parts.iter().flat_map(|part| &part.classes).chain(&phrase.unless);
            classes.for_each(|class| used[*class] = true);
        }
        let is_used = |ix: &PatternIx| {
            let pattern = rules.patterns.get(*ix);
            pattern.is_some_and(|p| p.uses.iter().any(|u| matches!(u, Use::Member { class } if used[*class])))
        };
        let is_refusal = |ix: &usize| refusals.contains(ix);
        let few = (0..words.len()).filter(|ix| is_used(ix) || is_refusal(ix));
        Few {
            prefixes: Prefixes::new(few.clone().map(|ix| alphabet.word(words[ix])).zip(0..)),
            words: few.map(|ix| (if is_used(&ix) { ix as u32 } else { NONE }, is_refusal(&ix))).collect(),
        }
    }
}

impl Matcher {
    /// What stands in a turn, as far as a verdict asks for it. Nothing when it is too long for a glance, too much stands in it,
    /// or nobody knows who speaks.
    pub fn glance(&self, turn: &Turn<'_>, rules: &RuleSet) -> Option<Seen> {
        let watch = self.glance.watches.get(&(turn.speaker, turn.late))?;
        if turn.text.len() > self.glance.longest {
            return None;
        }
        SHEET.with_borrow_mut(|sheet| {
            let mut seen = Seen::default();
            let Sheet { row, heard, .. } = sheet;
            let aloud = turn.sounds.is_some();
            let one_by_one = aloud && self.sounds.read(turn.text, &self.automaton.alphabet, row, heard);
            if !aloud {
                row.read(turn.text, &self.automaton.alphabet);
            }
            seen.located.refuses = self.write(watch, sheet);
            let listed = sheet.places.len();
            let left_out = turn.sounds.map_or(0, |sounds| self.hear(turn.text, one_by_one, sounds, sheet));
            seen.heard = sheet.places.len() > listed || left_out > 0;
            if !sheet.mark(&self.glance.phrases, &watch.sought) {
                return None;
            }
            seen.weighty = watch.few.is_none() && sheet.terms;
            let needs = if turn.needs { kinds::SHOWN } else { 0 };
            let asked = kinds::RULE | kinds::CARE | needs;
            // A syllable in letters takes more room than a character.
            let anywhere = left_out > 0 || aloud && !one_by_one;
            self.glance.outlined(turn.text, (&watch.sought, asked), (anywhere, left_out), sheet);
            self.search(turn, rules, sheet, &mut seen);
            Some(seen)
        })
    }

    /// Notes where the patterns stand that matter; whether a refusal is among them.
    fn write(&self, watch: &Watch, sheet: &mut Sheet) -> bool {
        let Sheet { row, places, finds, .. } = sheet;
        let words = watch.few.as_ref().map_or(&self.automaton.prefixes, |few| &few.prefixes);
        let found = words.find(&row.codes, finds);
        // Each is written, and kept if it counts.
        places.resize(found.len(), Place::default());
        let (mut count, mut refuses) = (0, false);
        for one in found {
            let (pattern, refusal) = match &watch.few {
                Some(few) => few.words[one.word as usize],
                None if (one.word as usize) < self.patterns => (one.word, false),
                None => (NONE, true),
            };
            let (start, end) = (one.start as usize, one.end as usize);
            places[count] = Place::new(row.span(start, end), start, pattern as PatternIx, false);
            count += usize::from(pattern != NONE);
            refuses |= refusal;
        }
        places.truncate(count);
        spend(places.len());
        let asked = watch.refusals && watch.few.is_none();
        refuses || asked && places.iter().any(|p| self.refusals.contains(&p.pattern()))
    }

    /// Adds what stands there by its sound or across something that was added; how many bytes were added in all.
    /// `one_by_one`: whether each of its characters is one syllable at most.
    fn hear(&self, text: &str, one_by_one: bool, sounds: &Sounds, sheet: &mut Sheet) -> usize {
        let (row, heard) = (std::mem::take(&mut sheet.row), std::mem::take(&mut sheet.heard));
        let mut finds = std::mem::take(&mut sheet.finds);
        let first = |span: NormSpan| row.places.partition_point(|place| *place < span.start);
        let mut see = |span, ix| sheet.insert(Place::new(span, first(span), ix, true));
        if one_by_one {
            self.sounds.candidates_at(text, (&row, &heard, &mut finds), sounds, &mut see);
        } else {
            self.sounds.candidates(text, sounds, &mut see);
        }
        (sheet.row, sheet.heard, sheet.finds) = (row, heard, finds);
        let mut bare = std::mem::take(&mut sheet.bare);
        let left_out = if self.fillers.bare_in(text, &mut bare) {
            self.hear_across(&bare, sheet);
            text.len() - bare.text.len()
        } else {
            0
        };
        sheet.bare = bare;
        left_out
    }

    /// Adds what stands across something that was left out.
    fn hear_across(&self, bare: &Bare, sheet: &mut Sheet) {
        sheet.row.read(&bare.text, &self.automaton.alphabet);
        let row = std::mem::take(&mut sheet.row);
        let words = &self.automaton.prefixes;
        let mut cuts = bare.cuts.iter().map(|cut| cut.0).peekable();
        for at in 0..row.codes.len() {
            while cuts.next_if(|cut| *cut <= row.places[at]).is_some() {}
            let Some(cut) = cuts.peek() else { break };
            // Only words that begin before something left out and end behind it are new.
            if row.places[row.codes.len().min(at + words.longest())] <= *cut {
                continue;
            }
            words.starting(&row.codes, at, &mut |start, end, ix| {
                let (span, ix) = (row.span(start, end), ix as usize);
                if span.end > *cut && ix < self.patterns {
                    // Where something is left out, phrases of rules are asked for anywhere, and others stand as listed: the bit says nothing.
                    sheet.insert(Place::new(bare.whole(span), 0, ix, true));
                }
            });
        }
        sheet.row = row;
    }

    /// Searches for the phrases that may stand there.
    fn search(&self, turn: &Turn<'_>, rules: &RuleSet, sheet: &mut Sheet, seen: &mut Seen) {
        let text = turn.text;
        seen.weighty |= sheet.outlined.iter().any(|(kind, _)| *kind == kinds::RULE);
        let phrases = &mut seen.located.phrases;
        let outlined = (sheet.marks(), &sheet.outlined[..]);
        self.found(text, rules, outlined, kinds::RULE | kinds::CARE, &mut |m| phrases.push(m.clone()));
        if !sheet.begun.is_empty() {
            let shown = sheet.begun.iter().filter(|begun| begun.shows);
            seen.evidence.needs = shown.fold(0, |all, begun| all | bit(begun.need));
            seen.evidence.begun = sheet.begun.as_slice().to_vec();
            seen.evidence.places.reserve_exact(sheet.marked.len());
            let listed = sheet.marked.iter().filter(|m| !m.place.is_heard());
            seen.evidence.places.extend(listed);
            seen.evidence.longest = sheet.longest;
        }
        if seen.weighty {
            let listed = sheet.places.iter().filter(|place| !place.is_heard());
            let occurrence = |place: &Place| Occurrence { span: place.span(), pattern: place.pattern() };
            seen.located.occurrences.reserve_exact(sheet.places.len());
            seen.located.occurrences.extend(listed.map(occurrence));
        }
    }

    /// Hands over the matches of the outlined phrases of these kinds.
    fn found(
        &self,
        text: &str,
        rules: &RuleSet,
        (marks, outlined): (Marks<'_>, &[(u8, usize)]),
        kinds: u8,
        see: &mut dyn FnMut(&PhraseMatch),
    ) {
        let outlined = outlined.iter().filter(|(kind, _)| kind & kinds != 0);
        let phrases: Vec<usize> = outlined.map(|(_, ix)| *ix).collect();
        let outlines = &self.glance.phrases;
        let listed = |ix, part| marks.listed(outlines, outlines.part(ix, part));
        self.phrases.matches_at(&phrases, text, rules, listed, see);
    }
}
