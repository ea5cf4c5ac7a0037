//! What phrases are made of: their parts as numbers, and for each pattern what it may stand for.

use rustc_hash::FxHashMap;

use crate::matching::kinds;
use crate::matching::rarity::Rarity;
use crate::model::rules::{ClassIx, Owner, PatternIx, RuleSet, Use};

/// The number of what is no evidence.
const NO_NEED: u16 = u16::MAX;

/// Words of bits that are put together at once.
const AT_ONCE: usize = 4;

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
    /// For each phrase its second rarest part, which is asked after first; 0, which always stands, for those of one part and
    /// for those that speak against evidence.
    asked: Vec<u32>,
    /// How many parts are asked after first.
    asked_for: usize,
    /// What phrases are evidence for.
    needs: Vec<Owner>,
    /// For each phrase the number of what it is evidence for; [`NO_NEED`] if for nothing.
    need: Vec<u16>,
    /// For each pattern the number of what it stands for: few stand for something of their own.
    stands: Vec<u32>,
    /// Words of 64 bits in a row.
    width: usize,
    /// A bit for each part that may be stood for.
    rows: Vec<u64>,
}

/// What some patterns stand for.
#[derive(Default)]
pub(super) struct Standing {
    /// The number of its row of bits, one for each part; 0, of which no bit is set, when it stands for none.
    row: u32,
    /// Whether it is a term.
    term: bool,
    /// Parts that are asked after first.
    parts: Vec<u32>,
    /// Phrases whose rarest part it is.
    phrases: Vec<u32>,
}

/// What is sought of all that patterns may stand for.
pub(super) struct Sought {
    /// By the number of what a pattern stands for.
    stands: Vec<Stands>,
    /// A bit for each part that is asked after first, in rows of [`Sought::words`]; of the first row none is set.
    rows: Vec<u64>,
    /// Words of 64 bits in such a row.
    words: usize,
    anchored: Vec<Anchored>,
}

/// What a pattern may stand for, as far as it is sought.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stands {
    /// The number of its row of bits.
    pub(super) row: u32,
    /// Whether it is a term.
    pub(super) term: bool,
    /// The number of its row of bits for the parts that are asked after first.
    asked: u32,
    /// The first of the phrases whose rarest part it is, and how many there are.
    anchored: (u32, u32),
}

/// A phrase whose rarest part a pattern stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchored {
    pub(super) phrase: u32,
    /// Its part that is asked after first.
    asked: u32,
}

impl Stands {
    /// Whether it may stand for the rarest part of a phrase.
    #[inline]
    pub(super) fn begins(self) -> bool {
        self.anchored.1 > 0
    }
}

impl Anchored {
    /// Whether the part that is asked after first stands somewhere.
    #[inline]
    pub(super) fn may_hold(self, present: &[u64]) -> bool {
        present[self.asked as usize / 64] >> (self.asked % 64) & 1 == 1
    }
}

impl Sought {
    /// The phrases that are `wanted` among those of all that patterns stand for.
    pub(super) fn new(outlines: &Outlines, all: &[Standing], wanted: impl Fn(usize) -> bool) -> Sought {
        let mut used = vec![false; outlines.asked_for];
        let phrases = outlines.asked.iter().enumerate();
        phrases.filter(|(ix, _)| wanted(*ix)).for_each(|(_, part)| used[*part as usize] = true);
        let words = outlines.asked_for.div_ceil(64).next_multiple_of(AT_ONCE);
        let stands = Vec::with_capacity(all.len());
        let mut made = Sought { stands, rows: vec![0; words], words, anchored: Vec::new() };
        for standing in all {
            let parts = standing.parts.iter().filter(|part| used[**part as usize]);
            let (asked, anchored) = (made.row(parts), made.anchored.len());
            let phrases = standing.phrases.iter().copied().filter(|ix| wanted(*ix as usize));
            made.anchored
                .extend(phrases.map(|phrase| Anchored { phrase, asked: outlines.asked[phrase as usize] }));
            made.stands.push(Stands {
                row: standing.row,
                term: standing.term,
                asked,
                anchored: (anchored as u32, (made.anchored.len() - anchored) as u32),
            });
        }
        made
    }

    /// The number of a row in which the bits of these parts are set.
    fn row<'a>(&mut self, parts: impl Iterator<Item = &'a u32>) -> u32 {
        let from = self.rows.len();
        for part in parts {
            self.rows.resize(from + self.words, 0);
            self.rows[from + *part as usize / 64] |= 1 << (part % 64);
        }
        if self.rows.len() > from { (from / self.words) as u32 } else { 0 }
    }

    /// By the number of what a pattern stands for.
    #[inline]
    pub(super) fn stands(&self, number: u32) -> Stands {
        self.stands[number as usize]
    }

    /// Bits for the parts that are asked after first: in words of 64.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// Adds the parts that are asked after first among what may be stood for.
    #[inline]
    pub(super) fn note(&self, stands: Stands, present: &mut [u64]) {
        let row = &self.rows[stands.asked as usize * self.words..][..self.words];
        // As many at once as a processor takes.
        for (all, one) in present.chunks_exact_mut(AT_ONCE).zip(row.chunks_exact(AT_ONCE)) {
            (0..AT_ONCE).for_each(|n| all[n] |= one[n]);
        }
    }

    /// The phrases whose rarest part may be stood for.
    #[inline]
    pub(super) fn anchored(&self, number: u32) -> &[Anchored] {
        let (from, count) = self.stands[number as usize].anchored;
        &self.anchored[from as usize..][..count as usize]
    }
}

