//! What phrases are made of: their parts as numbers, and for each pattern what it may stand for.

use rustc_hash::FxHashMap;

use super::window::Beside;
use crate::matching::rarity::Rarity;
use crate::model::rules::{ClassIx, Owner, PatternIx, RuleSet, Use};

/// The number of what is no evidence.
const NO_NEED: u16 = u16::MAX;

/// A phrase.
pub(super) struct Outline {
    /// The number of each part, and most characters before it.
    pub(super) parts: Vec<(u32, usize)>,
    /// Which of them is the rarest.
    pub(super) anchor: usize,
    /// The number of what forbids it.
    unless: u32,
    /// Most characters between its parts, if they may come the other way round.
    pub(super) reversed: Option<usize>,
}

/// All phrases, and which parts each pattern may stand for.
pub(super) struct Outlines {
    outlines: Vec<Outline>,
    /// For each phrase the second rarest part, which must stand beside the rarest.
    beside: Vec<Beside>,
    /// How many parts there are.
    numbered: usize,
    /// What phrases are evidence for.
    needs: Vec<Owner>,
    /// For each phrase the number of what it is evidence for; [`NO_NEED`] if for nothing.
    need: Vec<u16>,
    /// For each pattern the number of what it stands for: few stand for something of their own.
    stands: Vec<u32>,
    /// Words of 64 bits for a part.
    width: usize,
    /// For each part a bit for each number of what may stand for it: all that is asked of one part lies together.
    columns: Vec<u64>,
}

/// What some patterns stand for.
#[derive(Default)]
pub(super) struct Standing {
    /// Whether it is a term.
    pub(super) term: bool,
    /// The parts.
    pub(super) parts: Vec<u32>,
    /// Phrases whose rarest part it is.
    pub(super) phrases: Vec<u32>,
}

/// What members of each class stand for.
struct Classes {
    /// Parts.
    parts: Vec<Vec<u32>>,
    /// Phrases by their rarest part.
    anchored: Vec<Vec<u32>>,
}

impl Outlines {
    /// With what patterns stand for, by number.
    pub(super) fn new(rules: &RuleSet, rarity: &Rarity) -> (Outlines, Vec<Standing>) {
        let mut numbers: FxHashMap<&[ClassIx], u32> = FxHashMap::default();
        let mut number = |classes| {
            let next = numbers.len() as u32;
            *numbers.entry(classes).or_insert(next)
        };
        let longest = longest(rules);
        let lists = || vec![Vec::new(); rules.classes.len()];
        let mut of = Classes { parts: lists(), anchored: lists() };
        let (mut outlines, mut beside) = (Vec::new(), Vec::new());
        for (ix, phrase) in rules.phrases.iter().enumerate() {
            let order = rarity.order(phrase);
            let anchor = order.first().copied().unwrap_or(0);
            let parts: Vec<u32> = phrase.parts.iter().map(|p| number(&p.classes[..])).collect();
            beside.push(order.get(1).map_or(Beside::NONE, |other| {
                Beside::new(phrase, (anchor, *other), parts[*other], &longest)
            }));
            outlines.push(Outline {
                parts: parts.into_iter().zip(phrase.parts.iter().map(|p| p.gap)).collect(),
                anchor,
                unless: number(&phrase.unless[..]),
                reversed: phrase.parts.iter().map(|p| p.gap).max().filter(|_| phrase.any_order),
            });
            let classes = phrase.parts.get(anchor).into_iter().flat_map(|p| &p.classes);
            classes.for_each(|c| of.anchored[*c].push(ix as u32));
        }
        for (classes, n) in &numbers {
            classes.iter().for_each(|class| of.parts[*class].push(*n));
        }
        let mut needs = Vec::new();
        let mut made = Outlines {
            outlines,
            beside,
            numbered: numbers.len(),
            need: rules.phrases.iter().map(|phrase| number_of(&mut needs, phrase.owner)).collect(),
            needs,
            stands: Vec::with_capacity(rules.patterns.len()),
            width: 0,
            columns: Vec::new(),
        };
        let standing = made.fill((rules, rarity), &of);
        (made, standing)
    }

