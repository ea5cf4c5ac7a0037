//! The sounds of characters as pinyin without tones, with the pairs made one that recognisers and speakers of dialects mix up:
//! zh/z, ch/c, sh/s, l/n, ing/in, eng/en; and f/h before u, which fewer mix up.

use std::collections::BTreeMap;

use pinyin::ToPinyin;
use rustc_hash::FxHashMap;

use crate::model::sounds::{Sounds, Syllable};

/// The sound of every Han character that has one. `further`: characters with another sound, in pinyin without tones.
pub fn sounds(further: &[(char, String)]) -> Sounds {
    let mut near: FxHashMap<String, u16> = FxHashMap::default();
    let mut wide: FxHashMap<String, u16> = FxHashMap::default();
    let mut names: BTreeMap<String, Syllable> = BTreeMap::new();
    let mut pairs: Vec<(char, Syllable)> = Vec::with_capacity(0x5200);
    // Twenty thousand characters have four hundred syllables.
    let mut known: FxHashMap<&'static str, Syllable> = FxHashMap::default();
    for c in '\u{4e00}'..='\u{9fff}' {
        let Some(plain) = c.to_pinyin().map(|p| p.plain()) else { continue };
        let syllable = *known.entry(plain).or_insert_with(|| {
            let next = near.len() as u16 + 1;
            let near = *near.entry(merged(plain)).or_insert(next);
            let next = wide.len() as u16 + 1;
            let wide = *wide.entry(widely_merged(plain)).or_insert(next);
            let exact = names.len() as u16 + 1;
            // Keyboards have no u with dots: they write v.
            let name = plain.replace('\u{fc}', "v");
            *names.entry(name).or_insert(Syllable { exact, near, wide })
        });
        pairs.push((c, syllable));
    }
    Sounds::new(pairs.into_iter(), names, further)
}

/// A syllable with the mixed-up pairs made one.
fn merged(plain: &str) -> String {
    let mut s = plain.to_owned();
    for (from, to) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n")] {
        if let Some(rest) = s.strip_prefix(from) {
            s = format!("{to}{rest}");
            break;
        }
    }
    if s.ends_with("ing") || s.ends_with("eng") {
        s.pop();
    }
    s
}

/// The same with f and h made one: hu and fu, huang and fang, hui and fei.
fn widely_merged(plain: &str) -> String {
    let s = merged(plain);
    let Some(rest) = s.strip_prefix("hu") else { return s };
    match rest {
        "" => "fu".to_owned(),
        "i" => "fei".to_owned(),
        "n" => "fen".to_owned(),
        rest => format!("f{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_is_one() {
        let sounds = sounds(&[]);
        for (a, b) in [
            ('\u{8bc9}', '\u{7d20}'),
            ('\u{7262}', '\u{52b3}'),
            ('\u{5f81}', '\u{771f}'),
            ('\u{674e}', '\u{4f60}'),
        ] {
            assert_eq!(sounds.of(a), sounds.of(b), "{a} {b}");
        }
        // For matching f and h are one as well, for what is learnt they are not.
        let wide = |c| sounds.syllable(c).map(|s| s.wide);
        for (a, b) in [
            ('\u{53d1}', '\u{82b1}'),
            ('\u{98de}', '\u{7070}'),
            ('\u{623f}', '\u{9ec4}'),
            ('\u{7236}', '\u{62a4}'),
        ] {
            assert_eq!(wide(a), wide(b), "{a} {b}");
            assert_ne!(sounds.of(a), sounds.of(b), "{a} {b}");
        }
        assert_ne!(sounds.of('\u{94b1}'), sounds.of('\u{4eba}'));
        assert_eq!(sounds.of('a'), None);
    }
}
