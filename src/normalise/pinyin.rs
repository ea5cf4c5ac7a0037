//! The sounds of characters as pinyin without tones, with the pairs made one that recognisers and speakers of dialects mix up:
//! zh/z, ch/c, sh/s, l/n, ing/in, eng/en.

use pinyin::ToPinyin;
use rustc_hash::FxHashMap;

use crate::model::sounds::Sounds;

/// The sound of every Han character that has one.
pub fn sounds() -> Sounds {
    let mut numbers: FxHashMap<String, u16> = FxHashMap::default();
    let han = '\u{4e00}'..='\u{9fff}';
    let pairs: Vec<(char, u16)> = han
        .filter_map(|c| {
            let syllable = merged(c.to_pinyin()?.plain());
            let next = numbers.len() as u16 + 1;
            Some((c, *numbers.entry(syllable).or_insert(next)))
        })
        .collect();
    Sounds::new(pairs.into_iter())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_is_one() {
        let sounds = sounds();
        for (a, b) in [
            ('\u{8bc9}', '\u{7d20}'),
            ('\u{7262}', '\u{52b3}'),
            ('\u{5f81}', '\u{771f}'),
            ('\u{674e}', '\u{4f60}'),
        ] {
            assert_eq!(sounds.of(a), sounds.of(b), "{a} {b}");
        }
        assert_ne!(sounds.of('\u{94b1}'), sounds.of('\u{4eba}'));
        assert_eq!(sounds.of('a'), None);
    }
}
