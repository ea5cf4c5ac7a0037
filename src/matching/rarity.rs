//! How common words are, so that a phrase is asked after where its rarest part stands. A guess, which only decides how much is
//! asked in vain: it changes no result.

use rustc_hash::FxHashMap;

use crate::model::rules::{PatternIx, Phrase, RuleSet, Use};

/// Characters and pairs of neighbours that are common in calls, and how often each stands there per million characters:
/// the 600 commonest characters and 1,600 commonest pairs of the calls and utterances of `samples/labelled/train`, of either side,
/// counted once. A guess stays as good when these change.
const COMMON: &str = include_str!("common.tsv");
/// How often a character or a pair stands there that is not among these.
const RARE: (u64, u64) = (60, 20);
/// A further character makes a word so many times as rare as its rarest pair.
const PER_CHAR: u64 = 4;

/// How often words stand in speech, per million characters and times [`SCALE`].
pub(super) struct Rarity {
    /// Each pattern.
    words: Vec<u64>,
    /// A member of each class.
    classes: Vec<u64>,
}

/// Of long words, too, one is rarer than the other.
const SCALE: u64 = 1 << 10;

impl Rarity {
    pub(super) fn new(rules: &RuleSet) -> Rarity {
        let rows = COMMON.lines().filter_map(|line| line.split_once('\t'));
        let common: FxHashMap<&str, u64> =
            rows.filter_map(|(text, n)| Some((text, n.parse().ok()?))).collect();
        let words: Vec<u64> = rules.patterns.iter().map(|p| expected(&p.text, &common)).collect();
        let mut classes = vec![0; rules.classes.len()];
        for (pattern, often) in rules.patterns.iter().zip(&words) {
            for used in &pattern.uses {
                if let Use::Member { class } = *used {
                    classes[class] += often;
                }
            }
        }
        Rarity { words, classes }
    }

    /// How often a pattern stands in speech.
    pub(super) fn word(&self, pattern: PatternIx) -> u64 {
        self.words[pattern]
    }

    /// The parts of a phrase, the rarest first.
    pub(super) fn order(&self, phrase: &Phrase) -> Vec<usize> {
        let mut parts: Vec<usize> = (0..phrase.parts.len()).collect();
        let commonness =
            |part: usize| phrase.parts[part].classes.iter().map(|c| self.classes[*c]).sum::<u64>();
        parts.sort_by_cached_key(|part| commonness(*part));
        parts
    }
}

/// How often a word stands in speech: no more often than its rarest pair of neighbours.
fn expected(word: &str, common: &FxHashMap<&str, u64>) -> u64 {
    let of = |text: &str, rare: u64| SCALE * common.get(text).copied().unwrap_or(rare);
    let mut starts = word.char_indices().map(|(at, _)| at).chain([word.len()]);
    let (Some(mut first), Some(mut second)) = (starts.next(), starts.next()) else { return 0 };
    let (mut least, mut chars) = (of(&word[first..second], RARE.0), 1);
    for end in starts {
        let pair = of(&word[first..end], RARE.1);
        least = if chars == 1 { pair } else { least.min(pair) / PER_CHAR };
        (first, second, chars) = (second, end, chars + 1);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_words_and_words_of_rare_characters_are_rarer() {
        let rows = COMMON.lines().map(|line| line.split_once('\t').unwrap());
        let common: FxHashMap<&str, u64> = rows.map(|(text, n)| (text, n.parse().unwrap())).collect();
        assert!(common.len() > 2_000, "{}", common.len());
        let of = |word: &str| expected(word, &common);
        let order = [
            "\u{ff0c}",
            "\u{6211}",
            "\u{6211}\u{4eec}",
            "\u{6211}\u{4eec}\u{8fd9}",
            "\u{9f98}\u{6211}\u{4eec}\u{8fd9}",
        ];
        assert!(order.windows(2).all(|pair| of(pair[0]) > of(pair[1])), "{:?}", order.map(of));
        assert_eq!(of(""), 0);
    }
}
