//! Which phrases may stand in a text at all: a test on bits, before anything is gathered or compared.
//!
//! Most turns hold words of hundreds of phrases and all words of none that matters. So each phrase is asked after only where
//! its rarest part stands (its anchor). For all other parts each pattern has a row of bits, one for each part that it may
//! stand for; the rows of a text laid over one another say which parts it holds.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::lists::Lists;
use super::rarity::Rarity;
use crate::model::effort::spend;
use crate::model::rules::{ClassIx, Owner, PatternIx, Phrase, RuleSet, Use};

/// Sets of kinds of phrases, and of what a pattern can begin.
pub mod kinds {
    /// Terms of rules.
    pub const TERM: u8 = 1;
    /// Phrases of rules.
    pub const RULE: u8 = 2;
    /// Cues of distress.
    pub const CARE: u8 = 4;
    /// Words that tell who speaks.
    pub const VOICE: u8 = 8;
    /// Evidence for required elements.
    pub const NEED: u8 = 16;
    /// The opposite of such evidence.
    pub const AGAINST: u8 = 32;
    /// Evidence and its opposite.
    pub const SHOWN: u8 = NEED | AGAINST;
    /// Every phrase.
    pub const PHRASES: u8 = RULE | CARE | VOICE | NEED | AGAINST;
}

/// Other parts of a phrase that are asked after; what more it has is found out by the search itself.
const ASKED: usize = 4;

/// The bits of all phrases and patterns.
pub(super) struct Filter {
    /// For each pattern what it can begin: kinds of phrases whose anchor it stands for, and whether it is a term.
    begins: Vec<u8>,
    /// For each pattern the number of its row; 0, of which no bit is set, when it stands for no part.
    row: Vec<u32>,
    /// Words of 64 bits in a row.
    width: usize,
    rows: Vec<u64>,
    /// For each pattern the phrases whose anchor it stands for.
    anchored: Lists,
    asked: Vec<Asked>,
}

/// What must stand beside the anchor of a phrase.
#[derive(Clone, Copy)]
struct Asked {
    kind: u8,
    /// Numbers of bits; bit 0 is always set.
    parts: [u16; ASKED],
}

thread_local! {
    /// The parts that the text at hand holds.
    static HELD: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

impl Filter {
    pub(super) fn new(rules: &RuleSet, rarity: &Rarity) -> Filter {
        let mut bits: FxHashMap<&[ClassIx], u16> = FxHashMap::default();
        let mut anchors: Vec<Vec<usize>> = vec![Vec::new(); rules.classes.len()];
        let mut parts_of: Vec<Vec<u16>> = vec![Vec::new(); rules.classes.len()];
        let mut asked = Vec::with_capacity(rules.phrases.len());
        for (ix, phrase) in rules.phrases.iter().enumerate() {
            let rarest = rarity.order(phrase).first().copied().unwrap_or(0);
            let mut parts = [0; ASKED];
            let mut free = parts.iter_mut();
            for (i, part) in phrase.parts.iter().enumerate() {
                if i == rarest {
                    part.classes.iter().for_each(|class| anchors[*class].push(ix));
                } else if let Some(slot) = free.next() {
                    *slot = bit(&part.classes, &mut bits, &mut parts_of);
                }
            }
            asked.push(Asked { kind: kind(phrase), parts });
        }
        Filter::with(rules, bits.len() / 64 + 1, &anchors, &parts_of, asked)
    }

    fn with(
        rules: &RuleSet,
        width: usize,
        anchors: &[Vec<usize>],
        parts_of: &[Vec<u16>],
        asked: Vec<Asked>,
    ) -> Filter {
        let mut made = Filter {
            begins: Vec::with_capacity(rules.patterns.len()),
            row: Vec::with_capacity(rules.patterns.len()),
            width,
            rows: vec![0; width],
            anchored: Lists::new(std::iter::empty()),
            asked,
        };
        let mut anchored = Vec::with_capacity(rules.patterns.len());
        for pattern in &rules.patterns {
            let (mut begins, mut begun, mut row) = (0, Vec::<usize>::new(), 0);
            for used in &pattern.uses {
                match *used {
                    Use::Term { .. } => begins |= kinds::TERM,
                    Use::Except { .. } => {}
                    Use::Member { class } => {
                        begun.extend(&anchors[class]);
                        for part in &parts_of[class] {
                            if row == 0 {
                                row = made.rows.len() / width;
                                made.rows.resize(made.rows.len() + width, 0);
                            }
                            made.rows[row * width + usize::from(*part) / 64] |= 1 << (part % 64);
                        }
                    }
                }
            }
            begins |= begun.iter().fold(0, |all, ix| all | made.asked[*ix].kind);
            made.begins.push(begins);
            made.row.push(row as u32);
            anchored.push(begun);
        }
        made.anchored = Lists::new(anchored.into_iter());
        made
    }

    /// What a pattern can begin: kinds of phrases, [`kinds::TERM`].
    pub(super) fn begins(&self, pattern: PatternIx) -> u8 {
        self.begins[pattern]
    }

    /// The kind of a phrase.
    pub(super) fn kind(&self, phrase: usize) -> u8 {
        self.asked[phrase].kind
    }

    /// The phrases of these kinds of which each part stands somewhere among the patterns, in order: at least all that match.
    pub(super) fn complete(
        &self,
        wanted: u8,
        patterns: impl Iterator<Item = PatternIx> + Clone,
        complete: &mut Vec<usize>,
    ) {
        complete.clear();
        let mut begun =
            patterns.clone().filter(|p| self.begins[*p] & wanted & kinds::PHRASES != 0).peekable();
        if begun.peek().is_none() {
            return;
        }
        spend(patterns.size_hint().1.unwrap_or(0));
        HELD.with_borrow_mut(|held| {
            held.clear();
            held.resize(self.width, 0);
            held[0] = 1;
            for row in patterns.map(|p| self.row[p] as usize).filter(|row| *row > 0) {
                let row = &self.rows[row * self.width..][..self.width];
                held.iter_mut().zip(row).for_each(|(all, one)| *all |= one);
            }
            for ix in begun.flat_map(|p| self.anchored.of(p)) {
                let Asked { kind, parts } = self.asked[*ix as usize];
                let holds = |part: &u16| held[usize::from(*part) / 64] >> (part % 64) & 1 == 1;
                if kind & wanted != 0 && parts.iter().all(holds) {
                    complete.push(*ix as usize);
                }
            }
        });
        complete.sort_unstable();
        complete.dedup();
    }
}

/// The number of the bit for a part made of these classes; 0, which is always set, when there are too many to number.
fn bit<'a>(
    classes: &'a [ClassIx],
    bits: &mut FxHashMap<&'a [ClassIx], u16>,
    parts_of: &mut [Vec<u16>],
) -> u16 {
    if let Some(known) = bits.get(classes) {
        return *known;
    }
    let Ok(number) = u16::try_from(bits.len() + 1) else { return 0 };
    bits.insert(classes, number);
    classes.iter().for_each(|class| parts_of[*class].push(number));
    number
}

fn kind(phrase: &Phrase) -> u8 {
    match phrase.owner {
        Owner::Rule(_) => kinds::RULE,
        Owner::Need(..) if phrase.weight <= 0.0 => kinds::AGAINST,
        Owner::Need(..) => kinds::NEED,
        Owner::Care(_) => kinds::CARE,
        Owner::Voice(_) => kinds::VOICE,
    }
}
