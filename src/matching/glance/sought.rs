//! What is sought in the words of one speaker: for each pattern the parts of phrases that it may stand for, as far as any of the
//! phrases sought asks.

use super::outline::{Outlines, Standing};

/// What is sought of all that patterns may stand for.
pub(super) struct Sought {
    /// By the number of what a pattern stands for.
    stands: Vec<Stands>,
    /// Parts that are asked after, by a number among these: what a pattern stands for, one pattern's behind the other's.
    asked: Vec<Some4>,
    /// How many parts are asked after, with [`EVERYWHERE`] and [`NOBODY`].
    count: usize,
    anchored: Vec<Anchored>,
}

/// Some parts, filled up with [`NOBODY`]: how many there are can be foretold more often than if each was told one by one.
type Some4 = [u16; 4];

/// The part that stands everywhere.
pub(super) const EVERYWHERE: u16 = 0;
/// The part that nobody asks after.
const NOBODY: u16 = 1;

/// What a pattern may stand for, as far as it is sought.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stands {
    /// The first parts that are asked after.
    asked: u32,
    /// The first of the phrases whose rarest part it is.
    anchored: u32,
    /// How many phrases there are.
    phrases: u32,
    /// How often there are some more of them.
    more: u16,
    /// Whether it is a term.
    pub(super) term: bool,
    /// Whether it may stand for any part.
    pub(super) part: bool,
}

/// A phrase whose rarest part a pattern stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchored {
    pub(super) phrase: u32,
    /// Its kind.
    pub(super) kind: u8,
    /// The part that must stand beside it, and where that may begin.
    asked: u16,
    window: u64,
}

impl Stands {
    /// Whether it may stand for the rarest part of a phrase.
    #[inline]
    pub(super) fn begins(self) -> bool {
        self.phrases > 0
    }
}

impl Anchored {
    /// Whether the part that is asked after stands beside a place, or anywhere. `present`: for each part a bit for each place.
    #[inline]
    pub(super) fn may_hold(&self, present: &[u64], place: u32, anywhere: bool) -> bool {
        let window = if anywhere { !0 } else { self.window };
        present[usize::from(self.asked)].rotate_right(place) & window != 0
    }
}

impl Sought {
    /// The phrases with a kind among those of all that patterns stand for.
    pub(super) fn new(outlines: &Outlines, all: &[Standing], kinds: &[u8]) -> Sought {
        let mut numbers: Vec<u16> = vec![0; outlines.numbered()];
        let mut count = usize::from(NOBODY) + 1;
        let wanted = (0..kinds.len()).filter(|ix| kinds[*ix] > 0);
        for part in wanted.filter_map(|ix| outlines.beside(ix).part) {
            let number = &mut numbers[part as usize];
            // Parts beyond all numbers are taken to stand everywhere.
            if *number == 0 && count <= u16::MAX as usize {
                *number = count as u16;
                count += 1;
            }
        }
        let mut made =
            Sought { stands: Vec::with_capacity(all.len()), asked: Vec::new(), count, anchored: Vec::new() };
        for standing in all {
            let (asked, anchored) = (made.asked.len(), made.anchored.len());
            let parts = standing.parts.iter().map(|part| numbers[*part as usize]);
            let parts: Vec<u16> = parts.filter(|part| *part != EVERYWHERE).collect();
            made.asked.extend(parts.chunks(4).map(filled));
            if parts.is_empty() {
                made.asked.push(filled(&[]));
            }
            let phrases = standing.phrases.iter().map(|ix| (*ix, kinds[*ix as usize]));
            made.anchored.extend(phrases.filter(|(_, kind)| *kind > 0).map(|(phrase, kind)| {
                let beside = outlines.beside(phrase as usize);
                let asked = beside.part.map_or(EVERYWHERE, |part| numbers[part as usize]);
                Anchored { phrase, kind, asked, window: if asked == EVERYWHERE { !0 } else { beside.window } }
            }));
            made.stands.push(Stands {
                asked: asked as u32,
                anchored: anchored as u32,
                phrases: (made.anchored.len() - anchored) as u32,
                more: (made.asked.len() - asked - 1) as u16,
                term: standing.term,
                part: !standing.parts.is_empty(),
            });
        }
        made
    }

    /// By the number of what a pattern stands for.
    #[inline]
    pub(super) fn stands(&self, number: u32) -> Stands {
        self.stands[number as usize]
    }

    /// How many parts are asked after, those that are none among them.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Hands over the parts that are asked after and may be stood for, and sometimes one that nobody asks after.
    #[inline]
    pub(super) fn asked(&self, stands: Stands, mut see: impl FnMut(usize)) {
        let first = stands.asked as usize;
        self.asked[first].into_iter().map(usize::from).for_each(&mut see);
        if stands.more > 0 {
            let more = &self.asked[first + 1..][..usize::from(stands.more)];
            more.as_flattened().iter().copied().map(usize::from).for_each(&mut see);
        }
    }

    /// The phrases whose rarest part may be stood for.
    #[inline]
    pub(super) fn anchored(&self, number: u32) -> &[Anchored] {
        let stands = self.stands(number);
        &self.anchored[stands.anchored as usize..][..stands.phrases as usize]
    }
}

fn filled(parts: &[u16]) -> Some4 {
    std::array::from_fn(|n| parts.get(n).copied().unwrap_or(NOBODY))
}
