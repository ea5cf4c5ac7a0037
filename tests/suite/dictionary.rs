//! The prepared dictionary is jieba's: the same words with the same frequencies, and so the same cuts (`fast_path` compares
//! those). `CUICHA_DICTIONARY=path/of/dict.txt cargo test --test suite dictionary` makes it anew from the file in the source
//! of jieba-rs.

use std::collections::BTreeMap;

use cuicha::segment;

const PREPARED: &str = "src/segment/dictionary.bin";

#[test]
fn the_prepared_dictionary_holds_the_words_of_jieba() {
    if let Some(path) = std::env::var_os("CUICHA_DICTIONARY") {
        let text = std::fs::read_to_string(path).unwrap();
        std::fs::write(PREPARED, prepared(&text)).unwrap();
        panic!("{PREPARED} is made; compile anew and test without CUICHA_DICTIONARY");
    }
    let jieba = jieba_rs::Jieba::new();
    let words: BTreeMap<String, usize> = segment::words().collect();
    assert_eq!(words.len(), segment::words().count(), "no word twice");
    // All that jieba tells of its dictionary: how many words, and the sum of their frequencies.
    let told = format!("{jieba:?}");
    let total: usize = words.values().sum();
    assert!(told.contains(&format!("records_len: {}, total_freq: {total} ", words.len())), "{told}");
    for (word, frequency) in &words {
        assert!(jieba.has_word(word), "{word}");
        // A word that is cut as one is suggested its own frequency, give or take the rounding.
        if jieba.cut(word, false).len() == 1 && *frequency > 0 {
            let suggested = jieba.suggest_freq(word);
            assert!(suggested.abs_diff(*frequency) <= 1, "{word}: {frequency}, jieba {suggested}");
        }
    }
}

/// A word in units of sixteen bits, and its frequency.
type Spelled = (Vec<u16>, usize);

/// The file; its layout stands in `src/segment/dictionary.rs`.
fn prepared(dict: &str) -> Vec<u8> {
    let mut alone: BTreeMap<u16, u32> = BTreeMap::new();
    let mut longer: BTreeMap<u16, BTreeMap<u16, Vec<Spelled>>> = BTreeMap::new();
    let mut total = 0u64;
    for line in dict.lines() {
        let mut columns = line.split_ascii_whitespace();
        let Some(word) = columns.next() else { continue };
        let frequency: usize = columns.next().unwrap().parse().unwrap();
        let units: Vec<u16> = word.chars().map(|c| u16::try_from(u32::from(c)).unwrap()).collect();
        total += frequency as u64;
        match units[..] {
            [one] => assert_eq!(alone.insert(one, u32::try_from(frequency).unwrap() + 1), None, "{word}"),
            [first, second, ..] => {
                longer.entry(first).or_default().entry(second).or_default().push((units, frequency));
            }
            [] => unreachable!("a word has characters"),
        }
    }
    let firsts: Vec<u16> = alone
        .keys()
        .chain(longer.keys())
        .copied()
        .collect::<std::collections::BTreeSet<u16>>()
        .into_iter()
        .collect();
    let (mut first_pairs, mut begins) = (Vec::new(), Vec::new());
    let (mut seconds, mut offsets, mut text) = (Vec::new(), Vec::new(), Vec::new());
    for first in &firsts {
        first_pairs.push(u32::try_from(seconds.len()).unwrap());
        begins.push(u32::try_from(text.len()).unwrap());
        let begin = text.len();
        for (second, words) in longer.get(first).into_iter().flatten() {
            seconds.push(*second);
            offsets.push(u16::try_from(text.len() - begin).unwrap());
            words.iter().for_each(|(units, frequency)| push_word(&mut text, &units[2..], *frequency));
        }
    }
    let mut out = b"cuicha-words-1\n".to_vec();
    out.extend(u32::try_from(firsts.len()).unwrap().to_le_bytes());
    out.extend(u32::try_from(seconds.len()).unwrap().to_le_bytes());
    out.extend(total.to_le_bytes());
    out.extend(firsts.iter().flat_map(|c| c.to_le_bytes()));
    out.extend(firsts.iter().flat_map(|c| alone.get(c).copied().unwrap_or(0).to_le_bytes()));
    out.extend(first_pairs.iter().flat_map(|n| n.to_le_bytes()));
    out.extend(begins.iter().flat_map(|n| n.to_le_bytes()));
    out.extend(seconds.iter().flat_map(|c| c.to_le_bytes()));
    out.extend(offsets.iter().flat_map(|n| n.to_le_bytes()));
    out.extend(text);
    out
}

fn push_word(text: &mut Vec<u8>, further: &[u16], frequency: usize) {
    assert!(further.len() < 16);
    let mut number = frequency << 4 | further.len();
    while number >= 128 {
        text.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    text.push(number as u8);
    text.extend(further.iter().flat_map(|c| c.to_le_bytes()));
}