    /// Notes what each pattern stands for; those of the same classes stand for the same. What common words stand for comes first, so
    /// that it lies together.
    fn fill(&mut self, (rules, rarity): (&RuleSet, &Rarity), of: &Classes) -> Vec<Standing> {
        let mut known: FxHashMap<(Vec<ClassIx>, bool), u32> = FxHashMap::default();
        let mut all = Vec::new();
        let mut order: Vec<PatternIx> = (0..rules.patterns.len()).collect();
        order.sort_by_cached_key(|ix| std::cmp::Reverse(rarity.word(*ix)));
        self.stands.resize(rules.patterns.len(), 0);
        for ix in order {
            let uses = &rules.patterns[ix].uses;
            let mut classes: Vec<ClassIx> = uses.iter().filter_map(class).collect();
            classes.sort_unstable();
            let term = uses.iter().any(|u| matches!(u, Use::Term { .. }));
            self.stands[ix] = *known.entry((classes, term)).or_insert_with_key(|(classes, term)| {
                all.push(Standing { term: *term, ..standing(classes, of) });
                all.len() as u32 - 1
            });
        }
        self.width = all.len() / 64 + 1;
        self.columns.resize(self.numbered * self.width, 0);
        for (number, standing) in all.iter().enumerate() {
            for part in &standing.parts {
                self.columns[*part as usize * self.width + number / 64] |= 1u64 << (number % 64);
            }
        }
        all
    }

    pub(super) fn outline(&self, phrase: usize) -> &Outline {
        &self.outlines[phrase]
    }

    /// The number of a part of a phrase, or of what forbids the phrase.
    pub(super) fn part(&self, phrase: usize, part: Option<usize>) -> u32 {
        let outline = &self.outlines[phrase];
        part.map_or(outline.unless, |part| outline.parts[part].0)
    }

    /// The number of what a pattern stands for.
    #[inline]
    pub(super) fn stands(&self, pattern: PatternIx) -> u32 {
        self.stands[pattern]
    }

    /// The number of what a phrase is evidence for.
    #[inline]
    pub(super) fn need(&self, phrase: usize) -> u16 {
        self.need[phrase]
    }

    /// What must stand beside the rarest part of a phrase.
    pub(super) fn beside(&self, phrase: usize) -> Beside {
        self.beside[phrase]
    }

    /// How many parts there are.
    pub(super) fn numbered(&self) -> usize {
        self.numbered
    }

    /// The number of what phrases may be evidence for; none if no phrase is.
    pub(super) fn number(&self, owner: Owner) -> Option<u16> {
        self.needs.iter().position(|need| *need == owner).map(|at| at as u16)
    }

    /// What tells whether a part may be stood for.
    pub(super) fn column(&self, part: u32) -> Column<'_> {
        Column(&self.columns[part as usize * self.width..][..self.width])
    }
}

/// The bits of one part.
#[derive(Clone, Copy)]
pub(super) struct Column<'a>(&'a [u64]);

impl Column<'_> {
    /// Whether a pattern that stands for what has this number may stand for the part.
    #[inline]
    pub(super) fn holds(self, stands: u32) -> bool {
        self.0[stands as usize / 64] >> (stands % 64) & 1 == 1
    }
}

/// What members of these classes stand for.
fn standing(classes: &[ClassIx], of: &Classes) -> Standing {
    let all = |lists: &[Vec<u32>]| {
        let mut list: Vec<u32> = classes.iter().flat_map(|class| lists[*class].iter().copied()).collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    Standing { term: false, parts: all(&of.parts), phrases: all(&of.anchored) }
}

/// For each class the characters of its longest member.
fn longest(rules: &RuleSet) -> Vec<usize> {
    let mut longest = vec![0; rules.classes.len()];
    for pattern in &rules.patterns {
        let chars = pattern.text.chars().count();
        for class in pattern.uses.iter().filter_map(class) {
            longest[class] = chars.max(longest[class]);
        }
    }
    longest
}

/// The number of an owner among those of evidence; a new one is added.
fn number_of(known: &mut Vec<Owner>, owner: Owner) -> u16 {
    if !matches!(owner, Owner::Need(..)) {
        return NO_NEED;
    }
    let at = known.iter().position(|one| *one == owner).unwrap_or_else(|| {
        known.push(owner);
        known.len() - 1
    });
    at as u16
}

fn class(of: &Use) -> Option<ClassIx> {
    match *of {
        Use::Member { class } => Some(class),
        _ => None,
    }
}