/// What members of each class stand for.
struct Classes {
    /// Parts.
    parts: Vec<Vec<u32>>,
    /// Parts that are asked after first, by a number of their own.
    asked: Vec<Vec<u32>>,
    /// Phrases by their rarest part.
    anchored: Vec<Vec<u32>>,
}

impl Outlines {
    /// With what patterns stand for, by number.
    pub(super) fn new(
        rules: &RuleSet,
        rarity: &Rarity,
        kind: &dyn Fn(usize) -> u8,
    ) -> (Outlines, Vec<Standing>) {
        let mut numbers: FxHashMap<&[ClassIx], u32> = FxHashMap::default();
        let mut number = |classes| {
            let next = numbers.len() as u32;
            *numbers.entry(classes).or_insert(next)
        };
        let mut firsts: FxHashMap<&[ClassIx], u32> = FxHashMap::default();
        let lists = || vec![Vec::new(); rules.classes.len()];
        let mut of = Classes { parts: lists(), asked: lists(), anchored: lists() };
        let (mut outlines, mut asked) = (Vec::new(), Vec::new());
        for (ix, phrase) in rules.phrases.iter().enumerate() {
            let order = rarity.order(phrase);
            let anchor = order.first().copied().unwrap_or(0);
            let second = order.get(1).filter(|_| kind(ix) != kinds::AGAINST);
            asked.push(second.map_or(0, |second| {
                let next = firsts.len() as u32 + 1;
                *firsts.entry(&phrase.parts[*second].classes).or_insert(next)
            }));
            outlines.push(Outline {
                parts: phrase.parts.iter().map(|p| (number(&p.classes[..]), p.gap)).collect(),
                anchor,
                unless: number(&phrase.unless[..]),
                reversed: phrase.parts.iter().map(|p| p.gap).max().filter(|_| phrase.any_order),
            });
            let classes = phrase.parts.get(anchor).into_iter().flat_map(|p| &p.classes);
            classes.for_each(|c| of.anchored[*c].push(ix as u32));
        }
        let all = |numbers: &FxHashMap<&[ClassIx], u32>, of: &mut [Vec<u32>]| {
            numbers.iter().for_each(|(classes, n)| classes.iter().for_each(|class| of[*class].push(*n)));
        };
        all(&numbers, &mut of.parts);
        all(&firsts, &mut of.asked);
        let mut needs = Vec::new();
        let mut made = Outlines {
            outlines,
            asked,
            asked_for: firsts.len() + 1,
            need: rules.phrases.iter().map(|phrase| number_of(&mut needs, phrase.owner)).collect(),
            needs,
            stands: Vec::with_capacity(rules.patterns.len()),
            width: numbers.len() / 64 + 1,
            rows: Vec::new(),
        };
        let standing = made.fill(rules, &of);
        (made, standing)
    }

    /// Notes what each pattern stands for; those of the same classes stand for the same.
    fn fill(&mut self, rules: &RuleSet, of: &Classes) -> Vec<Standing> {
        let mut known: FxHashMap<(Vec<ClassIx>, bool), u32> = FxHashMap::default();
        let mut all = Vec::new();
        self.rows.resize(self.width, 0);
        for pattern in &rules.patterns {
            let mut classes: Vec<ClassIx> = pattern.uses.iter().filter_map(class).collect();
            classes.sort_unstable();
            let term = pattern.uses.iter().any(|u| matches!(u, Use::Term { .. }));
            let number = *known.entry((classes, term)).or_insert_with_key(|(classes, term)| {
                all.push(Standing { term: *term, ..self.standing(classes, of) });
                all.len() as u32 - 1
            });
            self.stands.push(number);
        }
        all
    }

    /// What members of these classes stand for, with a row of bits.
    fn standing(&mut self, classes: &[ClassIx], of: &Classes) -> Standing {
        let all = |lists: &[Vec<u32>]| {
            let mut list: Vec<u32> = classes.iter().flat_map(|class| lists[*class].iter().copied()).collect();
            list.sort_unstable();
            list.dedup();
            list
        };
        let parts = all(&of.parts);
        if parts.is_empty() {
            return Standing::default();
        }
        let row = self.rows.len() / self.width;
        self.rows.resize(self.rows.len() + self.width, 0);
        for part in parts {
            self.rows[row * self.width + part as usize / 64] |= 1u64 << (part % 64);
        }
        Standing { row: row as u32, term: false, parts: all(&of.asked), phrases: all(&of.anchored) }
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

    /// How many numbers there are of what phrases may be evidence for.
    pub(super) fn needs(&self) -> usize {
        self.needs.len()
    }

    /// The number of what phrases may be evidence for; none if no phrase is.
    pub(super) fn number(&self, owner: Owner) -> Option<u16> {
        self.needs.iter().position(|need| *need == owner).map(|at| at as u16)
    }

    /// What tells of each row whether a part may be stood for.
    pub(super) fn column(&self, part: u32) -> Column<'_> {
        Column { rows: &self.rows[part as usize / 64..], width: self.width, shift: part % 64 }
    }
}

/// The bits of one part.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    rows: &'a [u64],
    width: usize,
    shift: u32,
}

impl Column<'_> {
    /// Whether a pattern with this row may stand for the part.
    #[inline]
    pub(super) fn holds(self, row: u32) -> bool {
        self.rows[row as usize * self.width] >> self.shift & 1 == 1
    }
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
