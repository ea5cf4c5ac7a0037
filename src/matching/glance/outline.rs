//! What phrases are made of: their parts as numbers, and for each pattern what it may stand for.

use rustc_hash::FxHashMap;

use crate::matching::filter::by_rarity;
use crate::matching::kinds;
use crate::model::rules::{ClassIx, PatternIx, RuleSet, Use};

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

/// All phrases, and what each pattern may stand for.
pub(super) struct Outlines {
    outlines: Vec<Outline>,
    /// For each phrase its second rarest part, which is asked after first; 0, which always stands, for those of one part and
    /// for those that speak against evidence.
    asked: Vec<u32>,
    /// How many parts are asked after first.
    asked_for: usize,
    stands: Vec<Stands>,
    /// What the patterns stand for.
    items: Vec<u32>,
    /// Words of 64 bits in a row.
    width: usize,
    /// A bit for each part that may be stood for.
    rows: Vec<u64>,
}

/// What a pattern may stand for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stands {
    /// The number of its row of bits, one for each part; 0, of which no bit is set, when it stands for none.
    pub(super) row: u32,
    /// Its first item: parts that are asked after first, then phrases whose rarest part it is, then the same of those that
    /// speak against evidence.
    from: u32,
    parts: u32,
    anchored: u32,
    against: u32,
    /// Whether it is a term.
    pub(super) term: bool,
}

/// What members of each class stand for.
struct Classes {
    /// Parts.
    parts: Vec<Vec<u32>>,
    /// Parts that are asked after first, by a number of their own.
    asked: Vec<Vec<u32>>,
    /// Phrases by their rarest part; those that speak against evidence by themselves.
    anchored: [Vec<Vec<u32>>; 2],
}

impl Outlines {
    pub(super) fn new(rules: &RuleSet, kind: &dyn Fn(usize) -> u8) -> Outlines {
        let mut numbers: FxHashMap<&[ClassIx], u32> = FxHashMap::default();
        let mut number = |classes| {
            let next = numbers.len() as u32;
            *numbers.entry(classes).or_insert(next)
        };
        let mut firsts: FxHashMap<&[ClassIx], u32> = FxHashMap::default();
        let lists = || vec![Vec::new(); rules.classes.len()];
        let mut of = Classes { parts: lists(), asked: lists(), anchored: [lists(), lists()] };
        let (mut outlines, mut asked) = (Vec::new(), Vec::new());
        for (ix, phrase) in rules.phrases.iter().enumerate() {
            let order = by_rarity(phrase, rules);
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
            let anchored = &mut of.anchored[usize::from(kind(ix) == kinds::AGAINST)];
            phrase
                .parts
                .get(anchor)
                .into_iter()
                .flat_map(|p| &p.classes)
                .for_each(|c| anchored[*c].push(ix as u32));
        }
        let all = |numbers: &FxHashMap<&[ClassIx], u32>, of: &mut [Vec<u32>]| {
            numbers.iter().for_each(|(classes, n)| classes.iter().for_each(|class| of[*class].push(*n)));
        };
        all(&numbers, &mut of.parts);
        all(&firsts, &mut of.asked);
        let mut made = Outlines {
            outlines,
            asked,
            asked_for: firsts.len() + 1,
            stands: Vec::with_capacity(rules.patterns.len()),
            items: Vec::new(),
            width: numbers.len() / 64 + 1,
            rows: Vec::new(),
        };
        made.fill(rules, &of);
        made
    }

    /// Notes what each pattern stands for; those of the same classes stand for the same.
    fn fill(&mut self, rules: &RuleSet, of: &Classes) {
        let mut known: FxHashMap<Vec<ClassIx>, Stands> = FxHashMap::default();
        known.insert(Vec::new(), Stands::default());
        self.rows.resize(self.width, 0);
        for pattern in &rules.patterns {
            let mut classes: Vec<ClassIx> = pattern.uses.iter().filter_map(class).collect();
            classes.sort_unstable();
            let stands = *known.entry(classes).or_insert_with_key(|classes| self.row(classes, of));
            let term = pattern.uses.iter().any(|u| matches!(u, Use::Term { .. }));
            self.stands.push(Stands { term, ..stands });
        }
    }

    /// A row for the members of these classes.
    fn row(&mut self, classes: &[ClassIx], of: &Classes) -> Stands {
        let all = |lists: &[Vec<u32>]| {
            let mut list: Vec<u32> = classes.iter().flat_map(|class| lists[*class].iter().copied()).collect();
            list.sort_unstable();
            list.dedup();
            list
        };
        let parts = all(&of.parts);
        if parts.is_empty() {
            return Stands::default();
        }
        let row = self.rows.len() / self.width;
        self.rows.resize(self.rows.len() + self.width, 0);
        for part in parts {
            self.rows[row * self.width + part as usize / 64] |= 1u64 << (part % 64);
        }
        let from = self.items.len() as u32;
        let mut add = |list: Vec<u32>| {
            self.items.extend(&list);
            list.len() as u32
        };
        let (parts, anchored) = (add(all(&of.asked)), add(all(&of.anchored[0])));
        Stands { row: row as u32, from, parts, anchored, against: add(all(&of.anchored[1])), term: false }
    }

    pub(super) fn outline(&self, phrase: usize) -> &Outline {
        &self.outlines[phrase]
    }

    /// The number of a part of a phrase, or of what forbids the phrase.
    pub(super) fn part(&self, phrase: usize, part: Option<usize>) -> u32 {
        let outline = &self.outlines[phrase];
        part.map_or(outline.unless, |part| outline.parts[part].0)
    }

    /// What a pattern may stand for.
    pub(super) fn stands(&self, pattern: PatternIx) -> Stands {
        self.stands[pattern]
    }

    /// The parts that are asked after first among what may be stood for.
    pub(super) fn asked(&self, stands: Stands) -> &[u32] {
        &self.items[stands.from as usize..][..stands.parts as usize]
    }

    /// The phrases, of kinds that are `asked` for among others, whose rarest part may be stood for.
    pub(super) fn anchored(&self, asked: u8, stands: Stands) -> &[u32] {
        let from = stands.from as usize + stands.parts as usize;
        if asked == kinds::AGAINST {
            &self.items[from + stands.anchored as usize..][..stands.against as usize]
        } else {
            &self.items[from..][..stands.anchored as usize]
        }
    }

    /// How many parts are asked after first.
    pub(super) fn asked_for(&self) -> usize {
        self.asked_for
    }

    /// Whether the part of a phrase stands somewhere that is asked after first.
    pub(super) fn may_hold(&self, phrase: usize, present: &[bool]) -> bool {
        present[self.asked[phrase] as usize]
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

fn class(of: &Use) -> Option<ClassIx> {
    match *of {
        Use::Member { class } => Some(class),
        _ => None,
    }
}
